#include "tui/compose.h"

#include "base/text.h"

#include <string.h>

#define WORD_MAX 16 /* the longest syllable is nghiêng */

/*
 * Letters of one syllable, parted: [0, onset) consonants, [onset, coda)
 * vowels, [coda, n) consonants.  The u of qu and the i of gi belong to the
 * onset where a vowel follows.  The tone is kept apart from the letters.
 */
struct syllable {
	struct text_letter l[WORD_MAX];
	size_t n, onset, coda;
	enum text_tone tone;
};

enum outcome {
	NOTHING, /* the key is a letter like others */
	CHANGED,
	UNDONE, /* its former work was taken back, and it is a letter */
};

/*
 * The rimes: vowels, and what may close them.  k is for names like Đắk Lắk;
 * ê is closed as in giếng, where gi is the onset.
 */
static const struct {
	const char *vowels, *codas;
} rimes[] = {
	{ "a", "c ch k m n ng nh p t" }, { "ai", "" }, { "ao", "" },
	{ "au", "" }, { "ay", "" },
	{ "ă", "c k m n ng p t" },
	{ "â", "c k m n ng p t" }, { "âu", "" }, { "ây", "" },
	{ "e", "c k m n ng p t" }, { "eo", "" },
	{ "ê", "c ch k m n ng nh p t" }, { "êu", "" },
	{ "i", "c ch k m n ng nh p t" }, { "ia", "" }, { "iu", "" },
	{ "iê", "c k m n ng p t" }, { "iêu", "" },
	{ "o", "c k m n ng p t" }, { "oi", "" }, { "oo", "c ng" },
	{ "oa", "c ch k m n ng nh p t" }, { "oai", "" }, { "oao", "" },
	{ "oay", "" },
	{ "oă", "c k m n ng p t" },
	{ "oe", "c m n ng p t" }, { "oeo", "" },
	{ "ô", "c k m n ng p t" }, { "ôi", "" },
	{ "ơ", "c k m n ng p t" }, { "ơi", "" },
	{ "u", "c k m n ng p t" }, { "ua", "" }, { "ui", "" },
	{ "uâ", "c m n ng p t" }, { "uây", "" },
	{ "uê", "c ch n ng nh p t" }, { "uêu", "" },
	{ "uô", "c k m n ng p t" }, { "uôi", "" },
	{ "uơ", "" },
	{ "uy", "c ch n ng nh p t" }, { "uya", "" }, { "uyu", "" },
	{ "uyê", "c m n ng t" },
	{ "ư", "c k m n ng p t" }, { "ưa", "" }, { "ưi", "" }, { "ưu", "" },
	{ "ươ", "c k m n ng p t" }, { "ươi", "" }, { "ươu", "" },
	{ "y", "c ch m n ng nh p t" },
	{ "yê", "c m n ng p t" }, { "yêu", "" },
};
/* Between two spaces each; the first is none at all. */
static const char onsets[] = "  b c ch d g gh gi h k kh l m n ng ngh nh p ph "
			     "q qu r s t th tr v x ";

static bool
is_vowel(const struct syllable *s, size_t i)
{
	return i < s->n && memchr("aeiouy", s->l[i].base, 6) != NULL;
}

static bool
is_letter(const struct syllable *s, size_t i, char base, enum text_shape shape)
{
	return i < s->n && s->l[i].base == base && s->l[i].shape == shape;
}

/* False if the word is not of letters, or of more than one syllable. */
static bool
parse(struct syllable *s, const uint32_t *word, size_t n)
{
	size_t i;

	*s = (struct syllable){ .n = n };
	if (n > WORD_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (!text_letter_split(word[i], &s->l[i]))
			return false;
		if (s->l[i].tone != TONE_NONE)
			s->tone = s->l[i].tone;
		s->l[i].tone = TONE_NONE;
	}
	for (i = 0; i < n && !is_vowel(s, i);)
		i++;
	if (i == 1 && is_vowel(s, 2) &&
	    ((s->l[0].base == 'q' && is_letter(s, 1, 'u', SHAPE_NONE)) ||
		(s->l[0].base == 'g' && is_letter(s, 1, 'i', SHAPE_NONE))))
		i++;
	for (s->onset = i; is_vowel(s, i);)
		i++;
	for (s->coda = i; i < n && !is_vowel(s, i);)
		i++;
	return i == n;
}

