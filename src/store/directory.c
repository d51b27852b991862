#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define REFRESH_SORT 64 /* pages from which sorting anew is cheaper */

static void
ids_put(const struct directory *d, size_t row)
{
	struct ids *ids = d->ids;
	size_t i;

	i = id_hash(rows_id(d, row)) & (ids->n - 1);
	while (ids->slot[i] != 0)
		i = (i + 1) & (ids->n - 1);
	ids->slot[i] = (uint32_t)row + 1;
}

/* With all rows at login, and larger as rows come: at most two thirds full. */
static void
ids_make(const struct directory *d)
{
	struct ids *ids = d->ids;
	size_t n = 1024;

	while (n * 2 < d->n * 3)
		n *= 2;
	free(ids->slot);
	ids->slot = calloc(n, sizeof *ids->slot);
	if (ids->slot == NULL)
		base_die("%s", _("out of memory"));
	ids->n = n;
	for (size_t i = 0; i < d->n; i++)
		ids_put(d, i);
}

/* A page of rows as it is now; a record's row never goes away. */
static enum err
read_page(struct directory *d, struct txn *t, uint32_t page, struct buf *b,
    struct error *e)
{
	struct str rows[STORE_PAGE_ROWS];
	enum err r;

	buf_clear(b);
	if ((r = row_page_get(t, page, b, rows, e)) != OK)
		return r;
	for (size_t i = 0; i < STORE_PAGE_ROWS; i++) {
		size_t row = (size_t)page * STORE_PAGE_ROWS + i;
		bool is_new = row == d->n;

		/* an import stages rows ahead of the records */
		if (rows[i].n == 0 || row >= d->s->num.records)
			break;
		if (row < d->n && rows_is(d, row, rows[i]))
			continue;
		if (row > d->n || !rows_put(d, row, rows[i]))
			return error_set(e, ERR_CORRUPT,
			    N_("page %u of the directory is wrong"), page);
		if (d->ids->n > 0 && is_new) {
			if (d->n * 3 > d->ids->n * 2)
				ids_make(d);
			else
				ids_put(d, row);
		}
	}
	return OK;
}

enum err
directory_refresh_in(struct directory *d, struct txn *t, const uint32_t *pages,
    size_t n, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r = OK;

	/* Many pages at once come stage by stage (imports, the demo): sorting
	 * waits for the next list that wants it. */
	if (n > REFRESH_SORT)
		d->sorted = false;
	for (size_t i = 0; r == OK && i < n; i++)
		r = read_page(d, t, pages[i], &b, e);
	buf_release(&b);
	d->generation++;
	return r;
}

enum err
directory_refresh(struct directory *d, const uint32_t *pages, size_t n,
    struct error *e)
{
	struct txn *t;
	enum err r;

	if ((r = db_read_begin(d->s->db, &t, e)) != OK)
		return r;
	r = directory_refresh_in(d, t, pages, n, e);
	db_read_end(t);
	return r;
}

static void
names_begin(struct names *names)
{
	names->a = arena_new();
	names->map = map_new(names->a);
}

/* Nothing is in it yet. */
static void
begin(struct directory *d, struct store *s)
{
	memset(d, 0, sizeof *d);
	d->ids = calloc(1, sizeof *d->ids);
	if (d->ids == NULL)
		base_die("%s", _("out of memory"));
	d->s = s;
	names_begin(&d->forms);
	names_begin(&d->states);
	names_begin(&d->hamlets);
}

static void
empty(struct directory *d)
{
	if (d->data != NULL)
		explicit_bzero(d->data, d->data_n);
	if (d->text != NULL)
		explicit_bzero(d->text, d->text_n);
	arena_free(d->forms.a);
	arena_free(d->states.a);
	arena_free(d->hamlets.a);
	free(d->slot);
	free(d->facets);
	signs_release(&d->signs);
	free(d->data);
	free(d->text);
	free(d->seg_at);
	free(d->seg_row);
	free(d->order);
	free(d->ids->slot);
	free(d->ids);
	free(d->link);
}

static enum err
read_all(struct directory *d, struct error *e)
{
	uint32_t pages =
	    (d->s->num.records + STORE_PAGE_ROWS - 1) / STORE_PAGE_ROWS;
	struct buf b = BUF_INIT;
	struct txn *t;
	enum err r;

	if ((r = db_read_begin(d->s->db, &t, e)) != OK)
		return r;
	for (uint32_t i = 0; r == OK && i < pages; i++)
		r = read_page(d, t, i, &b, e);
	txn_give_back(t);
	db_read_end(t);
	buf_release(&b);
	if (r == OK && d->n != d->s->num.records)
		r = error_set(
		    e, ERR_CORRUPT, N_("the directory is not complete"));
	if (r == OK) {
		ids_make(d);
		rows_sort(d);
	}
	return r;
}

enum err
directory_reload(struct directory *d, struct error *e)
{
	uint64_t generation = d->generation;
	struct store *s = d->s;

	empty(d);
	begin(d, s);
	d->generation = generation + 1;
	return read_all(d, e);
}

