#include "tests/merge/clocks.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/merge/history.h"
#include "tests/merge/state.h"

static int
by_number(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
add_register(struct buf *out, const struct fold_register *reg)
{
	size_t *head = arena_array(world.a, reg->n_heads, sizeof *head);

	buf_printf(out, "%.*s%s%s%s:", (int)reg->name.n, reg->name.p,
	    reg->conflict ? " conflict" : "", reg->unseen ? " unseen" : "",
	    reg->objection ? " objection" : "");
	for (size_t i = 0; i < reg->n_heads; i++)
		head[i] = journal_index(&reg->heads[i].event);
	qsort(head, reg->n_heads, sizeof *head, by_number);
	for (size_t i = 0; i < reg->n_heads; i++)
		buf_printf(out, " %zu", head[i]);
	buf_addc(out, '\n');
}

static void
add_record(struct buf *out, const struct record *r)
{
	size_t *refused = arena_array(world.a, r->n_refused, sizeof *refused);

	for (size_t i = 0; i < r->n_registers; i++)
		add_register(out, &r->registers[i]);
	for (size_t i = 0; i < r->n_refused; i++)
		refused[i] = journal_index(&r->refused[i].event);
	qsort(refused, r->n_refused, sizeof *refused, by_number);
	for (size_t i = 0; i < r->n_refused; i++)
		buf_printf(out, "refused %zu\n", refused[i]);
}

/* What every machine holds, and how it all ended at the district. */
static void
tell_state(struct buf *out)
{
	struct record r;

	for (size_t i = 0; i < journal.n; i++) {
		const struct event *ev = &journal.e[i].event;

		buf_printf(out, "%zu: %s %llu", i, event_act_name(ev->act),
		    (unsigned long long)ev->seq);
		for (unsigned k = 0; k < world.n; k++)
			buf_printf(out, world.m[k].held[i] ? " %u" : "", k);
		buf_addc(out, '\n');
	}
	for (unsigned i = 0; i < world.n_records; i++) {
		buf_printf(out, "record %u\n", i);
		if (state_record(&world.m[DISTRICT], &world.record[i], &r))
			add_record(out, &r);
	}
}

/* What two copies of a laptop write alike in the same second is one event; here
 * that must not hang on the years that they show. */
static void
play(unsigned number, bool other_clocks, struct buf *out)
{
	world.other_clocks = other_clocks;
	world.apart = true;
	history_play(number);
	tell_state(out);
	if (!other_clocks)
		world_close();
}

void
clocks_run(unsigned number)
{
	struct buf one = BUF_INIT, other = BUF_INIT;
	const char *p, *q;

	play(number, false, &one);
	play(number, true, &other);
	p = buf_cstr(&one);
	q = buf_cstr(&other);
	while (*p != '\0' && strcspn(p, "\n") == strcspn(q, "\n") &&
	    strncmp(p, q, strcspn(p, "\n") + 1) == 0) {
		p += strcspn(p, "\n") + 1;
		q += strcspn(q, "\n") + 1;
	}
	if (*p != *q || *p != '\0')
		fall("I10: with other clocks \"%.*s\" is \"%.*s\"",
		    (int)strcspn(p, "\n"), p, (int)strcspn(q, "\n"), q);
	buf_release(&one);
	buf_release(&other);
	world_close();
	world.other_clocks = world.apart = false;
	world.sum.clocks++;
}