/* The word " xyz" or " xyz " of letters [from, to) is in the list. */
static bool
is_listed(const struct syllable *s, size_t from, size_t to, const char *list,
    bool whole)
{
	char word[WORD_MAX + 3] = " ";
	size_t n = 1;

	for (size_t i = from; i < to; i++)
		word[n++] = s->l[i].base;
	if (whole)
		word[n] = ' ';
	return strstr(list, word) != NULL;
}

static bool
onset_fits(const struct syllable *s)
{
	return is_listed(s, 0, s->onset, onsets, true);
}

/*
 * The vowels begin a row, or are all of one if a coda follows.  A letter
 * without a mark may still get one, so it fits any.
 */
static bool
vowels_fit(const struct syllable *s, const char *vowels)
{
	struct str row = str_of(vowels);
	struct text_letter letter;
	uint32_t cp;
	size_t n;

	for (size_t i = s->onset; i < s->coda; i++) {
		n = text_decode(row, &cp);
		if (n == 0 || !text_letter_split(cp, &letter))
			return false;
		if (letter.base != s->l[i].base ||
		    (s->l[i].shape != SHAPE_NONE &&
			s->l[i].shape != letter.shape))
			return false;
		row = (struct str){ row.p + n, row.n - n };
	}
	return s->coda == s->n || row.n == 0;
}

static bool
rime_fits(const struct syllable *s)
{
	char codas[32] = " ";

	if (s->onset == s->coda)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(rimes); i++) {
		if (!vowels_fit(s, rimes[i].vowels))
			continue;
		memcpy(codas + 1, rimes[i].codas, strlen(rimes[i].codas) + 1);
		if (is_listed(s, s->coda, s->n, codas, false))
			return true;
	}
	return false;
}

/* Whether a mark may be where it was put, on letter i. */
static bool
mark_fits(const struct syllable *s, size_t i, bool telex)
{
	bool near = !telex || i + 1 == s->n;

	if (rime_fits(s))
		return near || onset_fits(s);
	return near && s->coda - s->onset == 1;
}

/* The vowel that carries the tone. */
static size_t
tone_place(const struct syllable *s, bool new_style)
{
	size_t vowels = s->coda - s->onset;
	char a = s->l[s->onset].base;

	for (size_t i = s->coda; i > s->onset; i--)
		if (s->l[i - 1].shape != SHAPE_NONE)
			return i - 1;
	if (s->coda < s->n)
		return s->coda - 1;
	if (vowels == 2 && new_style) {
		char b = s->l[s->onset + 1].base;

		if ((a == 'o' && (b == 'a' || b == 'e')) ||
		    (a == 'u' && b == 'y'))
			return s->onset + 1;
	}
	return vowels < 3 ? s->onset : s->onset + 1;
}

static enum outcome
put_tone(struct syllable *s, enum text_tone tone)
{
	if (!onset_fits(s) || !rime_fits(s))
		return NOTHING;
	if (tone == s->tone) {
		s->tone = TONE_NONE;
		return tone == TONE_NONE ? NOTHING : UNDONE;
	}
	/* A syllable that a stop closes has two tones only. */
	if (tone != TONE_NONE && tone != TONE_SAC && tone != TONE_NANG &&
	    s->coda < s->n && memchr("ckpt", s->l[s->coda].base, 4) != NULL)
		return NOTHING;
	s->tone = tone;
	return CHANGED;
}

/* â ê ô: on the last vowel that is one of those asked for. */
static enum outcome
put_hat(struct syllable *s, const char *bases, bool telex)
{
	struct syllable saved = *s;

	for (size_t i = s->coda; i-- > s->onset; *s = saved) {
		if (strchr(bases, s->l[i].base) == NULL)
			continue;
		if (s->l[i].shape == SHAPE_HAT) {
			s->l[i].shape = SHAPE_NONE;
			return UNDONE;
		}
		s->l[i].shape = SHAPE_HAT;
		if (i > s->onset && is_letter(s, i - 1, 'u', SHAPE_HORN))
			s->l[i - 1].shape = SHAPE_NONE; /* ươ to uô */
		if (mark_fits(s, i, telex))
			return CHANGED;
	}
	return NOTHING;
}

