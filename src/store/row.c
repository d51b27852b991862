#include "store/store_impl.h"

#include "base/cjson.h"
#include "base/text.h"

#include <string.h>

enum row_flags {
	ROW_VOID = 1 << 0,
	ROW_CONFLICT = 1 << 1,
	ROW_WAITING = 1 << 2,
	ROW_DECIDED = 1 << 3,
	ROW_REFUSED = 1 << 4,
	ROW_OBJECTION = 1 << 5,
	ROW_MEMBER = 1 << 6,
};

/* Not in text_of: this reader's memory is cleared each time. */
static struct str
text_of_array(struct arena *a, struct str json)
{
	struct cjson_reader r;
	struct str one, all;
	struct buf b = BUF_INIT;

	cjson_begin(&r, json);
	if (cjson_peek(&r) != CJSON_ARRAY || !cjson_array(&r))
		return json;
	while (cjson_item(&r) && cjson_string(&r, &one)) {
		if (b.n > 0)
			buf_addc(&b, ' ');
		buf_add_str(&b, cjson_unescape(a, one));
	}
	all = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return all;
}

/* A value as text: arrays as their codes with spaces between. */
static struct str
text_of(struct arena *a, struct str json)
{
	if (json.n >= 2 && json.p[0] == '"')
		return cjson_unescape(
		    a, (struct str){ json.p + 1, json.n - 2 });
	return text_of_array(a, json);
}

static struct str
value_of(struct arena *a, const struct record *r, const char *path)
{
	struct str wanted = str_of(path);
	size_t n = path == NULL ? 0 : r->n_values;

	/* few of some dozens are of the same length */
	for (size_t i = 0; i < n; i++)
		if (r->values[i].path.n == wanted.n &&
		    memcmp(r->values[i].path.p, wanted.p, wanted.n) == 0)
			return text_of(a, r->values[i].json);
	return STR("");
}

static void
add_folded(struct buf *out, struct str text)
{
	size_t from;

	if (text.n == 0)
		return;
	buf_addc(out, ' ');
	from = out->n;
	text_fold(out, text);
	for (size_t i = from; i < out->n; i++)
		if (out->p[i] == '\n')
			out->p[i] = ' ';
}

static void
pack_folded(struct arena *a, const struct record *r,
    const struct fold_rules *rules, struct str name, struct str citizen_id,
    struct buf *out)
{
	size_t from = pack_open(out);

	add_folded(out, name);
	add_folded(out, citizen_id);
	for (size_t i = 0; i < rules->n_search; i++) {
		const char *path = rules->search[i].path;

		if ((rules->name != NULL && strcmp(path, rules->name) == 0) ||
		    (rules->citizen_id != NULL &&
		        strcmp(path, rules->citizen_id) == 0))
			continue;
		add_folded(out, value_of(a, r, path));
	}
	pack_close(out, from);
}

static bool
is_link(struct str model, const struct fold_rules *rules)
{
	for (size_t i = 0; rules->links != NULL && rules->links[i] != NULL; i++)
		if (str_is(model, rules->links[i]))
			return true;
	return false;
}

static void
add_links(struct arena *a, const struct record *r,
    const struct fold_rules *rules, struct buf *out)
{
	struct record_id id;

	for (size_t i = 0; i < r->n_values; i++)
		if (r->values[i].json.n == RECORD_ID_TEXT + 1 && /* quoted */
		    is_link(fold_model_path(a, r->values[i].path), rules) &&
		    record_id_parse(text_of(a, r->values[i].json), &id))
			buf_add(out, id.b, sizeof id.b);
}

struct str
row_links(
    struct arena *a, const struct record *r, const struct fold_rules *rules)
{
	struct buf b = BUF_INIT;
	struct str s;

