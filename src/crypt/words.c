#include "crypt/words.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "crypt/secret.h"

#include <sodium.h>
#include <string.h>

#define WORD_BITS 11
#define WORD_MAX 7  /* the longest Vietnamese syllable: nghieng */
#define KNOWN_BY 4
#define SECRET 16
#define RECOVERY_BITS (WORDS_RECOVERY * WORD_BITS)
#define RECOVERY_BYTES ((RECOVERY_BITS + 7) / 8)
#define CHECK_CONTEXT "ansinh-recovery-words-1"

static char list[WORDS_COUNT][WORD_MAX + 1];
static bool loaded;

/* One word of the file; it must sort after the one before and differ from it
 * within the letters by which words are known. */
static bool
take_word(size_t i, struct str line)
{
	if (i >= WORDS_COUNT || line.n < 2 || line.n > WORD_MAX)
		return false;
	for (size_t k = 0; k < line.n; k++)
		if (line.p[k] < 'a' || line.p[k] > 'z')
			return false;
	memcpy(list[i], line.p, line.n);
	list[i][line.n] = '\0';
	return i == 0 || strncmp(list[i - 1], list[i], KNOWN_BY) < 0;
}

enum err
words_load(const char *path, struct error *e)
{
	struct arena *a;
	struct str text;
	const char *end;
	size_t n = 0;
	enum err r;

	if (loaded)
		return OK;
	a = arena_new();
	if ((r = file_read(a, path, WORDS_COUNT * (WORD_MAX + 1), &text, e)) !=
	    OK)
		goto out;
	while (text.n > 0 && (end = memchr(text.p, '\n', text.n)) != NULL) {
		struct str line = { text.p, (size_t)(end - text.p) };

		if (!take_word(n, line))
			break;
		n++;
		text.p += line.n + 1;
		text.n -= line.n + 1;
	}
	loaded = n == WORDS_COUNT && text.n == 0;
	if (!loaded) {
		r = error_set(e, ERR_FORMAT,
		    N_("this is not a sorted list of %d words that differ in "
		       "their first %d letters"),
		    WORDS_COUNT, KNOWN_BY);
		error_at(e, "%s:%zu", path, n + 1);
	}
out:
	arena_free(a);
	return r;
}

static unsigned
bits_get(const uint8_t *p, size_t size, size_t at)
{
	unsigned v = 0;

	for (size_t bit = at; bit < at + WORD_BITS; bit++) {
		unsigned byte = bit / 8 < size ? p[bit / 8] : 0;

		v = v << 1 | (byte >> (7 - bit % 8) & 1);
	}
	return v;
}

static void
bits_put(uint8_t *p, size_t at, unsigned v)
{
	for (size_t i = 0; i < WORD_BITS; i++)
		if ((v >> (WORD_BITS - 1 - i) & 1) != 0)
			p[(at + i) / 8] |= (uint8_t)(128 >> (at + i) % 8);
}

char *
words_encode(struct arena *a, const void *p, size_t size, unsigned n)
{
	char *out = arena_alloc(a, (size_t)n * (WORD_MAX + 1) + 1);
	char *at = out;

	if (!loaded)
		BUG("words are used before they are loaded");
	for (unsigned i = 0; i < n; i++) {
		const char *w = list[bits_get(p, size, i * WORD_BITS)];
		size_t len = strlen(w);

		if (i > 0)
			*at++ = ' ';
		memcpy(at, w, len);
		at += len;
	}
	return out;
}

char *
words_random(struct arena *a, unsigned n)
{
	size_t size = ((size_t)n * WORD_BITS + 7) / 8;
	uint8_t *bytes = secret_alloc(size);
	char *out;

	random_bytes(bytes, size);
	out = words_encode(a, bytes, size, n);
	secret_free(bytes);
	return out;
}

