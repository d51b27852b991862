#include "app/history.h"

#include "app/merging.h"
#include "app/restricted.h"
#include "base/cjson.h"
#include "base/coding.h"
#include "base/number.h"

#include <limits.h>
#include <string.h>

static bool
is_on_top_of(const struct event *ev, const struct event_id *id)
{
	for (size_t k = 0; k < ev->n_over; k++)
		if (memcmp(id, &ev->over[k], sizeof *id) == 0)
			return true;
	return false;
}

static const struct event_set *
set_of(const struct event *ev, struct str path)
{
	for (size_t k = 0; k < ev->n_set; k++)
		if (str_eq(ev->set[k].path, path))
			return &ev->set[k];
	return NULL;
}

struct str
history_before(const struct store_event *h, size_t at, struct str path)
{
	const struct event_set *now = set_of(&h[at].event, path), *was, *any;

	any = NULL;
	for (size_t i = at; i-- > 0;) {
		was = is_on_top_of(&h[at].event, &h[i].id)
		    ? set_of(&h[i].event, path)
		    : NULL;
		if (was == NULL)
			continue;
		any = was;
		if (now != NULL && !str_eq(was->json, now->json))
			break;
	}
	return any == NULL ? STR("null") : any->json;
}

const char *
history_act(enum event_act act)
{
	static const char *const names[] = {
		[EVENT_OPEN] = N_("opened"),
		[EVENT_CREATE] = N_("entered"),
		[EVENT_AMEND] = N_("amended"),
		[EVENT_MOVE] = N_("moved"),
		[EVENT_VOID] = N_("voided"),
		[EVENT_RESTORE] = N_("restored"),
		[EVENT_RESOLVE] = N_("conflict decided"),
		[EVENT_MERGE] = N_("merged"),
		[EVENT_NOTE] = N_("note"),
		[EVENT_REVEAL] = N_("looked at"),
		[EVENT_PRINT] = N_("printed"),
		[EVENT_EXPORT] = N_("exported"),
		[EVENT_UNKNOWN] = N_("needs a newer program"),
	};

	return _(names[act]);
}

const char *
history_waits(void)
{
	return _("(waits for an earlier part) ");
}

struct str
history_label(struct arena *a, const struct form *f, struct str path)
{
	const struct form_node *n;
	const char *mark;

	if (str_is(path, "state"))
		return str_of(_("State"));
	if (str_is(path, "void"))
		return str_of(_("Void"));
	n = f == NULL ? NULL : form_node_noted(f, path);
	if (n == NULL)
		return arena_str_dup(a, path);
	mark = memchr(path.p, '?', path.n);
	if (mark != NULL)
		return str_of(arena_printf(a,
		    strncmp(mark, "?force", 6) == 0
			? _("%s (why so all the same)")
			: _("%s (note)"),
		    form_text(n->label)));
	return str_of(form_text(n->label));
}

static struct str
code_label(
    const struct form *f, const struct form_node *n, struct str code)
{
	const struct form_choice *c = n == NULL || n->choices == NULL
	    ? NULL
	    : form_choice_get(n->choices, code);

	(void)f;
	return c == NULL ? code : str_of(form_text(c->label));
}

/* The codes of a calculation, one or several. */
static struct str
code_labels(struct arena *a, const struct form *f, const struct form_node *n,
    struct str codes)
{
	struct buf out = BUF_INIT;
	struct str shown;

	for (size_t at = 0; at < codes.n;) {
		const char *space =
		    memchr(codes.p + at, ' ', codes.n - at);
		size_t end = space == NULL ? codes.n
					   : (size_t)(space - codes.p);

		if (end > at) {
			buf_adds(&out, out.n > 0 ? "; " : "");
			buf_add_str(&out,
			    code_label(f, n,
				(struct str){ codes.p + at, end - at }));
		}
		at = end + 1;
	}
	shown = arena_str_dup(a, buf_str(&out));
	buf_release(&out);
	return shown;
}

static struct str
string_value(struct app *app, struct arena *a, const struct form *f,
    const struct form_node *n, struct str path, struct str s)
{
	const struct form_state *st;
	struct record_id id;
	struct date d;
	char text[DATE_BUF];

	if (str_is(path, "state") && f != NULL) {
		st = form_state_get(f, s);
		return st == NULL ? s : str_of(form_text(st->label));
	}
	if (str_is(path, "void") || (n != NULL && n->type == FORM_YES_NO))
		return str_of(str_is(s, "yes") ? _("yes") : _("no"));
	if (n == NULL)
		return s;
	if (n->type == FORM_DATE && date_parse_iso(s, &d)) {
		date_format_vi(d, text);
		return str_of(arena_strdup(a, text));
	}
	if (n->type == FORM_LINK && record_id_parse(s, &id))
		return app_record_title(app, a, &id);
	if (n->type == FORM_CALCULATE && n->choices != NULL)
		return code_labels(a, f, n, s);
	return code_label(f, n, s);
}