	add_links(a, r, rules, &b);
	s = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct row_mark *
marks_of(struct store *s, struct arena *a, const struct fold_event *events,
    size_t n, size_t *n_marks)
{
	struct row_mark *m = arena_array(a, n, sizeof *m);
	size_t count = 0, k;

	for (size_t i = 0; i < n; i++) {
		const struct feed *f = feed_get(s, &events[i].event->feed);

		if (f == NULL)
			continue;
		for (k = 0; k < count && m[k].feed != f->no; k++)
			;
		if (k == count)
			m[count++].feed = f->no;
		if (events[i].event->seq > m[k].seq)
			m[k].seq = events[i].event->seq;
	}
	*n_marks = count;
	return m;
}

static void
pack_marks(struct buf *out, const struct row_mark *m, size_t n)
{
	size_t from = pack_open(out);

	for (size_t i = 0; i < n; i++) {
		pack_u64(out, m[i].feed);
		pack_u64(out, m[i].seq);
	}
	pack_close(out, from);
}

/*
 * A list's columns are mostly what the row holds already: such a one is only
 * the number of the text that it repeats; 0 is one of its own, which follows.
 * A register of 100,000 has 5 MB less in memory by this.
 */
#define ROW_TEXTS 5

static void
row_texts(const struct directory_row *p, struct str text[ROW_TEXTS])
{
	text[0] = p->state;
	text[1] = p->name;
	text[2] = p->hamlet;
	text[3] = p->birth;
	text[4] = p->citizen_id;
}

static void
pack_column(struct buf *out, const struct str text[ROW_TEXTS], struct str column)
{
	for (size_t i = 0; i < ROW_TEXTS; i++) {
		if (str_eq(text[i], column)) {
			pack_u64(out, i + 1);
			return;
		}
	}
	pack_u64(out, 0);
	pack_str(out, column);
}

static bool
unpack_columns(struct unpack *u, struct directory_row *p)
{
	struct str text[ROW_TEXTS];

	p->n_columns = unpack_u64(u);
	if (p->n_columns > ARRAY_LEN(p->column))
		return false;
	row_texts(p, text);
	for (size_t i = 0; i < p->n_columns; i++) {
		uint64_t repeats = unpack_u64(u);

		if (repeats > ROW_TEXTS)
			return false;
		p->column[i] =
		    repeats == 0 ? unpack_str(u) : text[repeats - 1];
	}
	return true;
}

static void
pack_shown(struct arena *a, const struct record *r,
    const struct fold_rules *rules, struct buf *out)
{
	struct directory_row p = {
		.state = r->state,
		.name = value_of(a, r, rules->name),
		.hamlet = value_of(a, r, rules->hamlet),
		.birth = value_of(a, r, rules->birth),
		.citizen_id = value_of(a, r, rules->citizen_id),
	};
	size_t n = rules->n_columns < ARRAY_LEN(p.column) ?
	               rules->n_columns : ARRAY_LEN(p.column);
	struct str text[ROW_TEXTS];
	size_t from;

	row_texts(&p, text);
	pack_str(out, p.name);
	pack_str(out, p.hamlet);
	pack_str(out, p.birth);
	pack_str(out, p.citizen_id);
	pack_u64(out, n);
	for (size_t i = 0; i < n; i++)
		pack_column(out, text, value_of(a, r, rules->columns[i].path));
	pack_folded(a, r, rules, p.name, p.citizen_id, out);
	from = pack_open(out);
	text_sort_key(out, p.name, true);
	pack_close(out, from);
	from = pack_open(out);
	add_links(a, r, rules, out);
	pack_close(out, from);
}

void
row_encode(struct store *s, struct arena *a, const struct record *r,
    const struct fold_event *events, struct buf *out)
{
	const struct feed *f = feed_get(s, &events[0].event->feed);
	size_t n;
	struct row_mark *marks = marks_of(s, a, events, r->n_events, &n);

	row_pack(a, r, s->options.rules(
	    s->options.rules_ctx, r->form, r->form_hash),
	    f == NULL ? "" : f->pub.scope, marks, n, out);
}

void
row_pack(struct arena *a, const struct record *r,
    const struct fold_rules *rules, const char *scope,
    const struct row_mark *marks, size_t n_marks, struct buf *out)
{
	static const struct fold_rules none;

	/* all flags fit one byte, and the id follows: rows_id counts on it */
	pack_u64(out,
	    (r->is_void ? ROW_VOID : 0u) | (r->conflict ? ROW_CONFLICT : 0u) |
	        (r->waiting ? ROW_WAITING : 0u) |
	        (r->decided ? ROW_DECIDED : 0u) |
	        (r->n_refused > 0 ? ROW_REFUSED : 0u) |
	        (r->objection ? ROW_OBJECTION : 0u));
	pack_bytes(out, r->id.b);
	pack_str(out, r->form);
	pack_str(out, r->state);
	pack_text(out, scope);
	pack_shown(a, r, rules == NULL ? &none : rules, out);
	pack_marks(out, marks, n_marks);
	basis_pack(a, r, out);
}

void
row_encode_member(const struct record_id *id, const struct record_id *root,
    struct buf *out)
{
	pack_u64(out, ROW_MEMBER);
	pack_bytes(out, id->b);
	pack_bytes(out, root->b);
}

static bool
decode_member(struct unpack *u, struct row *out)
{
	struct directory_row *p = &out->pub;

	unpack_bytes(u, out->into.b, sizeof out->into.b);
	p->form = p->state = p->scope = STR("");
	p->name = p->hamlet = p->birth = p->citizen_id = STR("");
	p->n_columns = 0;
	out->folded = out->key = out->links = out->marks = STR("");
	out->basis = (struct row_basis){ .decided = STR("") };
	p->standing = STORE_HERE;
	return !u->bad && u->p == u->end;
}

bool
row_decode(struct str bytes, struct row *out)
{
	struct directory_row *p = &out->pub;
	struct unpack u;
	uint64_t flags;

	unpack_begin(&u, bytes);
	flags = unpack_u64(&u);
	p->is_void = (flags & ROW_VOID) != 0;
	p->conflict = (flags & ROW_CONFLICT) != 0;
	p->waiting = (flags & ROW_WAITING) != 0;
	p->decided = (flags & ROW_DECIDED) != 0;
	out->refused = (flags & ROW_REFUSED) != 0;
	p->objection = (flags & ROW_OBJECTION) != 0;
	p->basis_changed = false;
	unpack_bytes(&u, p->id.b, sizeof p->id.b);
	out->is_member = (flags & ROW_MEMBER) != 0;
	if (out->is_member)
		return decode_member(&u, out);
	p->form = unpack_str(&u);
	p->state = unpack_str(&u);
	p->scope = unpack_str(&u);
	p->name = unpack_str(&u);
	p->hamlet = unpack_str(&u);
	p->birth = unpack_str(&u);
	p->citizen_id = unpack_str(&u);
	if (!unpack_columns(&u, p))
		return false;
	out->folded = unpack_str(&u);
	out->key = unpack_str(&u);
	out->links = unpack_str(&u);
	out->marks = unpack_str(&u);
	p->standing = STORE_HERE;
	return basis_unpack(&u, &out->basis) && !u.bad && u.p == u.end;
}

bool
row_mark_next(struct unpack *marks, struct row_mark *out)
{
	if (marks->p == marks->end || marks->bad)
		return false;
	out->feed = unpack_u32(marks);
	out->seq = unpack_u64(marks);
	return !marks->bad;
}

enum err
row_page_get(struct txn *t, uint32_t page, struct buf *bytes,
    struct str rows[STORE_PAGE_ROWS], struct error *e)
{
	struct key_u32 k = key_u32(page);
	struct unpack u;
	enum err r;

