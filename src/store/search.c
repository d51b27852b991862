#include "store/rows.h"

#include "base/text.h"
#include "store/words.h"

#include <string.h>

#define WORDS_MAX 16
#define SAMPLE (128 << 10) /* of text, to see how often a word is met */
#define TRIES 128    /* one of so many rows is looked at for a screenful */
#define COMING 16    /* rows that are fetched from memory together */
#define FEW 1000     /* rows that are sorted sooner than the order is walked */

/*
 * What a screen shows is found first: rows whose signs fit are looked at in
 * the wanted order until there are as many as were asked for.  Where that
 * takes too long, or there are not so many, all text is gone through for the
 * word that is met least often.  That marks rows in two bitmaps, those that
 * hold every word as a word's beginning and the others, of which the wanted
 * ones are taken.
 */
struct search {
	const struct directory *d;
	const struct directory_query *q;
	uint32_t form, state, hamlet; /* numbers; 0: any */
	size_t n_words, rarest;
	struct str word[WORDS_MAX];
	size_t bits;              /* words of 64 rows */
	uint64_t *first, *second; /* a bit a row */
	size_t n_first, n_second;
};

static bool
bit_get(const uint64_t *map, size_t i)
{
	return (map[i / 64] >> (i % 64) & 1) != 0;
}

static void
bit_set(uint64_t *map, size_t i)
{
	map[i / 64] |= UINT64_C(1) << (i % 64);
}

/* The least of how its words are held, `known` being that of the rarest.  The
 * words of another form are not looked at. */
static int
holds_others(const struct search *x, size_t seg, int known)
{
	struct str text;

	if (x->n_words == 1)
		return known;
	if (x->form != 0 &&
	    x->d->facets[x->d->seg_row[seg]].form != x->form)
		return 0;
	text = rows_segment(x->d, seg);
	for (size_t i = 0; i < x->n_words && known > 0; i++) {
		int how;

		if (i == x->rarest)
			continue;
		how = word_held(text, x->word[i]);
		if (how < known)
			known = how;
	}
	return known;
}

static void
mark(struct search *x, size_t row, int how)
{
	if (how == 2)
		bit_set(x->first, row);
	else if (how == 1)
		bit_set(x->second, row);
}

static bool
is_waiting(const struct search *x, size_t row)
{
	struct directory_row r;

	directory_get(x->d, row, &r);
	return (x->q->changed && (r.basis_changed || r.objection)) ||
	    (x->q->conflict && r.conflict);
}

static bool
is_wanted(const struct search *x, size_t row)
{
	const struct facets *f = &x->d->facets[row];

	return !f->is_member && (!f->is_void || x->q->with_void) &&
	       (x->form == 0 || f->form == x->form) &&
	       (x->state == 0 || f->state == x->state) &&
	       (x->hamlet == 0 || f->hamlet == x->hamlet) &&
	       ((!x->q->changed && !x->q->conflict) || is_waiting(x, row));
}

/* Takes out the rows that the query does not want, and counts the others. */
static void
filter(struct search *x)
{
	for (size_t i = 0; i < x->bits; i++) {
		uint64_t wanted = 0, left = x->first[i] | x->second[i];

		for (; left != 0; left &= left - 1) {
			size_t k = (size_t)__builtin_ctzll(left);

			if (i * 64 + k < x->d->n && is_wanted(x, i * 64 + k))
				wanted |= UINT64_C(1) << k;
		}
		x->first[i] &= wanted;
		/* found inside a word, then at a beginning: is the latter */
		x->second[i] &= wanted & ~x->first[i];
		x->n_first += (size_t)__builtin_popcountll(x->first[i]);
		x->n_second += (size_t)__builtin_popcountll(x->second[i]);
	}
}

/* How a word is looked for: by the two letters of it that are met least
 * often, `at` letters into it; one letter, by the space before it. */
struct sought {
	struct str word;
	size_t at;
	char c0, c1;
};

static struct sought
seek(struct str word)
{
	size_t at = word.n == 1 ? 0 : word_rare_pair(word);

	if (word.n == 1)
		return (struct sought){ word, 0, ' ', word.p[0] };
	return (struct sought){ word, at, word.p[at], word.p[at + 1] };
}

/* From p on, where its two letters stand and it around them; end if none. */
static const char *
meet(const struct directory *d, const struct sought *w, const char *p,
    const char *end)
{
	for (; (p = words_find_pair(p, end, w->c0, w->c1)) != end; p++) {
		size_t at = (size_t)(p - d->text);

		if (w->word.n == 1 ||
		    (at >= w->at && d->text_n - (at - w->at) >= w->word.n &&
		        memcmp(p - w->at, w->word.p, w->word.n) == 0))
			return p;
	}
	return end;
}