static struct str
plain_value(struct app *app, struct arena *a, const struct form *f,
    struct str path, struct str json)
{
	const struct form_node *n = f == NULL ? NULL : form_node_of(f, path);
	struct cjson_reader r;
	struct buf list = BUF_INIT;
	struct str one;
	char text[NUMBER_BUF];
	int64_t v;

	cjson_begin(&r, json);
	switch (cjson_peek(&r)) {
	case CJSON_STRING:
		if (!cjson_text(&r, a, &one))
			return json;
		return string_value(app, a, f, n, path, one);
	case CJSON_INT:
		if (!cjson_int(&r, &v))
			return json;
		if (n != NULL && (n->flags & FORM_GROUPED) != 0)
			number_format_grouped(v, text);
		else
			number_format_int(v, text);
		return str_of(arena_strdup(a, text));
	case CJSON_ARRAY:
		for (cjson_array(&r); cjson_item(&r);) {
			if (!cjson_text(&r, a, &one))
				break;
			if (list.n > 0)
				buf_adds(&list, ", ");
			buf_add_str(&list, code_label(f, n, one));
		}
		one = arena_str_dup(a, buf_str(&list));
		buf_release(&list);
		return one;
	case CJSON_NULL:
		return STR("");
	case CJSON_TRUE:
	case CJSON_FALSE:
	case CJSON_OBJECT:
	case CJSON_BAD:
	default:
		return json;
	}
}

struct str
history_value(struct app *app, struct arena *a, const struct form *f,
    struct str path, struct str json)
{
	struct str masked = restricted_masked(f, path, json);

	return str_eq(masked, json) ? plain_value(app, a, f, path, json)
				    : STR(RESTRICTED_MASK);
}


struct str
history_day(struct arena *a, struct str iso)
{
	struct str day = { iso.p, iso.n < 10 ? iso.n : 10 };
	struct date d;
	char text[DATE_BUF];

	if (!date_parse_iso(day, &d))
		return iso;
	date_format_vi(d, text);
	if (iso.n < 16)
		return str_of(arena_strdup(a, text));
	return str_of(arena_printf(a, "%s %.5s", text, iso.p + 11));
}

/* A register is written whole: what did not change in it says nothing. */
static bool
says_nothing(const struct store_event *h, size_t at, size_t k)
{
	const struct event_set *set = &h[at].event.set[k];

	return h[at].event.act != EVENT_RESOLVE &&
	    str_eq(set->json, history_before(h, at, set->path));
}

int
history_place(const struct form *f, struct str path)
{
	const struct form_node *n = f == NULL ? NULL : form_node_noted(f, path);

	if (n == NULL)
		return str_is(path, "state") ? -1 : INT_MAX;
	/* Rows stay together: they go by their repeat, then by path. */
	return n->repeat >= 0 ? n->repeat : n->number;
}

/* Few lines, and mostly in order. */
static void
sort_lines(const struct form *f, struct history_line *l, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct history_line one = l[i];
		int place = history_place(f, one.path);
		size_t k = i;

		for (; k > 0 && history_place(f, l[k - 1].path) > place; k--)
			l[k] = l[k - 1];
		l[k] = one;
	}
}

static struct history_line *
next_line(struct arena *a, struct history_line **lines, size_t *n, size_t *cap,
    const struct store_event *event)
{
	*lines = arena_grow(a, *lines, *n, cap, sizeof **lines);
	(*lines)[*n].event = event;
	(*lines)[*n].path = STR("");
	return &(*lines)[(*n)++];
}

/* What a record was called when it was entered, and the beginning of its id. */
static struct str
member_name(struct app *app, struct arena *a, const struct store_event *h,
    size_t n, const struct form *f, const struct record_id *id)
{
	char text[RECORD_ID_TEXT];
	struct str name = STR("");

	for (size_t i = 0; i < n && f != NULL && f->name_field != NULL; i++) {
		const struct event *ev = &h[i].event;

		if (name.n > 0 || memcmp(&ev->record, id, sizeof *id) != 0)
			continue;
		for (size_t k = 0; k < ev->n_set; k++)
			if (str_is(ev->set[k].path, f->name_field))
				name = plain_value(app, a, f,
				    ev->set[k].path, ev->set[k].json);
	}
	if (name.n == 0)
		name = app_record_title(app, a, id);
	record_id_format(id, text);
	return str_of(arena_printf(
	    a, "%.*s (%.4s)", (int)name.n, name.p, text));
}

