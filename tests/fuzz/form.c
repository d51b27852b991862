/*
 * Any text is linted to its end.  What has no fault loads as a pack, gives
 * the same pack again, and can be filled.
 */
#include "fuzz.h"

#include "base/cjson.h"
#include "base/text.h"
#include "form/fill.h"

#include <string.h>

static void
count(void *ctx, const struct form_fault *f)
{
	size_t *n = ctx;

	MUST_HOLD(f->line > 0 && f->col > 0 && f->what[0] != '\0');
	++*n;
}

static void
fill_it(struct form_set *set, const struct form *f)
{
	struct fill_env env = { .today = { 2026, 1, 15, DATE_DAY } };
	struct fill *x = fill_new(f, set, &env);
	const struct fill_finding *findings;
	struct fill_ref r;
	unsigned steps = 0;

	fill_start(x, true);
	for (bool on = fill_first(x, &r); on && steps < 200; steps++) {
		if (f->nodes[r.node].type == FORM_REPEAT)
			fill_row_insert(x, &r, 0);
		else
			fill_set(x, &r, steps % 2 ? STR("1") : STR("a"));
		on = fill_next(x, &r);
	}
	fill_findings(x, &findings);
	while (fill_undo(x, &r))
		continue;
	while (fill_redo(x, &r))
		continue;
	fill_free(x);
}

static void
load_it(struct arena *a, struct form_set *set, struct str text)
{
	struct buf pack = BUF_INIT;
	struct cjson_writer w;
	const struct form *f, *again;
	struct error e;

	cjson_start(&w, &pack);
	cjson_open_object(&w);
	cjson_put_key(&w, STR("choices"));
	cjson_open_object(&w);
	cjson_close_object(&w);
	cjson_put_pair(&w, "file", STR("f.yaml"));
	cjson_put_pair(&w, "form", text);
	cjson_put_key(&w, STR("v"));
	cjson_put_int(&w, 1);
	cjson_close_object(&w);
	(void)a;
	MUST_HOLD(form_set_load_pack(set, buf_str(&pack), &f, &e) == OK);
	MUST_HOLD(str_eq(f->pack, buf_str(&pack)));
	MUST_HOLD(form_set_load_pack(set, f->pack, &again, &e) == OK);
	MUST_HOLD(again == f);
	fill_it(set, f);
	buf_release(&pack);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new();
	struct form_set *set = form_set_new(a, NULL);
	struct str text = { (const char *)p, n }, clean;
	size_t said = 0, warnings, errors;
	struct error e;

	text = arena_str_dup(a, text); /* NUL-ended, as files are */
	errors =
	    form_lint_text(a, set, "f.yaml", text, count, &said, &warnings);
	MUST_HOLD(said == errors + warnings);
	if (errors == 0 && strstr(text.p, "pages:") != NULL &&
	    text_clean(a, text, TEXT_LINES, &clean, &e) == OK &&
	    str_eq(clean, text))
		load_it(a, set, text);
	arena_free(a);
	return 0;
}
