#include "tests/merge/journal.h"

#include "base/map.h"

struct journal journal;

static struct map *by_id;

static struct str
key_of(const struct event_id *id)
{
	return (struct str){ (const char *)id->b, sizeof id->b };
}

void
journal_begin(void)
{
	journal.n = 0;
	by_id = map_new(world.a);
}

size_t
journal_index(const struct event_id *id)
{
	const struct entry *e = map_get(by_id, key_of(id));

	return e == NULL ? SIZE_MAX : (size_t)(e - journal.e);
}

/* The role and scope that the opening of its feed says. */
static void
find_opening(struct entry *en)
{
	const struct event *ev = &en->event;

	for (size_t i = 0; ev->act == EVENT_OPEN && i < ev->n_set; i++) {
		struct str json = ev->set[i].json;
		char *text = arena_str(
		    world.a, (struct str){ json.p + 1, json.n - 2 });

		if (str_is(ev->set[i].path, "role"))
			en->role = text;
		else if (str_is(ev->set[i].path, "scope"))
			en->scope = text;
	}
	for (size_t i = 0; i < journal.n && en->role == NULL; i++)
		if (journal.e[i].role != NULL &&
		    memcmp(&journal.e[i].event.feed, &ev->feed,
		        sizeof ev->feed) == 0) {
			en->role = journal.e[i].role;
			en->scope = journal.e[i].scope;
		}
}

static struct entry *
enter(struct str bytes, const struct event_id *id)
{
	struct entry *en = &journal.e[journal.n];

	if (journal.n == EVENTS_MAX)
		fall("more than %d events", EVENTS_MAX);
	memset(en, 0, sizeof *en);
	en->id = *id;
	en->bytes = arena_str_dup(world.a, bytes);
	ok(event_decode(world.a, en->bytes, &en->event, &e));
	en->prev = en->event.has_prev ? journal_index(&en->event.prev)
	                              : SIZE_MAX;
	find_opening(en);
	map_put(by_id, key_of(&en->id), en);
	journal.n++;
	return en;
}

static enum err
see(void *ctx, struct str bytes, struct error *e)
{
	bool *held = ctx;
	struct event_id id;
	size_t at;

	(void)e;
	event_id_of(&id, bytes);
	if ((at = journal_index(&id)) == SIZE_MAX)
		at = (size_t)(enter(bytes, &id) - journal.e);
	held[at] = true;
	return OK;
}

void
journal_look(const struct machine *m, bool held[EVENTS_MAX])
{
	memset(held, 0, sizeof m->held);
	ok(store_events_beyond(m->s, NULL, NULL, 0, see, held, NULL, &e));
}