/* What was said of two records. */
static void
merge_line(struct app *app, struct arena *a, const struct store_event *h,
    size_t n, const struct form *f, struct history_line *l)
{
	struct record_id low, high;
	struct str x, y, json;

	l->old = l->new = STR("");
	if (!merging_pair(l->event, &low, &high)) {
		l->label = str_of(history_act(EVENT_MERGE));
		return;
	}
	x = member_name(app, a, h, n, f, &low);
	y = member_name(app, a, h, n, f, &high);
	json = l->event->event.set[0].json;
	l->label = str_of(str_is(json, "\"yes\"") ? _("Merged")
		: str_is(json, "\"no\"")	    ? _("Two persons")
						    : _("Not said any more"));
	l->new = str_of(arena_printf(
	    a, "%.*s = %.*s", (int)x.n, x.p, (int)y.n, y.p));
	if (str_is(json, "\"no\""))
		l->new = str_of(arena_printf(
		    a, "%.*s / %.*s", (int)x.n, x.p, (int)y.n, y.p));
}

size_t
history_lines(struct app *app, struct arena *a, const struct store_event *h,
    size_t n, struct history_line **out)
{
	struct history_line *lines = NULL, *l;
	size_t count = 0, cap = 0, before;

	for (size_t i = 0; i < n; i++) {
		const struct event *ev = &h[i].event;
		const struct form *f = ev->has_form
		    ? form_set_get(app->forms, arena_str(a, ev->form))
		    : NULL;

		before = count;
		if (ev->act == EVENT_MERGE) {
			l = next_line(a, &lines, &count, &cap, &h[i]);
			merge_line(app, a, h, n, f, l);
			continue;
		}
		for (size_t k = 0; k < ev->n_set; k++) {
			if (says_nothing(h, i, k))
				continue;
			l = next_line(a, &lines, &count, &cap, &h[i]);
			l->path = ev->set[k].path;
			l->label = history_label(a, f, ev->set[k].path);
			l->new = history_value(app, a, f, ev->set[k].path,
			    ev->set[k].json);
			l->old = history_value(app, a, f, ev->set[k].path,
			    history_before(h, i, ev->set[k].path));
		}
		if (count > before) {
			sort_lines(f, lines + before, count - before);
			continue;
		}
		l = next_line(a, &lines, &count, &cap, &h[i]);
		l->label = str_of(history_act(ev->act));
		l->old = l->new = STR("");
	}
	*out = lines;
	return count;
}

static struct str
doubt_text(struct app *app, struct arena *a, const struct record_id *of,
    const struct store_change *c)
{
	const struct form *f = form_set_get(app->forms, arena_str(a, c->form));
	struct str label = history_label(a, f, c->path);
	struct str value = history_value(app, a, f, c->path, c->json);
	struct str who;

	if (memcmp(of->b, c->record.b, sizeof of->b) == 0)
		return str_of(arena_printf(a, _("basis changed: %.*s: %.*s"),
		    (int)label.n, label.p, (int)value.n, value.p));
	who = app_record_title(app, a, &c->record);
	return str_of(arena_printf(a, _("basis changed: %.*s: %.*s (%.*s)"),
	    (int)label.n, label.p, (int)value.n, value.p, (int)who.n, who.p));
}

static struct str
objection_text(struct app *app, struct arena *a, const struct record *r,
    const struct fold_register *reg)
{
	const struct form *f = app_form_of(app, r);
	const struct fold_head *h = &reg->heads[reg->shown];
	struct str label = history_label(a, f, h->set[0].path);
	struct str value =
	    history_value(app, a, f, h->set[0].path, h->set[0].json);

	return str_of(arena_printf(a,
	    _("the commune wrote over the district: %.*s: %.*s"), (int)label.n,
	    label.p, (int)value.n, value.p));
}

size_t
history_doubts(struct app *app, struct arena *a, const struct record *r,
    struct history_doubt **out)
{
	struct store_change *c = NULL;
	struct directory_row row;
	size_t n = 0, changes = 0, at;

	*out = NULL;
	if (!directory_find(app->directory, &r->id, &at))
		return 0;
	directory_get(app->directory, at, &row);
	if (row.basis_changed && store_changes(app->store, a, &r->id, &c,
				     &changes, NULL) != OK)
		changes = 0;
	*out = arena_array(a, changes + r->n_registers + 1, sizeof **out);
	for (size_t i = 0; i < changes; i++)
		(*out)[n++] = (struct history_doubt){ c[i].record,
			doubt_text(app, a, &r->id, &c[i]) };
	if (row.basis_changed && changes == 0)
		(*out)[n++] = (struct history_doubt){ r->id,
			str_of(_("basis changed: what it was made on is not "
				 "all here")) };
	for (size_t i = 0; i < r->n_registers; i++)
		if (r->registers[i].objection)
			(*out)[n++] = (struct history_doubt){ r->id,
				objection_text(
				    app, a, r, &r->registers[i]) };
	return n;
}

