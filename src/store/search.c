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
	char c = word.p[0];

	for (size_t i = 0; i + word.n <= text.n; i++) {
		if (text.p[i] != c ||
		    memcmp(text.p + i, word.p, word.n) != 0)
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
holds_others(const struct search *x, size_t seg, int known)
{
	struct str text;

	if (x->n_words == 1)
		return known;
	text = rows_segment(x->d, seg);
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

static void
mark(struct search *x, size_t row, int how)
{
	if (how == 2)
		bit_set(x->first, row);
	else if (how == 1)
		bit_set(x->second, row);
}

static bool
is_changed(const struct directory *d, size_t row)
{
	struct directory_row r;

	directory_get(d, row, &r);
	return r.basis_changed || r.objection;
}

/* Takes out the rows that the query does not want, and counts the others. */
static void
filter(struct search *x)
{
	const struct directory *d = x->d;

	for (size_t i = 0; i < x->bits; i++) {
		size_t end = (i + 1) * 64 < d->n ? 64 : d->n - i * 64;
		const struct facets *f = d->facets + i * 64;
		uint64_t wanted = 0;

		if ((x->first[i] | x->second[i]) == 0)
			continue;
		for (size_t k = 0; k < end; k++)
			wanted |= (uint64_t)(!f[k].is_member &
			              (!f[k].is_void ||
			                  x->q->with_void) &
			              (x->form == 0 || f[k].form == x->form) &
			              (x->state == 0 ||
			                  f[k].state == x->state) &
			              (x->hamlet == 0 ||
			                  f[k].hamlet == x->hamlet))
			    << k;
		for (size_t k = 0; x->q->changed && k < end; k++)
			if ((wanted >> k & 1) != 0 && !is_changed(d, i * 64 + k))
				wanted &= ~(1ull << k);
		x->first[i] &= wanted;
		/* found inside a word, then at a beginning: is the latter */
		x->second[i] &= wanted & ~x->first[i];
		x->n_first += (size_t)__builtin_popcountll(x->first[i]);
		x->n_second += (size_t)__builtin_popcountll(x->second[i]);
	}
}

/* How often, roughly, letters stand in folded Vietnamese names. */
static unsigned
common(char c)
{
	static const uint8_t letters[26] = { 12, 2, 3, 3, 4, 0, 7, 9, 8, 0, 1,
		2, 2, 14, 6, 1, 1, 2, 1, 8, 7, 3, 0, 1, 3, 0 };

	return c >= 'a' && c <= 'z' ? letters[c - 'a'] : 5;
}

/* Where in the word the two letters stand that are met least often. */
static size_t
rare_pair(struct str word)
{
	size_t best = 0;

	for (size_t i = 1; i + 1 < word.n; i++)
		if (common(word.p[i]) * common(word.p[i + 1]) <
		    common(word.p[best]) * common(word.p[best + 1]))
			best = i;
	return best;
}

/* Goes through all text once for the longest word. */
static void
scan_text(struct search *x)
{
	const struct directory *d = x->d;
	struct str word = x->word[x->longest];
	const char *p = d->text, *end = d->text + d->text_n;
	bool one = word.n == 1;
	size_t seg = 0, rare = one ? 0 : rare_pair(word);
	char c0 = one ? ' ' : word.p[rare], c1 = word.p[one ? 0 : rare + 1];

	while (d->n_seg > 0 && (p = find_pair(p, end, c0, c1)) != end) {
		size_t at = (size_t)(p - d->text);
		int how;

		if (!one && (at < rare || d->text_n - (at - rare) < word.n ||
		        memcmp(p - rare, word.p, word.n) != 0)) {
			p++;
			continue;
		}
		while (seg + 1 < d->n_seg && d->seg_at[seg + 1] <= at)
			seg++;
		/* a hole holds newlines alone, so this is a row */
		how = one || at == rare || p[-(ptrdiff_t)rare - 1] == ' ' ? 2 : 1;
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
			    holds(rows_segment(x->d, seg),
			        x->word[x->longest]));
		mark(x, row, how);
	}
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
static void
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

	(void)e;
	*rows = NULL;
	*n = 0;
	if (!look_up(q->form, &d->forms, &x.form) ||
	    !look_up(q->state, &d->states, &x.state) ||
	    !look_up(q->hamlet, &d->hamlets, &x.hamlet))
		return OK;
	if (q->sort == DIRECTORY_BY_NAME && !d->sorted)
		rows_sort(d);
	x.bits = (d->n + 63) / 64;
	x.first = arena_array(a, x.bits, sizeof *x.first);
	x.second = arena_array(a, x.bits, sizeof *x.second);
	if (q->text != NULL)
		split(&x, text_folded(a, str_of(q->text)));
	if (within != NULL)
		scan_rows(&x, within, n_within);
	else if (x.n_words > 0)
		scan_text(&x);
	else
		memset(x.first, 0xff, x.bits * sizeof *x.first);
	filter(&x);
	*n = x.n_first + x.n_second < limit ? x.n_first + x.n_second : limit;
	*rows = arena_array(a, *n, sizeof **rows);
	collect(&x, *rows, limit);
	return OK;
}
