#include "tui/compose.h"

#include "tui/syllable.h"

#include <string.h>

enum outcome {
	NOTHING, /* the key is a letter like others */
	CHANGED,
	UNDONE, /* its former work was taken back, and it is a letter */
};

/* Whether a mark may be where it was put, on letter i. */
static bool
mark_fits(const struct syllable *s, size_t i, bool telex)
{
	bool near = !telex || i + 1 == s->n;

	if (syllable_rime_fits(s))
		return near || syllable_onset_fits(s);
	return near && s->coda - s->onset == 1;
}

static enum outcome
put_tone(struct syllable *s, enum text_tone tone)
{
	if (!syllable_onset_fits(s) || !syllable_rime_fits(s))
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
		if (i > s->onset && syllable_has(s, i - 1, 'u', SHAPE_HORN))
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
	if (telex && i + 1 < s->n && (!syllable_onset_fits(s) || !syllable_rime_fits(s)))
		return NOTHING;
	return CHANGED;
}

/* A w where no vowel is yet. */
static enum outcome
put_lone_w(struct compose_state *st, struct syllable *s, bool upper)
{
	if (s->onset < s->n || s->n == SYLLABLE_MAX || !syllable_onset_fits(s))
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
		s->l[syllable_tone_place(s, st->new_style)].tone = s->tone;
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
	fits = syllable_parse(&s, word, n);
	for (size_t i = s.onset; fits && i + 2 < s.n; i++)
		if (syllable_has(&s, i, 'u', SHAPE_NONE) &&
		    syllable_has(&s, i + 1, 'o', SHAPE_HORN))
			s.l[i].shape = SHAPE_HORN; /* thuơ, thương */
	fits = fits && syllable_onset_fits(&s) && syllable_rime_fits(&s);
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
	if (st->method == COMPOSE_OFF || !syllable_parse(&s, word, n))
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
