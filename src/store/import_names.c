#include "store/store_impl.h"

#include "base/cjson.h"

/* A text that the event sets, empty if it is none that may be shown. */
static struct str
text_of(struct arena *a, const struct event *ev, const char *path)
{
	struct cjson_reader r;
	struct str raw;

	for (size_t i = 0; path != NULL && i < ev->n_set; i++) {
		if (!str_is(ev->set[i].path, path))
			continue;
		cjson_begin(&r, ev->set[i].json);
		if (cjson_peek(&r) != CJSON_STRING ||
		    !cjson_string(&r, &raw) || str_starts(raw, "age:"))
			break;
		return arena_str_dup(a, cjson_unescape(a, raw));
	}
	return STR("");
}

void
import_note_name(struct store *s, struct arena *a, const struct event *ev,
    struct import_names *out)
{
	const struct store_options *o = &s->options;
	struct store_import_name *one = &out->name[out->n];
	const struct fold_rules *rules;

	if (out->n == STORE_IMPORT_NAMES || ev->act != EVENT_CREATE)
		return;
	rules = o->rules(o->rules_ctx, ev->form, ev->form_hash);
	if (rules == NULL)
		return;
	one->name = text_of(a, ev, rules->name);
	if (one->name.n == 0)
		return;
	one->hamlet = text_of(a, ev, rules->hamlet);
	one->form = arena_str_dup(a, ev->form);
	out->n++;
}
