#include "base/text.h"

/*
 * A key is the syllables, END, and the case bits.  A syllable is the ranks of
 * its letters, STOP, its tones and marks, STOP.  Every byte that ends
 * something is lower than every byte that could stand in its place, so that
 * the shorter comes first.
 */
enum {
	END = 0x00,
	STOP = 0x01,
	FIRST_TONE = 0x02, /* up to 0x06 */
	OTHER_MARK = 0x07,
	LEVEL = 0x09, /* between given, middle and family names */
	FIRST_SIGN = 0x10,
	FIRST_DIGIT = 0x30,
	FIRST_LETTER = 0x40, /* five shapes each, up to 0xc1 */
	OTHER = 0xf0,        /* and the code point in three bytes */
};

#define TONES_MAX 16

struct key {
	struct buf *out;
	struct buf cases; /* a bit a letter, the first highest */
	unsigned letters;
	char tones[TONES_MAX];
	size_t tones_n;
};

static void
add_tone(struct key *k, int tone)
{
	if (k->tones_n < TONES_MAX)
		k->tones[k->tones_n++] = (char)tone;
}

/* add_word made room. */
static void
put(struct buf *b, int c)
{
	b->p[b->n++] = (char)c;
}

static void
add_letter(struct key *k, const struct text_letter *l)
{
	unsigned bit = k->letters++ % 8;

	put(k->out, FIRST_LETTER + (l->base - 'a') * 5 + (int)l->shape);
	if (l->tone != TONE_NONE)
		add_tone(k, FIRST_TONE + (int)l->tone - 1);
	if (bit == 0)
		put(&k->cases, 0);
	if (l->upper)
		k->cases.p[k->cases.n - 1] |= (char)(0x80 >> bit);
}

static int
sign_rank(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return FIRST_DIGIT + (int)c - '0';
	if (c < '0')
		return FIRST_SIGN + (int)c - '!';
	if (c < 'A')
		return FIRST_SIGN + 15 + (int)c - ':';
	if (c < 'a')
		return FIRST_SIGN + 22 + (int)c - '[';
	return FIRST_SIGN + 28 + (int)c - '{';
}

static void
add_other(struct key *k, uint32_t cp, struct str utf8)
{
	struct text_letter letter;
	struct buf plain = BUF_INIT;

	text_unaccent(&plain, utf8);
	if (plain.n == 1 &&
	    text_letter_split((unsigned char)plain.p[0], &letter)) {
		add_letter(k, &letter);
		add_tone(k, OTHER_MARK);
	} else {
		put(k->out, OTHER);
		put(k->out, (int)(cp >> 16));
		put(k->out, (int)(cp >> 8));
		put(k->out, (int)cp);
	}
	buf_release(&plain);
}

static void
add_word(struct key *k, struct str word)
{
	struct text_letter letter;
	struct str at;
	uint32_t cp;
	size_t n;

	k->tones_n = 0;
	buf_reserve(k->out, 4 * word.n + 1);
	buf_reserve(&k->cases, word.n / 8 + 1);
	for (size_t i = 0; i < word.n; i += n) {
		at = (struct str){ word.p + i, word.n - i };
		n = text_decode(at, &cp);
		if (n == 0) {
			cp = (unsigned char)at.p[0];
			n = 1;
			put(k->out, OTHER);
		} else if (text_letter_split(cp, &letter)) {
			add_letter(k, &letter);
		} else if (cp > 0x20 && cp < 0x7f) {
			put(k->out, sign_rank(cp));
		} else if (text_is_mark(cp)) {
			add_tone(k, OTHER_MARK);
		} else {
			at.n = n;
			add_other(k, cp, at);
		}
	}
	put(k->out, STOP);
	buf_add(k->out, k->tones, k->tones_n);
	buf_addc(k->out, STOP);
}

/* Takes the next word off the front of *s. */
static bool
next_word(struct str *s, struct str *word)
{
	uint32_t cp;
	size_t n;

	*word = (struct str){ s->p, 0 };
	while (s->n > 0) {
		n = text_decode(*s, &cp);
		if (n == 0) {
			cp = '?';
			n = 1;
		}
		if (!text_is_space(cp))
			word->n += n;
		else if (word->n > 0)
			break;
		else
			word->p = s->p + n;
		s->p += n;
		s->n -= n;
	}
	return word->n > 0;
}

static void
add_given_first(struct key *k, struct str s)
{
	struct str family, word, last, left = s;

	if (!next_word(&left, &family))
		return;
	for (last = family; next_word(&left, &word);)
		last = word;
	add_word(k, last);
	if (last.p == family.p)
		return;
	buf_addc(k->out, LEVEL);
	left = (struct str){ family.p + family.n,
		(size_t)(last.p - family.p) - family.n };
	while (next_word(&left, &word))
		add_word(k, word);
	buf_addc(k->out, LEVEL);
	add_word(k, family);
}

void
text_sort_key(struct buf *out, struct str s, bool given_first)
{
	struct key k = { .out = out, .cases = BUF_INIT };
	struct arena *composed = NULL;
	struct str word;

	if (!text_is_nfc(s) && text_is_utf8(s)) {
		composed = arena_new();
		s = text_nfc(composed, s);
	}
	if (given_first)
		add_given_first(&k, s);
	else
		while (next_word(&s, &word))
			add_word(&k, word);
	buf_addc(out, END);
	buf_add(out, k.cases.p, k.cases.n);
	buf_release(&k.cases);
	arena_free(composed);
}