/* uo: ươ where a letter follows, else uơ as in thuở. */
static enum outcome
put_horn_pair(struct syllable *s, size_t u, bool telex)
{
	if (s->l[u + 1].shape == SHAPE_HORN) {
		s->l[u].shape = s->l[u + 1].shape = SHAPE_NONE;
		return UNDONE;
	}
	s->l[u + 1].shape = SHAPE_HORN;
	if (u + 2 < s->n)
		s->l[u].shape = SHAPE_HORN;
	return mark_fits(s, u + 1, telex) ? CHANGED : NOTHING;
}

static enum outcome
put_shape(struct syllable *s, size_t i, bool telex)
{
	enum text_shape shape =
	    s->l[i].base == 'a' ? SHAPE_BREVE : SHAPE_HORN;

	if (s->l[i].shape == shape) {
		s->l[i].shape = SHAPE_NONE;
		return UNDONE;
	}
	s->l[i].shape = shape;
	return mark_fits(s, i, telex) ? CHANGED : NOTHING;
}

/* ă ơ ư: bases says which are asked for. */
static enum outcome
put_horn(struct syllable *s, const char *bases, bool telex)
{
	struct syllable saved = *s;
	bool horn = strchr(bases, 'u') != NULL;
	enum outcome r;

	for (size_t i = s->onset; horn && i + 1 < s->coda; i++) {
		if (s->l[i].base != 'u')
			continue;
		if (s->l[i + 1].base == 'o')
			return put_horn_pair(s, i, telex);
		if (s->l[i + 1].base == 'a' || s->l[i + 1].base == 'u') {
			/* ưa, ưu: far from the key, but nothing else fits */
			r = put_shape(s, i, telex);
			if (r == NOTHING)
				*s = saved;
			return r;
		}
	}
	for (size_t i = s->coda; i-- > s->onset; *s = saved) {
		if (strchr(bases, s->l[i].base) == NULL)
			continue;
		r = put_shape(s, i, telex);
		if (r != NOTHING)
			return r;
	}
	return NOTHING;
}

static enum outcome
put_bar(struct syllable *s, bool telex)
{
	size_t i = s->onset - 1;

	if (s->onset == 0 || s->l[i].base != 'd')
		return NOTHING;
	if (s->l[i].shape == SHAPE_BAR) {
		s->l[i].shape = SHAPE_NONE;
		return UNDONE;
	}
	s->l[i].shape = SHAPE_BAR;
	if (telex && i + 1 < s->n && (!onset_fits(s) || !rime_fits(s)))
		return NOTHING;
	return CHANGED;
}

/* A w where no vowel is yet. */
static enum outcome
put_lone_w(struct compose_state *st, struct syllable *s, bool upper)
{
	if (s->onset < s->n || s->n == WORD_MAX || !onset_fits(s))
		return NOTHING;
	s->l[s->n++] = (struct text_letter){ 'u', SHAPE_HORN, TONE_NONE, upper };
	s->coda = s->n;
	st->lone_w = s->n;
	return CHANGED;
}

static enum outcome
put_mark(struct compose_state *st, struct syllable *s, uint32_t key)
{
	enum outcome r;
	char base[2] = { key < 0x80 ? (char)(key | 0x20) : '\0', '\0' };

	if (st->method == COMPOSE_VNI)
		switch (key) {
		case '6':
			return put_hat(s, "aeo", false);
		case '7':
			return put_horn(s, "ou", false);
		case '8':
			return put_horn(s, "a", false);
		case '9':
			return put_bar(s, false);
		default:
			return NOTHING;
		}
	switch (base[0]) {
	case 'a':
	case 'e':
	case 'o':
		return put_hat(s, base, true);
	case 'd':
		return put_bar(s, true);
	case 'w':
		r = put_horn(s, "aou", true);
		return r == NOTHING ? put_lone_w(st, s, key == 'W') : r;
	default:
		return NOTHING;
	}
}

