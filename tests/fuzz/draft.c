/* What a draft gives back, it gives back again, byte for byte. */
#include "fuzz.h"

#include "base/cjson.h"
#include "form/fill.h"

static const char pack[] =
    "{\"choices\":{},\"file\":\"f.yaml\",\"form\":\""
    "form: f\\nversion: 2026-01-01\\ntitle: F\\n"
    "choices:\\n"
    "  up: [{code: a}, {code: b}]\\n"
    "  low: [{code: x, of: a}, {code: y, of: b}]\\n"
    "pages:\\n- page: p\\n  fields:\\n"
    "  - {name: t, type: text}\\n"
    "  - {name: i, type: integer, soft: '. < 9', soft_message: m}\\n"
    "  - {name: d, type: date, relevant: '${i} > 1'}\\n"
    "  - {name: u, type: select_one, choices: up}\\n"
    "  - {name: m, type: select_multiple, choices: low, "
    "choice_filter: 'of = ${u}'}\\n"
    "  - {name: k, type: decimal, calculate: '${i} div 2'}\\n"
    "  - {name: r, type: repeat, fields: [{name: n, type: text}, "
    "{name: s, type: repeat, fields: [{name: q, type: time}]}]}\\n"
    "\",\"v\":1}";

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new();
	struct form_set *set = form_set_new(a, NULL);
	struct fill_env env = { .today = { 2026, 1, 15, DATE_DAY } };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct fill_change *changes;
	const struct form *f;
	struct fill *x, *y;
	struct error e;

	MUST_HOLD(form_set_load_pack(set, str_of(pack), &f, &e) == OK);
	x = fill_new(f, set, &env);
	y = fill_new(f, set, &env);
	fill_start(x, true);
	fill_start(y, true);
	if (fill_restore(x, NULL, (struct str){ (const char *)p, n })) {
		fill_snapshot(x, NULL, &first);
		MUST_HOLD(cjson_is_canonical(buf_str(&first)));
		MUST_HOLD(fill_restore(y, NULL, buf_str(&first)));
		fill_snapshot(y, NULL, &second);
		MUST_HOLD(str_eq(buf_str(&first), buf_str(&second)));
		fill_changes(x, a, &changes);
	}
	fill_free(x);
	fill_free(y);
	buf_release(&first);
	buf_release(&second);
	arena_free(a);
	return 0;
}
