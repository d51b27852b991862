#include "store/event.h"

#include "base/cjson.h"
#include "base/coding.h"
#include "base/number.h"
#include "crypt/hash.h"

#include <stdlib.h>
#include <string.h>

#define PATH_MAX_BYTES 200

static const char *const act_names[] = {
	[EVENT_OPEN] = "open",
	[EVENT_CREATE] = "create",
	[EVENT_AMEND] = "amend",
	[EVENT_MOVE] = "move",
	[EVENT_VOID] = "void",
	[EVENT_RESTORE] = "restore",
	[EVENT_RESOLVE] = "resolve",
	[EVENT_MERGE] = "merge",
	[EVENT_NOTE] = "note",
	[EVENT_REVEAL] = "reveal",
	[EVENT_PRINT] = "print",
	[EVENT_EXPORT] = "export",
	[EVENT_UNKNOWN] = "unknown",
};

/* The keys of an event, in the order in which they stand. */
enum key {
	KEY_ACT,
	KEY_AT,
	KEY_BASIS,
	KEY_CLOCK,
	KEY_FEED,
	KEY_FORM,
	KEY_FORM_HASH,
	KEY_OFFICER,
	KEY_OVER,
	KEY_PREV,
	KEY_REASON,
	KEY_REC,
	KEY_SEQ,
	KEY_SET,
	KEY_V,
	KEY_COUNT,
};
#define NAME(text) { text, sizeof text - 1 }
static const struct str key_names[KEY_COUNT] = { NAME("act"), NAME("at"),
	NAME("basis"), NAME("clock"), NAME("feed"), NAME("form"),
	NAME("form_hash"), NAME("officer"), NAME("over"), NAME("prev"),
	NAME("reason"), NAME("rec"), NAME("seq"), NAME("set"), NAME("v") };

struct raw_event {
	struct str value[KEY_COUNT]; /* text of each value, p NULL if absent */
	const char *unknown;         /* a key that is none of ours */
	bool bad_set;                /* a path or a value that no set has */
};

static enum err
bad_key(enum key k, struct error *e)
{
	return error_set(
	    e, ERR_FORMAT, N_("event: wrong or missing \"%s\""),
	    key_names[k].p);
}

static bool
has(const struct raw_event *raw, enum key k)
{
	return raw->value[k].p != NULL;
}

/* What split has found to be canonical needs no reader of its own. */
static bool
int_of(struct str text, int64_t *v)
{
	return text.p != NULL && number_parse_int(text, v);
}

/* A string that stands for itself: an id, a name.  Quotes taken off. */
static struct str
plain_of(struct str text)
{
	if (text.p == NULL || text.n < 2 || text.p[0] != '"')
		return (struct str){ NULL, 0 };
	return (struct str){ text.p + 1, text.n - 2 };
}

static bool
string_of(struct arena *a, struct str text, struct str *out)
{
	struct str raw = plain_of(text);

	if (raw.n == 0 || raw.n > EVENT_STRING_MAX)
		return false;
	*out = cjson_unescape(a, raw);
	return true;
}

static int
id_cmp(const void *a, const void *b)
{
	return memcmp(a, b, EVENT_ID_SIZE);
}

/* An array of ids, sorted, none twice, not empty. */
static enum err
ids_of(struct arena *a, const struct raw_event *raw, enum key k, size_t max,
    struct event_id **out, size_t *n_out, struct error *e)
{
	struct cjson_reader r;
	struct str hex;
	struct event_id *ids = NULL;
	size_t n = 0, cap = 0;

	if (!has(raw, k))
		return OK;
	cjson_begin(&r, raw->value[k]);
	if (cjson_peek(&r) != CJSON_ARRAY || !cjson_array(&r))
		return bad_key(k, e);
	while (cjson_item(&r)) {
		if (cjson_peek(&r) != CJSON_STRING || !cjson_string(&r, &hex))
			return bad_key(k, e);
		if (n == max)
			return error_set(e, ERR_LIMIT,
			    N_("event: more than %zu ids in \"%s\""), max,
			    key_names[k].p);
		ids = arena_grow(a, ids, n, &cap, sizeof *ids);
		if (!hex_decode(ids[n].b, EVENT_ID_SIZE, hex))
			return bad_key(k, e);
		if (n > 0 && id_cmp(&ids[n - 1], &ids[n]) >= 0)
			return bad_key(k, e);
		n++;
	}
	if (n == 0)
		return bad_key(k, e);
	*out = ids;
	*n_out = n;
	return OK;
}