/* Goes through all text once for the rarest word. */
static void
scan_text(struct search *x)
{
	const struct directory *d = x->d;
	const char *p = d->text, *end = d->text + d->text_n;
	struct sought w = seek(x->word[x->rarest]);
	size_t seg = 0;

	while (d->n_seg > 0 && (p = meet(d, &w, p, end)) != end) {
		size_t at = (size_t)(p - d->text);
		int how = w.word.n == 1 || at == w.at ||
		        p[-(ptrdiff_t)w.at - 1] == ' ' ? 2 : 1;

		while (seg + 1 < d->n_seg && d->seg_at[seg + 1] <= at)
			seg++;
		/* a hole holds newlines alone, so this is a row */
		how = holds_others(x, seg, how);
		mark(x, d->seg_row[seg], how);
		if (how == 2 && seg + 1 < d->n_seg)
			p = d->text + d->seg_at[seg + 1];
		else
			p++;
	}
}

static void
scan_rows(struct search *x, const uint32_t *within, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t row = within[i], seg;
		int how = 2;

		if (row >= x->d->n)
			continue;
		seg = x->d->slot[row].seg;
		if (x->n_words > 0)
			how = holds_others(x, seg,
			    word_held(rows_segment(x->d, seg),
			        x->word[x->rarest]));
		mark(x, row, how);
	}
}


static void
split(struct search *x, struct str folded)
{
	size_t i = 0;

	while (i < folded.n && x->n_words < WORDS_MAX) {
		size_t from = i;

		while (i < folded.n && folded.p[i] != ' ')
			i++;
		if (i > from) {
			x->word[x->n_words].p = folded.p + from;
			x->word[x->n_words++].n = i - from;
		}
		i++;
	}
}

static size_t
row_at(const struct search *x, size_t step)
{
	return x->q->sort == DIRECTORY_BY_NAME ? x->d->order[step]
	                                       : x->d->n - 1 - step;
}

/* The rows of one kind by name, when there are few of them. */
static size_t
collect_few(const struct search *x, const uint64_t *kind, uint32_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < x->bits; i++)
		for (uint64_t left = kind[i]; left != 0; left &= left - 1)
			out[n++] = (uint32_t)(i * 64) +
			           (uint32_t)__builtin_ctzll(left);
	rows_sort_some(x->d, out, n);
	return n;
}

/* The marked rows in the wanted order, the first kind before the second. */
static void
collect(const struct search *x, uint32_t *out, size_t limit)
{
	const struct directory *d = x->d;
	size_t n = x->n_first < limit ? x->n_first : limit;
	size_t i = 0, k = n, all = n + x->n_second;

	if (all > limit)
		all = limit;
	for (size_t step = 0; step < d->n && (i < n || k < all); step++) {
		size_t row = row_at(x, step);

		if (bit_get(x->first, row)) {
			if (i < n)
				out[i++] = (uint32_t)row;
		} else if (k < all && bit_get(x->second, row)) {
			out[k++] = (uint32_t)row;
		}
	}
}

/* The least of how a row holds the words. */
static int
row_holds(const struct search *x, size_t row)
{
	struct str text = rows_segment(x->d, x->d->slot[row].seg);
	int how = 2;

	for (size_t i = 0; i < x->n_words && how > 0; i++) {
		int one = word_held(text, x->word[i]);

		how = one < how ? one : how;
	}
	return how;
}

static bool
row_begins(const struct search *x, size_t row)
{
	struct str text = rows_segment(x->d, x->d->slot[row].seg);

	for (size_t i = 0; i < x->n_words; i++)
		if (!word_begins(text, x->word[i]))
			return false;
	return true;
}

/* Rows in the wanted order that are about to be looked at. */
struct coming {
	const uint64_t *fits; /* NULL: all */
	size_t step;          /* how far along the order they were taken */
	size_t n, at;
	size_t row[COMING];
};

/* Each lies somewhere else in memory: what is waited for is the slowest of
 * them, not all one after the other. */
static void
fetch(const struct directory *d, const struct coming *c)
{
	for (size_t i = 0; i < c->n; i++) {
		__builtin_prefetch(&d->slot[c->row[i]]);
		__builtin_prefetch(&d->facets[c->row[i]]);
	}
	for (size_t i = 0; i < c->n; i++)
		__builtin_prefetch(&d->seg_at[d->slot[c->row[i]].seg]);
	for (size_t i = 0; i < c->n; i++) {
		struct str text = rows_segment(d, d->slot[c->row[i]].seg);

		__builtin_prefetch(text.p);
		__builtin_prefetch(text.p + text.n - 1);
	}
}

static bool
next_row(const struct search *x, struct coming *c, size_t *row)
{
	if (c->at == c->n) {
		c->n = c->at = 0;
		while (c->n < COMING && c->step < x->d->n) {
			size_t one = row_at(x, c->step++);

			if (c->fits == NULL || bit_get(c->fits, one))
				c->row[c->n++] = one;
		}
		fetch(x->d, c);
	}
	if (c->at == c->n)
		return false;
	*row = c->row[c->at++];
	return true;
}