bool
history_link(
    const struct form *f, const struct fold_value *v, struct record_id *id)
{
	const struct form_node *n = f == NULL ? NULL : form_node_of(f, v->path);

	return n != NULL && n->type == FORM_LINK && v->json.n > 2 &&
	    record_id_parse(
		(struct str){ v->json.p + 1, v->json.n - 2 }, id);
}

static bool
is_row(const struct form *f, struct str path)
{
	const struct form_node *n = f == NULL ? NULL : form_node_of(f, path);

	return n != NULL && n->type == FORM_REPEAT;
}

const struct fold_value **
history_values(struct arena *a, const struct form *f, const struct record *r,
    size_t *n)
{
	const struct fold_value **v = arena_array(a, r->n_values, sizeof *v);
	int *place = arena_array(a, r->n_values, sizeof *place);

	*n = 0;
	for (size_t i = 0; i < r->n_values; i++) {
		int here = history_place(f, r->values[i].path);
		size_t k = *n;

		if (is_row(f, r->values[i].path))
			continue;
		for (; k > 0 && place[k - 1] > here; k--) {
			place[k] = place[k - 1];
			v[k] = v[k - 1];
		}
		place[k] = here;
		v[k] = &r->values[i];
		++*n;
	}
	return v;
}

void
history_record_text(struct app *app, const struct record *r, bool revealed,
    struct buf *out)
{
	struct arena *a = arena_new();
	const struct form *f = app_form_of(app, r);
	char id[RECORD_ID_TEXT];
	struct str title = app_record_title(app, a, &r->id);
	struct history_doubt *doubts;
	size_t n = history_doubts(app, a, r, &doubts), n_values;
	const struct fold_value **v = history_values(a, f, r, &n_values);

	record_id_format(&r->id, id);
	buf_printf(out, "%s  %.*s\n%s\n",
	    f == NULL ? "?" : form_text(f->title), (int)title.n, title.p, id);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "~ %.*s\n", (int)doubts[i].text.n,
		    doubts[i].text.p);
	for (size_t i = 0; i < n_values; i++) {
		struct str label = history_label(a, f, v[i]->path);
		struct str path = v[i]->path, json = v[i]->json;
		struct str text = revealed && !fill_is_sealed(json)
		    ? plain_value(app, a, f, path, json)
		    : history_value(app, a, f, path, json);

		buf_printf(out, "%c %.*s: %.*s\n",
		    v[i]->conflict ? '!' : ' ', (int)label.n, label.p,
		    (int)text.n, text.p);
	}
	for (size_t i = 0; r->n_members > 1 && i < r->n_members; i++) {
		record_id_format(&r->members[i], id);
		buf_printf(out, "= %s\n", id);
	}
	for (size_t i = 0; i < r->n_refused; i++)
		buf_printf(out, "x %.*s: %s\n", (int)r->refused[i].path.n,
		    r->refused[i].path.p, _(r->refused[i].reason));
	arena_free(a);
}

void
history_text(struct app *app, const struct store_event *h, size_t n,
    struct buf *out)
{
	struct arena *a = arena_new();
	struct history_line *lines;
	size_t count = history_lines(app, a, h, n, &lines);
	const struct store_event *last = NULL;
	char id[EVENT_ID_SIZE * 2 + 1];

	for (size_t i = 0; i < count; i++) {
		const struct history_line *l = &lines[i];
		const struct event *ev = &l->event->event;

		if (l->event != last) {
			struct str at = history_day(a, ev->at);

			hex_encode(id, l->event->id.b, 4);
			buf_printf(out, "%.*s%s  %s%s  %.*s  (%s-%s %s)",
			    (int)at.n, at.p,
			    str_is(ev->clock, "ok") ? "" : "?",
			    l->event->linked ? "" : history_waits(),
			    history_act(ev->act),
			    (int)ev->officer.n, ev->officer.p, l->event->unit,
			    l->event->device, id);
			if (ev->reason.n > 0)
				buf_printf(out, "  [%.*s]",
				    (int)ev->reason.n, ev->reason.p);
			buf_addc(out, '\n');
			last = l->event;
		}
		if (ev->n_set > 0)
			buf_printf(out, "    %.*s: %.*s -> %.*s\n",
			    (int)l->label.n, l->label.p, (int)l->old.n,
			    l->old.p, (int)l->new.n, l->new.p);
	}
	arena_free(a);
}