/* The tone a key asks for; false if it asks for none. */
static bool
tone_of_key(enum compose_method method, uint32_t key, enum text_tone *tone)
{
	static const char telex[] = "zfrxsj", vni[] = "023415";
	const char *keys = method == COMPOSE_TELEX ? telex : vni, *p;

	if (method == COMPOSE_TELEX)
		key |= 0x20;
	p = key < 0x80 && key != 0 ? strchr(keys, (int)key) : NULL;
	if (p != NULL)
		*tone = (enum text_tone)(p - keys);
	return p != NULL;
}

/* Writes the letters back, the tone where it belongs. */
static size_t
write_word(const struct compose_state *st, struct syllable *s, uint32_t *word)
{
	if (s->tone != TONE_NONE)
		s->l[tone_place(s, st->new_style)].tone = s->tone;
	for (size_t i = 0; i < s->n; i++)
		word[i] = text_letter_join(s->l[i]);
	return s->n;
}

/* Appends a letter; what stands before it may move with it. */
static size_t
append(struct compose_state *st, uint32_t *word, size_t n, size_t cap,
    uint32_t key)
{
	struct syllable s;
	bool fits;

	if (n >= cap)
		return n;
	word[n++] = key;
	if (st->no_tones)
		return n;
	fits = parse(&s, word, n);
	for (size_t i = s.onset; fits && i + 2 < s.n; i++)
		if (is_letter(&s, i, 'u', SHAPE_NONE) &&
		    is_letter(&s, i + 1, 'o', SHAPE_HORN))
			s.l[i].shape = SHAPE_HORN; /* thuơ, thương */
	fits = fits && onset_fits(&s) && rime_fits(&s);
	if (fits)
		return write_word(st, &s, word);
	if (st->lone_w > 0 && st->lone_w < n) {
		/* windows is no Vietnamese: its w was a letter */
		text_letter_split(word[st->lone_w - 1], &s.l[0]);
		word[st->lone_w - 1] = s.l[0].upper ? 'W' : 'w';
		st->lone_w = 0;
		st->no_marks = st->no_tones = true;
	}
	return n;
}

/*
 * The key's former work is taken back in s, and it is a letter now.  A w that
 * made an ư alone becomes the w it was, and ww is one w.
 */
static size_t
undo(struct compose_state *st, struct syllable *s, uint32_t *word, size_t cap,
    uint32_t key)
{
	size_t n, lone = st->lone_w;
	struct text_letter l;

	n = write_word(st, s, word);
	if (lone > 0 && lone <= n && (key | 0x20) == 'w') {
		text_letter_split(word[lone - 1], &l);
		word[lone - 1] = l.upper ? 'W' : 'w';
		st->lone_w = 0;
		if (lone == n)
			return n;
	}
	if (n < cap)
		word[n++] = key;
	return n;
}

void
compose_reset(struct compose_state *st)
{
	st->no_marks = st->no_tones = false;
	st->lone_w = 0;
}

size_t
compose_word(const uint32_t *text, size_t cursor)
{
	struct text_letter letter;

	while (cursor > 0 && text_letter_split(text[cursor - 1], &letter))
		cursor--;
	return cursor;
}

size_t
compose_key(struct compose_state *st, uint32_t *word, size_t n, size_t cap,
    uint32_t key)
{
	enum outcome r = NOTHING;
	enum text_tone tone;
	struct syllable s;

	if (n == 0)
		compose_reset(st);
	if (st->method == COMPOSE_OFF || !parse(&s, word, n))
		return append(st, word, n, cap, key);
	if (tone_of_key(st->method, key, &tone)) {
		if (!st->no_tones)
			r = put_tone(&s, tone);
		if (r == UNDONE)
			st->no_marks = st->no_tones = true;
	} else if (!st->no_marks) {
		r = put_mark(st, &s, key);
		if (r == UNDONE)
			st->no_marks = true;
	}
	switch (r) {
	case CHANGED:
		return s.n <= cap ? write_word(st, &s, word) : n;
	case UNDONE:
		return undo(st, &s, word, cap, key);
	case NOTHING:
	default:
		return append(st, word, n, cap, key);
	}
}