/* How much of it is a path. */
static size_t
path_span(struct str s)
{
	static const bool in_path[256] = {
		['0'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['A'] = 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		['a'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, ['_'] = 1, ['/'] = 1, ['-'] = 1, ['.'] = 1
	};
	size_t n = 0;

	while (n < s.n && in_path[(unsigned char)s.p[n]])
		n++;
	return n;
}

static bool
is_path(struct str s)
{
	return s.n > 0 && s.n <= PATH_MAX_BYTES && path_span(s) == s.n;
}

static bool
is_mark(struct str s)
{
	return str_is(s, "?force") || str_is(s, "?note");
}

/* Of a field, or of what stands beside one. */
static bool
is_set_path(struct str s)
{
	size_t n = path_span(s);

	return n > 0 && n <= PATH_MAX_BYTES &&
	    (n == s.n || is_mark((struct str){ s.p + n, s.n - n }));
}

struct str
event_field(struct str path)
{
	const char *mark = path.n == 0 ? NULL : memchr(path.p, '?', path.n);
	struct str rest;

	if (mark == NULL)
		return path;
	rest = (struct str){ mark, path.n - (size_t)(mark - path.p) };
	if (is_mark(rest))
		path.n -= rest.n;
	return path;
}

static bool
is_array_of_strings(struct str json)
{
	struct cjson_reader r;
	struct str s;

	cjson_begin(&r, json);
	if (!cjson_array(&r))
		return false;
	while (cjson_item(&r))
		if (cjson_peek(&r) != CJSON_STRING || !cjson_string(&r, &s) ||
		    s.n > EVENT_STRING_MAX)
			return false;
	return cjson_end(&r);
}

/* What a field may be set to: string, integer, array of strings, null. */
static bool
is_value(struct str json)
{
	switch (json.p[0]) {
	case '"':
		return json.n <= EVENT_STRING_MAX + 2;
	case '[':
		return is_array_of_strings(json);
	case '{':
	case 't':
	case 'f':
		return false;
	default: /* null, or an integer */
		return true;
	}
}

/* In the same breath as it is read: there is most of an event. */
static void
split_set(struct arena *a, struct cjson_reader *r, struct event *out,
    bool *bad)
{
	struct event_set one;
	size_t cap = 0;

	for (cjson_object(r); cjson_pair(r, &one.path, &one.json);) {
		*bad = *bad || !is_set_path(one.path) || !is_value(one.json);
		if (out->n_set == cap)
			out->set = arena_grow(
			    a, out->set, out->n_set, &cap, sizeof *out->set);
		out->set[out->n_set++] = one;
	}
}

/* Splits the object; every value has been checked to be canonical. */
static enum err
split(struct arena *a, struct str bytes, struct raw_event *raw,
    struct event *out, struct error *e)
{
	struct cjson_reader r;
	struct str key, value;
	size_t k, next = 0;

	memset(raw, 0, sizeof *raw);
	cjson_begin(&r, bytes);
	if (!cjson_object(&r))
		return cjson_error(&r, e);
	for (;;) {
		/* keys are sorted, so ours come in the order of the table */
		for (k = next; k < KEY_COUNT; k++)
			if (cjson_take_key(&r, key_names[k]))
				break;
		if (k == KEY_COUNT && !cjson_key(&r, &key))
			break;
		value.p = r.p;
		if (k == KEY_SET && cjson_peek(&r) == CJSON_OBJECT)
			split_set(a, &r, out, &raw->bad_set);
		else if (!cjson_skip(&r, NULL))
			break;
		value.n = (size_t)(r.p - value.p);
		if (k == KEY_COUNT) {
			raw->unknown = key.p;
		} else {
			raw->value[k] = value;
			next = k + 1;
		}
	}
	if (!cjson_end(&r))
		return cjson_error(&r, e);
	return OK;
}

static bool
is_time(struct str s)
{
	static const char shape[] = "0000-00-00T00:00:00+00:00";

	if (s.n != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char want = shape[i], c = s.p[i];

		if (want == '0' ? c < '0' || c > '9'
		                : c != want && !(want == '+' && c == '-'))
			return false;
	}
	return true;
}

/* Feed, place and predecessor: what is read of an event of any version. */
static enum err
chain_of(const struct raw_event *raw, struct event *out, struct error *e)
{
	int64_t seq;

	if (!feed_id_parse(plain_of(raw->value[KEY_FEED]), &out->feed))
		return bad_key(KEY_FEED, e);
	if (!int_of(raw->value[KEY_SEQ], &seq) || seq < 1)
		return bad_key(KEY_SEQ, e);
	out->seq = (uint64_t)seq;
	out->has_prev = has(raw, KEY_PREV);
	if (out->has_prev != (seq > 1))
		return bad_key(KEY_PREV, e);
	if (out->has_prev && !hex_decode(out->prev.b, sizeof out->prev.b,
	        plain_of(raw->value[KEY_PREV])))
		return bad_key(KEY_PREV, e);
	return OK;
}

static enum err
subject_of(const struct raw_event *raw, struct event *out, struct error *e)
{
	struct str act = plain_of(raw->value[KEY_ACT]);

	if (act.n == 0 || act.n > 32)
		return bad_key(KEY_ACT, e);
	for (out->act = EVENT_OPEN; out->act < EVENT_UNKNOWN; out->act++)
		if (str_is(act, act_names[out->act]))
			break;
	if ((out->act == EVENT_OPEN) != (out->seq == 1))
		return bad_key(KEY_ACT, e);
	out->has_record = has(raw, KEY_REC);
	out->has_form = has(raw, KEY_FORM);
	if (out->has_record &&
	    !record_id_parse(plain_of(raw->value[KEY_REC]), &out->record))
		return bad_key(KEY_REC, e);
	if (out->has_record && (out->act == EVENT_OPEN || !out->has_form))
		return bad_key(KEY_REC, e);
	if (!out->has_record && out->act > EVENT_OPEN && out->act < EVENT_NOTE)
		return bad_key(KEY_REC, e);
	if (out->has_form != has(raw, KEY_FORM_HASH))
		return bad_key(KEY_FORM_HASH, e);
	if (!out->has_form)
		return OK;
	out->form = plain_of(raw->value[KEY_FORM]);
	if (!is_path(out->form) || out->form.n > 47)
		return bad_key(KEY_FORM, e);
	if (!hex_decode(out->form_hash, sizeof out->form_hash,
	        plain_of(raw->value[KEY_FORM_HASH])))
		return bad_key(KEY_FORM_HASH, e);
	return OK;
}

static enum err
texts_of(struct arena *a, const struct raw_event *raw, struct event *out,
    struct error *e)
{
	if (!string_of(a, raw->value[KEY_AT], &out->at) || !is_time(out->at))
		return bad_key(KEY_AT, e);
	out->clock = plain_of(raw->value[KEY_CLOCK]);
	if (!str_is(out->clock, "ok") && !str_is(out->clock, "doubtful"))
		return bad_key(KEY_CLOCK, e);
	if (!string_of(a, raw->value[KEY_OFFICER], &out->officer))
		return bad_key(KEY_OFFICER, e);
	if (has(raw, KEY_REASON) &&
	    !string_of(a, raw->value[KEY_REASON], &out->reason))
		return bad_key(KEY_REASON, e);
	return OK;
}

enum err
event_decode(struct arena *a, struct str bytes, struct event *out,
    struct error *e)
{
	struct raw_event raw;
	enum err r;

	memset(out, 0, sizeof *out);
	if (bytes.n > EVENT_BYTES_MAX)
		return error_set(e, ERR_LIMIT,
		    N_("event: more than %d bytes"), EVENT_BYTES_MAX);
	if ((r = split(a, bytes, &raw, out, e)) != OK)
		return r;
	if (!int_of(raw.value[KEY_V], &out->version) || out->version < 1)
		return bad_key(KEY_V, e);
	if ((r = chain_of(&raw, out, e)) != OK)
		return r;
	if (out->version > EVENT_VERSION) {
		out->act = EVENT_UNKNOWN;
		out->n_set = 0;
		return OK;
	}
	if (raw.unknown != NULL)
		return error_set(e, ERR_FORMAT, N_("event: unknown key"));
	if ((r = subject_of(&raw, out, e)) != OK ||
	    (r = texts_of(a, &raw, out, e)) != OK ||
	    (r = ids_of(a, &raw, KEY_OVER, EVENT_OVER_MAX, &out->over,
	         &out->n_over, e)) != OK ||
	    (r = ids_of(a, &raw, KEY_BASIS, EVENT_BYTES_MAX, &out->basis,
	         &out->n_basis, e)) != OK)
		return r;
	if (has(&raw, KEY_SET) && (raw.bad_set || out->n_set == 0))
		return bad_key(KEY_SET, e);
	return OK;
}

static int
set_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct event_set *)a)->path,
	    ((const struct event_set *)b)->path);
}

