#include "tests/merge/model.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/coding.h"
#include "crypt/hash.h"
#include "tests/merge/journal.h"
#include "tests/merge/rules.h"
#include "tests/merge/state.h"

static FILE *model;

void
model_start(void)
{
	model = popen("python3 '" ANSINH_SRCDIR
	              "/tests/tools/fold-model.py' --digests", "w");
	if (model == NULL)
		fall("the model cannot be started");
}

void
model_end(void)
{
	if (pclose(model) != 0)
		fall("the model folds otherwise");
}

static const char *
hex(const void *p, size_t n)
{
	char *text = arena_alloc(world.a, 2 * n + 1);

	hex_encode(text, p, n);
	return text;
}

/* {"name":"v","birth":"1950"} of one register. */
static void
add_set(struct buf *out, const struct event *ev, const struct event_set *set,
    size_t n, struct str reg)
{
	bool any = false;

	buf_addc(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(rules_register(world.a, ev, set[i].path), reg))
			continue;
		buf_printf(out, "%s\"%.*s\":%.*s", any ? "," : "",
		    (int)set[i].path.n, set[i].path.p, (int)set[i].json.n,
		    set[i].json.p);
		any = true;
	}
	buf_addc(out, '}');
}

static void
add_writes(struct buf *out, struct buf *owners, const struct entry *en)
{
	const struct event *ev = &en->event;
	struct str last = { NULL, 0 };

	for (size_t i = 0; i < ev->n_set; i++) {
		struct str reg =
		    rules_register(world.a, ev, ev->set[i].path);

		if (str_eq(reg, last))
			continue;
		buf_printf(out, "%s\"%.*s\":", last.p == NULL ? "" : ",",
		    (int)reg.n, reg.p);
		add_set(out, ev, ev->set, ev->n_set, reg);
		buf_printf(owners, "%s\"%.*s\":%s", last.p == NULL ? "" : ",",
		    (int)reg.n, reg.p,
		    rules_may(en->role, ev->set[i].path, ev->set[i].json)
		        ? "true"
		        : "false");
		last = reg;
	}
}

/* Under the id of the whole, if its record is one with others. */
static void
tell_event(const struct entry *en, const struct record_id *whole)
{
	struct buf writes = BUF_INIT, owners = BUF_INIT;
	const struct event *ev = &en->event;

	add_writes(&writes, &owners, en);
	fprintf(model, "{\"id\":\"%s\",\"rec\":\"%s\",\"over\":[",
	    hex(en->id.b, 32), hex(whole->b, 16));
	for (size_t i = 0; i < ev->n_over; i++)
		fprintf(model, "%s\"%s\"", i == 0 ? "" : ",",
		    hex(ev->over[i].b, 32));
	fprintf(model, "],\"set\":{%s},\"owner_ok\":{%s}}\n",
	    buf_cstr(&writes), buf_cstr(&owners));
	buf_release(&writes);
	buf_release(&owners);
}

/* As the model writes it: keys sorted, no spaces. */
static void
add_register(
    struct buf *out, const char *rec, const struct fold_register *reg)
{
	buf_printf(out, "{\"conflict\":%s,\"field\":\"%.*s\",\"heads\":[",
	    reg->conflict ? "true" : "false", (int)reg->name.n, reg->name.p);
	for (size_t i = 0; i < reg->n_heads; i++)
		buf_printf(out, "%s\"%s\"", i == 0 ? "" : ",",
		    hex(reg->heads[i].event.b, 32));
	buf_printf(out, "],\"rec\":\"%s\",%s\"values\":[", rec,
	    reg->unseen ? "\"unseen\":true," : "");
	for (size_t i = 0; i < reg->n_heads; i++) {
		if (i > 0)
			buf_addc(out, ',');
		add_set(out,
		    &journal.e[journal_index(&reg->heads[i].event)].event,
		    reg->heads[i].set, reg->heads[i].n_set, reg->name);
	}
	buf_adds(out, "]}\n");
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(((const struct record_of *)a)->id.b,
	    ((const struct record_of *)b)->id.b, RECORD_ID_SIZE);
}

void
model_compare(void)
{
	const struct machine *m = &world.m[DISTRICT];
	struct record_of sorted[RECORDS_MAX];
	struct buf text = BUF_INIT;
	uint8_t sum[32];
	struct record r;

	for (size_t i = 0; i < journal.n; i++) {
		struct record_of rec = { journal.e[i].event.record, NULL };

		if (m->held[i] && journal.e[i].event.has_record &&
		    journal.e[i].event.act < EVENT_NOTE &&
		    state_record(m, &rec, &r))
			tell_event(&journal.e[i], &r.id);
	}
	memcpy(sorted, world.record, sizeof sorted);
	qsort(sorted, world.n_records, sizeof *sorted, by_id);
	for (unsigned i = 0; i < world.n_records; i++)
		for (size_t k = 0; state_record(m, &sorted[i], &r) &&
		     memcmp(&r.id, &sorted[i].id, sizeof r.id) == 0 &&
		     k < r.n_registers; k++)
			add_register(
			    &text, hex(r.id.b, 16), &r.registers[k]);
	hash_blake2b(sum, buf_str(&text));
	fprintf(model, "{\"history\":%u,\"digest\":\"%s\"}\n", world.history,
	    hex(sum, sizeof sum));
	buf_release(&text);
}
