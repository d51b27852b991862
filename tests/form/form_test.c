#include "form_test.h"

static const struct fill_env env = {
	.today = { 2026, 1, 15, DATE_DAY },
	.now = "2026-01-15T08:00:00+07:00",
	.language = "vi",
};

const struct form *
form_of(struct world *w, const char *pages)
{
	struct buf text = BUF_INIT, pack = BUF_INIT;
	struct cjson_writer out;
	struct error e;

	buf_printf(&text, "form: t\nversion: 2026-01-01\ntitle: T\n%s", pages);
	cjson_start(&out, &pack);
	cjson_open_object(&out);
	cjson_put_key(&out, STR("choices"));
	cjson_open_object(&out);
	cjson_close_object(&out);
	cjson_put_pair(&out, "file", STR("t.yaml"));
	cjson_put_pair(&out, "form", buf_str(&text));
	cjson_put_key(&out, STR("v"));
	cjson_put_int(&out, 1);
	cjson_close_object(&out);
	if (form_set_load_pack(w->set, buf_str(&pack), &w->f, &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	buf_release(&text);
	buf_release(&pack);
	return w->f;
}

struct fill *
world_fill(struct world *w, enum form_owner role)
{
	struct fill_env own = env;

	own.role = role;
	return fill_new(w->f, w->set, &own);
}

void
world_open(struct world *w, const char *pages)
{
	w->a = arena_new();
	w->set = form_set_new(w->a, FORMS "/choices");
	form_of(w, pages);
	w->x = world_fill(w, FORM_COMMUNE);
	fill_start(w->x, true);
}

void
world_close(struct world *w)
{
	fill_free(w->x);
	arena_free(w->a);
}

struct fill_ref
ref_of(const struct fill *x, const char *path)
{
	struct fill_ref r = { 0 };
	const struct form_node *n;
	char model[128];
	size_t len = 0;

	for (const char *p = path; *p != '\0'; p++) {
		if (*p != '[') {
			model[len++] = *p;
			continue;
		}
		r.at.row[r.at.depth++] = (uint32_t)(p[1] - '0');
		p += 2;
	}
	model[len] = '\0';
	n = form_node_by_path(fill_form(x), str_of(model));
	if (n == NULL)
		fail_msg("no field %s", model);
	r.node = n == NULL ? 0 : n->number;
	return r;
}

bool
put(struct fill *x, const char *path, const char *text)
{
	struct fill_ref r = ref_of(x, path);

	return fill_set(x, &r, str_of(text));
}

const char *
text_at(struct world *w, const char *path)
{
	struct fill_ref r = ref_of(w->x, path);

	return arena_str(w->a, fill_text(w->x, &r));
}

/* As expressions see it: blank if hidden. */
const char *
value_at(struct world *w, const char *path)
{
	struct fill_ref r = ref_of(w->x, path);

	if (!fill_is_relevant(w->x, &r))
		return "(hidden)";
	return arena_str(w->a, value_to_text(w->a, fill_value(w->x, &r)));
}

const char *
changes_of(struct world *w)
{
	struct fill_change *c;
	size_t n = fill_changes(w->x, w->a, &c);
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s%.*s=%.*s", i == 0 ? "" : " ",
		    (int)c[i].path.n, c[i].path.p, (int)c[i].json.n,
		    c[i].json.p);
	text = arena_strdup(w->a, buf_cstr(&out));
	buf_release(&out);
	return text;
}