/* Mostly there are a dozen or two. */
void
event_sort_set(struct event *ev)
{
	struct event_set *set = ev->set, one;

	if (ev->n_set > 64) {
		qsort(set, ev->n_set, sizeof *set, set_cmp);
		return;
	}
	for (size_t i = 1, k; i < ev->n_set; i++) {
		one = set[i];
		for (k = i; k > 0 && set_cmp(&set[k - 1], &one) > 0; k--)
			set[k] = set[k - 1];
		set[k] = one;
	}
}

static void
put_hex(struct cjson_writer *w, const char *key, const uint8_t b[32])
{
	char hex[HASH_HEX];

	hex_encode(hex, b, HASH_SIZE);
	if (key != NULL)
		cjson_put_pair(w, key, str_of(hex));
	else
		cjson_put_string(w, str_of(hex));
}

/* Sorts the ids, drops the doubles, writes what is left. */
static void
put_ids(struct cjson_writer *w, const char *key, struct event_id *ids,
    size_t *n)
{
	size_t kept = 0;

	if (*n == 0)
		return;
	qsort(ids, *n, sizeof *ids, id_cmp);
	for (size_t i = 0; i < *n; i++)
		if (kept == 0 || id_cmp(&ids[kept - 1], &ids[i]) != 0)
			ids[kept++] = ids[i];
	*n = kept;
	cjson_put_key(w, str_of(key));
	cjson_open_array(w);
	for (size_t i = 0; i < kept; i++)
		put_hex(w, NULL, ids[i].b);
	cjson_close_array(w);
}

