#include "store/rows.h"

#include "base/text.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define WORDS_MAX 16

/*
 * A search marks rows in two bitmaps, those that hold every word as a word's
 * beginning and the others, and then walks the wanted order once.  Nothing is
 * sorted while a person types.
 */
struct search {
	const struct directory *d;
	const struct directory_query *q;
	uint32_t form, state, hamlet; /* numbers; 0: any */
	size_t n_words, longest;
	struct str word[WORDS_MAX];
	uint64_t *first, *second; /* a bit a row */
	size_t n_first, n_second;
};

static bool
bit_get(const uint64_t *map, size_t i)
{
	return (map[i / 64] >> (i % 64) & 1) != 0;
}

/* Sets it; true if it was not set. */
static bool
bit_set(uint64_t *map, size_t i)
{
	uint64_t bit = UINT64_C(1) << (i % 64);

	if ((map[i / 64] & bit) != 0)
		return false;
	map[i / 64] |= bit;
	return true;
}

/* Next place where c0 and c1 stand side by side; end if none. */
static const char *
find_pair(const char *p, const char *end, char c0, char c1)
{
#if defined(__SSE2__)
	const __m128i a = _mm_set1_epi8(c0), b = _mm_set1_epi8(c1);

	for (; end - p > 16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i y =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
		int hit = _mm_movemask_epi8(_mm_and_si128(
		    _mm_cmpeq_epi8(x, a), _mm_cmpeq_epi8(y, b)));

		if (hit != 0)
			return p + __builtin_ctz((unsigned)hit);
	}
#endif
	for (; end - p > 1; p++)
		if (p[0] == c0 && p[1] == c1)
			return p;
	return end;
}

/* How text holds a word: 2 at a word's beginning, 1 inside one, 0 not.  One
 * letter is looked for at beginnings only. */
static int
holds(struct str text, struct str word)
{
	int how = 0;

	for (size_t i = 0; i + word.n <= text.n; i++) {
		if (memcmp(text.p + i, word.p, word.n) != 0)
			continue;
		if (i == 0 || text.p[i - 1] == ' ')
			return 2;
		if (word.n > 1)
			how = 1;
	}
	return how;
}

/* The least of how its words are held, `known` being that of the longest. */
static int
holds_others(const struct search *x, size_t row, int known)
{
	struct str text;

	if (x->n_words == 1)
		return known;
	text = rows_text(x->d, row);
	for (size_t i = 0; i < x->n_words && known > 0; i++) {
		int how;

		if (i == x->longest)
			continue;
		how = holds(text, x->word[i]);
		if (how < known)
			known = how;
	}
	return known;
}

static bool
is_wanted(const struct search *x, size_t row)
{
	const struct slot *s = &x->d->slot[row];

	return (!s->is_void || x->q->with_void) &&
	    (x->form == 0 || s->form == x->form) &&
	    (x->state == 0 || s->state == x->state) &&
	    (x->hamlet == 0 || s->hamlet == x->hamlet);
}

static void
mark(struct search *x, size_t row, int how)
{
	if (how == 2)
		x->n_first += bit_set(x->first, row);
	else if (how == 1)
		x->n_second += bit_set(x->second, row);
}

/* Goes through all text once for the longest word. */
static void
scan_text(struct search *x)
{
	const struct directory *d = x->d;
	struct str word = x->word[x->longest];
	const char *p = d->text, *end = d->text + d->text_n;
	size_t seg = 0;
	bool one = word.n == 1;
	char c0 = one ? ' ' : word.p[0], c1 = one ? word.p[0] : word.p[1];

	while (d->n_seg > 0 && (p = find_pair(p, end, c0, c1)) != end) {
		size_t at = (size_t)(p - d->text);
		int how;

		if (!one && ((size_t)(end - p) < word.n ||
		        memcmp(p, word.p, word.n) != 0)) {
			p++;
			continue;
		}
		while (seg + 1 < d->n_seg && d->seg_at[seg + 1] <= at)
			seg++;
		how = one || p == d->text || p[-1] == ' ' ? 2 : 1;
		if (d->seg_row[seg] != UINT32_MAX &&
		    is_wanted(x, d->seg_row[seg])) {
			how = holds_others(x, d->seg_row[seg], how);
			mark(x, d->seg_row[seg], how);
		} else {
			how = 2; /* no more of this row */
		}
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
		size_t row = within[i];

		if (row < x->d->n && is_wanted(x, row))
			mark(x, row, x->n_words == 0
			        ? 2
			        : holds_others(x, row,
			              holds(rows_text(x->d, row),
			                  x->word[x->longest])));
	}
}

static void
scan_all(struct search *x)
{
	for (size_t row = 0; row < x->d->n; row++)
		if (is_wanted(x, row))
			mark(x, row, 2);
}

/* The words of the query; the longest is the one looked for. */
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
			x->word[x->n_words].n = i - from;
			if (i - from > x->word[x->longest].n)
				x->longest = x->n_words;
			x->n_words++;
		}
		i++;
	}
}

/* The marked rows in the wanted order, the first kind before the second. */
static size_t
collect(const struct search *x, uint32_t *out, size_t limit)
{
	const struct directory *d = x->d;
	bool by_name = x->q->sort == DIRECTORY_BY_NAME;
	size_t n = x->n_first < limit ? x->n_first : limit;
	size_t i = 0, k = n, all = n + x->n_second;

	if (all > limit)
		all = limit;
	for (size_t step = 0; step < d->n && (i < n || k < all); step++) {
		size_t row = by_name ? d->order[step] : d->n - 1 - step;

		if (bit_get(x->first, row)) {
			if (i < n)
				out[i++] = (uint32_t)row;
		} else if (k < all && bit_get(x->second, row)) {
			out[k++] = (uint32_t)row;
		}
	}
	return all;
}

/* Numbers of the names asked for; false if no row has one. */
static bool
look_up(const char *name, const struct names *names, uint32_t *no)
{
	*no = name == NULL ? 0 : names_find(names, str_of(name));
	return name == NULL || *no != 0;
}

enum err
directory_search(const struct directory *d, struct arena *a,
    const struct directory_query *q, const uint32_t *within, size_t n_within,
    uint32_t **rows, size_t *n, struct error *e)
{
	struct search x = { .d = d, .q = q };
	size_t limit = q->limit == 0 ? SIZE_MAX : q->limit, bits, room;

	(void)e;
	*rows = NULL;
	*n = 0;
	if (!look_up(q->form, &d->forms, &x.form) ||
	    !look_up(q->state, &d->states, &x.state) ||
	    !look_up(q->hamlet, &d->hamlets, &x.hamlet))
		return OK;
	bits = (d->n + 63) / 64;
	x.first = arena_array(a, bits, sizeof *x.first);
	x.second = arena_array(a, bits, sizeof *x.second);
	if (q->text != NULL)
		split(&x, text_folded(a, str_of(q->text)));
	if (within != NULL)
		scan_rows(&x, within, n_within);
	else if (x.n_words > 0)
		scan_text(&x);
	else
		scan_all(&x);
	/* a row found inside a word first and at a beginning later is both */
	room = x.n_first + x.n_second;
	*rows = arena_array(a, room < limit ? room : limit, sizeof **rows);
	for (size_t i = 0; i < bits; i++)
		x.n_second -= (size_t)__builtin_popcountll(
		    x.first[i] & x.second[i]);
	*n = collect(&x, *rows, limit);
	return OK;
}