enum err
directory_need(struct store *s, struct error *e)
{
	struct directory *d;
	enum err r;

	if (s->directory != NULL)
		return OK;
	d = malloc(sizeof *d);
	if (d == NULL)
		base_die("%s", _("out of memory"));
	begin(d, s);
	if ((r = read_all(d, e)) != OK) {
		directory_free(d);
		return r;
	}
	s->directory = d;
	return OK;
}

enum err
directory_open(struct store *s, struct directory **out, struct error *e)
{
	enum err r = directory_need(s, e);

	if (r == OK)
		*out = s->directory;
	return r;
}

void
directory_free(struct directory *d)
{
	if (d == NULL)
		return;
	empty(d);
	free(d);
}

size_t
directory_count(const struct directory *d)
{
	return d->n;
}

uint64_t
directory_generation(const struct directory *d)
{
	return d->generation;
}

void
directory_get(
    const struct directory *d, size_t row, struct directory_row *out)
{
	struct row r;

	if (row >= d->n || !row_decode(rows_bytes(d, row), &r))
		BUG("no row %zu in the directory", row);
	*out = r.pub;
	out->standing = row_standing(d->s, &r);
	out->basis_changed = basis_changed(d, &r);
}

static bool
find_row(
    const struct directory *d, const struct record_id *id, size_t *row)
{
	const struct ids *ids = d->ids;

	for (size_t i = id_hash(id->b) & (ids->n - 1); ids->slot[i] != 0;
	     i = (i + 1) & (ids->n - 1)) {
		if (memcmp(rows_id(d, ids->slot[i] - 1), id->b,
		        sizeof id->b) == 0) {
			*row = ids->slot[i] - 1;
			return true;
		}
	}
	return false;
}

bool
directory_find(
    const struct directory *d, const struct record_id *id, size_t *row)
{
	struct row r;

	if (!find_row(d, id, row))
		return false;
	if (!d->facets[*row].is_member)
		return true;
	return row_decode(rows_bytes(d, *row), &r) &&
	    find_row(d, &r.into, row);
}

bool
directory_follow(
    const struct directory *d, size_t row, size_t column, size_t *to)
{
	struct record_id id;
	struct row r;

	return row_decode(rows_bytes(d, row), &r) &&
	    column < r.pub.n_columns &&
	    record_id_parse(r.pub.column[column], &id) &&
	    directory_find(d, &id, to);
}

void
directory_tally(const struct directory *d, struct store_counts *out)
{
	struct row r;

	for (size_t i = 0; i < d->n; i++) {
		if (d->facets[i].is_member || !row_decode(rows_bytes(d, i), &r))
			continue;
		out->records++;
		out->conflicts += r.pub.conflict;
		out->waiting += r.pub.waiting;
		out->refused += r.refused;
		out->basis_changed += basis_changed(d, &r);
		out->objections += r.pub.objection;
		row_tally(d->s, &r, out);
	}
}

uint64_t
store_count(struct store *s, const char *form)
{
	const struct directory *d;
	uint64_t n = 0;
	uint32_t no;

	if (directory_need(s, NULL) != OK)
		return 0;
	d = s->directory;
	no = form == NULL ? 0 : names_find(&d->forms, str_of(form));
	if (form != NULL && no == 0)
		return 0;
	for (size_t i = 0; i < d->n; i++)
		n += !d->facets[i].is_void && !d->facets[i].is_member &&
		    (form == NULL || d->facets[i].form == no);
	return n;
}

/* To one of these, of which there is nearly always one. */
static bool
links_to(const struct row *r, const struct record_id *id, size_t n)
{
	for (size_t i = 0; i + sizeof id->b <= r->links.n; i += sizeof id->b)
		for (size_t k = 0; k < n; k++)
			if (memcmp(r->links.p + i, id[k].b, sizeof id->b) == 0)
				return true;
	return false;
}

static bool
begins_one(uint64_t head, const struct record_id *id, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (memcmp(id[k].b, &head, sizeof head) == 0)
			return true;
	return false;
}

enum err
store_linked(struct store *s, struct arena *a, const struct record_id *id,
    const char *form, struct record_id **out, size_t *n, struct error *e)
{
	struct directory *d;
	const struct record_id *members;
	uint32_t no, last = UINT32_MAX;
	size_t cap = 0, n_members;
	enum err r;

	*out = NULL;
	*n = 0;
	if ((r = directory_need(s, e)) != OK)
		return r;
	d = s->directory;
	members = join_members(s, a, id, &n_members);
	no = form == NULL ? 0 : names_find(&d->forms, str_of(form));
	for (size_t i = 0; i < d->n_link; i++) {
		struct row row;
		uint32_t at = d->link[i].row;
		bool twice = false;

		if (!begins_one(d->link[i].to, members, n_members) ||
		    at == last ||
		    (form != NULL && d->facets[at].form != no) ||
		    d->facets[at].is_void ||
		    !row_decode(rows_bytes(d, at), &row) ||
		    !links_to(&row, members, n_members))
			continue;
		/* a row that was written again stands twice in the list */
		for (size_t k = 0; k < *n && !twice; k++)
			twice = memcmp((*out)[k].b, row.pub.id.b,
			            sizeof row.pub.id.b) == 0;
		if (twice)
			continue;
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		(*out)[(*n)++] = row.pub.id;
		last = at;
	}
	return OK;
}
