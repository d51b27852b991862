#ifndef BENCH_PEOPLE_H
#define BENCH_PEOPLE_H
/* Made-up persons, one after the other. */
#include "app/app.h"
#include "store/store.h"

#include <string.h>

#define FIELDS 9

/* A person as the form's fields have it, with this number in its texts. */
static void
person(struct app *app, struct arena *a, unsigned i, struct store_write *w)
{
	static const char *const names[] = { "Nguyễn Văn Hiếu",
		"Trần Thị Đào", "Phạm Đức Tú", "Lê Thị Hoa" };
	struct event_set *set = arena_array(a, FIELDS, sizeof *set);
	const struct form *f = form_set_get(app->forms, "person");

	memset(w, 0, sizeof *w);
	w->act = EVENT_CREATE;
	w->scope = app_scope(app);
	store_id_make(app->store, w->scope, &w->record);
	w->form = f->id;
	w->form_hash = f->hash;
	w->officer = app->officer;
	w->reason = "";
	w->clock = "ok";
	w->set = set;
	w->n_set = FIELDS;
#define SET(n, path_, ...) \
	set[n] = (struct event_set){ STR(path_), \
		str_of(arena_printf(a, __VA_ARGS__)) }
	SET(0, "full_name", "\"%s\"", names[i % 4]);
	SET(1, "birth", "\"19%02u-%02u-%02u\"", i % 90 + 10, i % 12 + 1,
	    i % 28 + 1);
	SET(2, "citizen_id", "\"0301%08u\"", i);
	SET(3, "hamlet", "\"Thôn %u\"", i % 60 + 1);
	SET(4, "sex", "\"%s\"", i % 2 == 0 ? "male" : "female");
	SET(5, "ethnicity", "\"01\"");
	SET(6, "health_insurance", "\"30%08u\"", i * 7 % 100000000);
	SET(7, "relation", "\"head\"");
	SET(8, "state", "\"living\"");
#undef SET
}

#endif