/*
 * Finds as many rows as are asked for: those that hold every word as a word's
 * beginning, which are among those whose sign says so, and, if these are all
 * and too few, others that hold them.  False if they are not soon met.
 */
static bool
find_screenful(const struct search *x, const uint64_t *fits, uint32_t *out,
    size_t limit)
{
	struct coming begin = { .fits = fits }, hold = { .fits = NULL };
	size_t n = 0, row, tries = 0, most = x->d->n / TRIES + 16;

	while (n < limit && next_row(x, &begin, &row)) {
		if (tries++ == most)
			return false;
		if (row_begins(x, row) && is_wanted(x, row))
			out[n++] = (uint32_t)row;
	}
	tries = 0;
	while (n < limit && next_row(x, &hold, &row)) {
		if (tries++ == most)
			return false;
		if (row_holds(x, row) == 1 && is_wanted(x, row))
			out[n++] = (uint32_t)row;
	}
	return n == limit;
}

/* The word that is met least often, as far as a sample tells. */
static void
choose_rarest(struct search *x)
{
	const struct directory *d = x->d;
	const char *end =
	    d->text + (d->text_n < SAMPLE ? d->text_n : SAMPLE);
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < x->n_words && x->n_words > 1; i++) {
		struct sought w = seek(x->word[i]);
		size_t n = 0;

		for (const char *p = d->text;
		     d->n_seg > 0 && (p = meet(d, &w, p, end)) != end; p++)
			n++;
		if (n < least ||
		    (n == least && x->word[i].n > x->word[x->rarest].n)) {
			least = n;
			x->rarest = i;
		}
	}
}

bool
directory_holds(const struct directory *d, size_t row, struct str folded)
{
	struct search x = { .d = d };

	split(&x, folded);
	return row < d->n && row_holds(&x, row) > 0;
}

/* The rows whose signs say that they may hold all words: a bit a row. */
static uint64_t *
rows_that_fit(const struct search *x, struct arena *a)
{
	uint64_t *fits = arena_array(a, x->bits, sizeof *fits);
	struct str words = STR("");
	struct sign sign;

	if (x->n_words > 0) {
		const struct str *last = &x->word[x->n_words - 1];

		words.p = x->word[0].p;
		words.n = (size_t)(last->p + last->n - words.p);
	}
	sign = sign_of(words, x->form);
	signs_fit(&x->d->signs, &sign, fits);
	return fits;
}

/* Numbers of the names asked for; false if no row has one. */
static bool
look_up(const char *name, const struct names *names, uint32_t *no)
{
	*no = name == NULL ? 0 : names_find(names, str_of(name));
	return name == NULL || *no != 0;
}

enum err
directory_search(struct directory *d, struct arena *a,
    const struct directory_query *q, const uint32_t *within, size_t n_within,
    uint32_t **rows, size_t *n, struct error *e)
{
	struct search x = { .d = d, .q = q };
	size_t limit = q->limit == 0 ? SIZE_MAX : q->limit;
	uint64_t *fits;

	(void)e;
	*rows = NULL;
	*n = 0;
	if (!look_up(q->form, &d->forms, &x.form) ||
	    !look_up(q->state, &d->states, &x.state) ||
	    !look_up(q->hamlet, &d->hamlets, &x.hamlet))
		return OK;
	if (q->sort == DIRECTORY_BY_NAME)
		rows_sort(d);
	x.bits = (d->n + 63) / 64;
	if (q->text != NULL)
		split(&x, text_folded(a, str_of(q->text)));
	fits = rows_that_fit(&x, a);
	if (within == NULL && limit <= FEW) {
		*rows = arena_array(a, limit, sizeof **rows);
		if (find_screenful(&x, fits, *rows, limit)) {
			*n = limit;
			return OK;
		}
	}
	x.first = arena_array(a, x.bits, sizeof *x.first);
	x.second = arena_array(a, x.bits, sizeof *x.second);
	choose_rarest(&x);
	if (within != NULL)
		scan_rows(&x, within, n_within);
	else if (x.n_words > 0)
		scan_text(&x);
	else
		x.first = fits;
	filter(&x);
	*n = x.n_first + x.n_second;
	if (*n <= FEW && q->sort == DIRECTORY_BY_NAME) {
		*rows = arena_array(a, *n, sizeof **rows);
		collect_few(
		    &x, x.second, *rows + collect_few(&x, x.first, *rows));
	} else {
		*rows = arena_array(a, *n < limit ? *n : limit, sizeof **rows);
		collect(&x, *rows, limit);
	}
	if (*n > limit)
		*n = limit;
	return OK;
}