static void
put_set(struct cjson_writer *w, struct event *ev)
{
	if (ev->n_set == 0)
		return;
	event_sort_set(ev);
	cjson_put_key(w, STR("set"));
	cjson_open_object(w);
	for (size_t i = 0; i < ev->n_set; i++) {
		cjson_put_key(w, ev->set[i].path);
		cjson_put_raw(w, ev->set[i].json);
	}
	cjson_close_object(w);
}

void
event_encode(struct buf *out, struct event *ev)
{
	struct cjson_writer w;
	char id[RECORD_ID_TEXT];

	cjson_start(&w, out);
	cjson_open_object(&w);
	cjson_put_pair(&w, "act", str_of(act_names[ev->act]));
	cjson_put_pair(&w, "at", ev->at);
	put_ids(&w, "basis", ev->basis, &ev->n_basis);
	cjson_put_pair(&w, "clock", ev->clock);
	feed_id_format(&ev->feed, id);
	cjson_put_pair(&w, "feed", str_of(id));
	if (ev->has_form) {
		cjson_put_pair(&w, "form", ev->form);
		put_hex(&w, "form_hash", ev->form_hash);
	}
	cjson_put_pair(&w, "officer", ev->officer);
	put_ids(&w, "over", ev->over, &ev->n_over);
	if (ev->has_prev)
		put_hex(&w, "prev", ev->prev.b);
	if (ev->reason.n > 0)
		cjson_put_pair(&w, "reason", ev->reason);
	if (ev->has_record) {
		record_id_format(&ev->record, id);
		cjson_put_pair(&w, "rec", str_of(id));
	}
	cjson_put_key(&w, STR("seq"));
	cjson_put_int(&w, (int64_t)ev->seq);
	put_set(&w, ev);
	cjson_put_key(&w, STR("v"));
	cjson_put_int(&w, EVENT_VERSION);
	cjson_close_object(&w);
}

const char *
event_act_name(enum event_act act)
{
	return act_names[act];
}