/* The secret, and after it its sum. */
static void
recovery_fill(uint8_t bytes[RECOVERY_BYTES], const uint8_t secret[SECRET])
{
	uint8_t sum[32];

	crypto_generichash(sum, sizeof sum,
	    (const unsigned char *)CHECK_CONTEXT, sizeof CHECK_CONTEXT - 1,
	    secret, SECRET);
	memcpy(bytes, secret, SECRET);
	memcpy(bytes + SECRET, sum, RECOVERY_BYTES - SECRET);
	/* bits beyond the last word */
	bytes[RECOVERY_BYTES - 1] &=
	    (uint8_t)(0xff << (RECOVERY_BYTES * 8 - RECOVERY_BITS));
	secret_wipe(sum, sizeof sum);
}

char *
words_encode_recovery(struct arena *a, const uint8_t secret[SECRET])
{
	uint8_t bytes[RECOVERY_BYTES];
	char *out;

	recovery_fill(bytes, secret);
	out = words_encode(a, bytes, sizeof bytes, WORDS_RECOVERY);
	secret_wipe(bytes, sizeof bytes);
	return out;
}

/* Number of the word, by what it is known by; WORDS_COUNT if none. */
static unsigned
find(struct str word)
{
	unsigned i;

	for (i = 0; i < WORDS_COUNT; i++) {
		size_t n = strlen(list[i]);

		if (n <= KNOWN_BY ? str_is(word, list[i])
		                  : word.n >= KNOWN_BY &&
		            memcmp(word.p, list[i], KNOWN_BY) == 0)
			break;
	}
	return i;
}

/* The next run of letters; what stands between them means nothing. */
static bool
next_word(struct str *text, struct str *word)
{
	while (text->n > 0 && (*text->p < 'a' || *text->p > 'z')) {
		text->p++;
		text->n--;
	}
	word->p = text->p;
	while (text->n > 0 && *text->p >= 'a' && *text->p <= 'z') {
		text->p++;
		text->n--;
	}
	word->n = (size_t)(text->p - word->p);
	return word->n > 0;
}

static enum err
decode(struct str folded, uint8_t bytes[RECOVERY_BYTES], struct error *e)
{
	struct str word;
	unsigned n, v;

	for (n = 0; next_word(&folded, &word); n++) {
		v = find(word);
		if (v == WORDS_COUNT)
			return error_set(e, ERR_FORMAT,
			    N_("word %u, \"%.*s\", is not in the list"), n + 1,
			    word.n > 12 ? 12 : (int)word.n, word.p);
		if (n < WORDS_RECOVERY)
			bits_put(bytes, n * WORD_BITS, v);
	}
	if (n != WORDS_RECOVERY)
		return error_set(e, ERR_FORMAT,
		    N_("a recovery code has %d words, here are %u"),
		    WORDS_RECOVERY, n);
	return OK;
}

enum err
words_decode_recovery(struct str words, uint8_t out[SECRET], struct error *e)
{
	uint8_t bytes[RECOVERY_BYTES] = { 0 }, again[RECOVERY_BYTES];
	struct buf folded = BUF_INIT;
	enum err r;

	if (!loaded)
		BUG("words are used before they are loaded");
	if (!text_is_utf8(words) || words.n > 1024)
		return error_set(
		    e, ERR_FORMAT, N_("this is not a recovery code"));
	buf_reserve(&folded, 2 * words.n);
	text_fold(&folded, words);
	r = decode(buf_str(&folded), bytes, e);
	if (r == OK) {
		recovery_fill(again, bytes);
		if (secret_equal(bytes, again, sizeof bytes))
			memcpy(out, bytes, SECRET);
		else
			r = error_set(e, ERR_FORMAT,
			    N_("the words do not fit together: one is "
			       "another word, or the order is wrong"));
		secret_wipe(again, sizeof again);
	}
	secret_wipe(bytes, sizeof bytes);
	if (folded.p != NULL)
		secret_wipe(folded.p, folded.cap);
	buf_release(&folded);
	return r;
}