	r = txn_get(t, DB_DIRECTORY, KEY_STR(k), bytes, e);
	if (r != OK && r != ERR_NOTFOUND)
		return r;
	unpack_begin(&u, buf_str(bytes));
	for (size_t i = 0; i < STORE_PAGE_ROWS; i++)
		rows[i] = r == OK ? unpack_str(&u) : STR("");
	if (u.bad)
		return error_set(
		    e, ERR_CORRUPT, N_("page %u of the directory is wrong"), page);
	return OK;
}

enum err
row_page_put(struct txn *t, uint32_t page,
    const struct str rows[STORE_PAGE_ROWS], struct error *e)
{
	struct key_u32 k = key_u32(page);
	struct buf b = BUF_INIT;
	size_t n = 0;
	enum err r;

	for (size_t i = 0; i < STORE_PAGE_ROWS; i++)
		n += rows[i].n + sizeof n; /* and its length */
	buf_reserve(&b, n);
	for (size_t i = 0; i < STORE_PAGE_ROWS; i++)
		pack_str(&b, rows[i]);
	r = txn_put(t, DB_DIRECTORY, KEY_STR(k), buf_str(&b), e);
	buf_release(&b);
	return r;
}

/* What of a row's events has not gone where it should. */
struct owed {
	bool unsent, open; /* of our level: in no bundle; not receipted */
	bool unread, theirs;
};

static struct owed
owed(const struct store *s, const struct row *row)
{
	bool district = strcmp(s->device.role, "district") == 0;
	struct owed o = { 0 };
	struct unpack u;
	struct row_mark m;

	unpack_begin(&u, row->marks);
	while (row_mark_next(&u, &m)) {
		const struct feed *f;

		if (m.feed >= s->num.feeds)
			continue;
		f = s->feed[m.feed];
		if (f->known && (f->role == FOLD_DISTRICT) == district) {
			o.unsent |= m.seq > f->sent;
			o.open |= m.seq > f->acked;
		} else {
			o.theirs = true;
			o.unread |= m.seq > f->sent;
		}
	}
	return o;
}

void
row_tally(const struct store *s, const struct row *row,
    struct store_counts *out)
{
	struct owed o = owed(s, row);

	out->records_unsent += o.unsent && o.open;
	out->records_sent += !o.unsent && o.open;
}

/*
 * Ours are the events of our level's feeds.  At a commune: not yet in a
 * bundle, in one, receipted, decided, and our receipt of the decision gone
 * out.  At the district a record of a commune is received as it comes in,
 * decided by us, and read when the commune has receipted the decision.
 */
enum store_standing
row_standing(const struct store *s, const struct row *row)
{
	bool district = strcmp(s->device.role, "district") == 0;
	struct owed o = owed(s, row);

	if (district && row->pub.decided)
		return o.open ? STORE_DECIDED : STORE_READ;
	if (district && o.theirs)
		return STORE_RECEIVED;
	if (o.unsent && o.open)
		return STORE_HERE;
	if (o.open)
		return STORE_SENT;
	if (!row->pub.decided)
		return STORE_RECEIVED;
	return o.unread ? STORE_DECIDED : STORE_READ;
}
