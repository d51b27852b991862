#include "handoff/trust.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "crypt/hash.h"
#include "crypt/words.h"

bool
card_is_unit(struct str s)
{
	if (s.n < 1 || s.n > 15)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9')
		    && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

bool
card_is_device(struct str s)
{
	if (s.n != 4)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '2' && s.p[i] <= '7')
		    && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

/* Takes the next line if it begins with key and ": ". */
static bool
take_line(struct str *text, const char *key, struct str *value)
{
	const char *end = text->n == 0 ? NULL : memchr(text->p, '\n', text->n);
	size_t key_n = strlen(key), line_n;

	if (end == NULL)
		return false;
	line_n = (size_t)(end - text->p);
	if (line_n < key_n + 2 || !str_starts(*text, key)
	    || memcmp(text->p + key_n, ": ", 2) != 0)
		return false;
	*value = (struct str){ text->p + key_n + 2, line_n - key_n - 2 };
	text->p += line_n + 1;
	text->n -= line_n + 1;
	return true;
}

static void
copy_text(char *out, size_t room, struct str s)
{
	if (s.n >= room)
		BUG("a card's text was not checked");
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

static enum err
bad_line(struct error *e, const char *key)
{
	return error_set(e, ERR_FORMAT,
	    N_("the card's line \"%s\" is missing or wrong"), key);
}

static enum err
parse_who(struct str *text, struct card *out, struct error *e)
{
	struct error ignored;
	struct str v;

	if (!take_line(text, "unit", &v) || !card_is_unit(v))
		return bad_line(e, "unit");
	copy_text(out->unit, sizeof out->unit, v);
	if (!take_line(text, "role", &v)
	    || (!str_is(v, "commune") && !str_is(v, "district")))
		return bad_line(e, "role");
	copy_text(out->role, sizeof out->role, v);
	if (!take_line(text, "name", &v) || v.n == 0
	    || v.n >= sizeof out->name || text_check(v, 0, &ignored) != OK)
		return bad_line(e, "name");
	copy_text(out->name, sizeof out->name, v);
	if (!take_line(text, "device", &v) || !card_is_device(v))
		return bad_line(e, "device");
	copy_text(out->device, sizeof out->device, v);
	return OK;
}

static enum err
parse_keys(struct str *text, struct card *out, struct error *e)
{
	struct str v;

	if (!take_line(text, "minisign", &v)
	    || !minisign_public_parse(v, &out->sign))
		return bad_line(e, "minisign");
	if (!take_line(text, "age", &v) || !age_public_parse(v, &out->age))
		return bad_line(e, "age");
	out->has_recovery = take_line(text, "recovery", &v);
	if (out->has_recovery && !age_public_parse(v, &out->recovery))
		return bad_line(e, "recovery");
	out->has_restricted = take_line(text, "restricted", &v);
	if (out->has_restricted && !age_public_parse(v, &out->restricted))
		return bad_line(e, "restricted");
	return OK;
}

static void
put_lines(struct buf *b, const struct card *c)
{
	char sign[MINISIGN_PUBLIC_TEXT], age[AGE_PUBLIC_TEXT];

	minisign_public_text(&c->sign, sign);
	age_public_text(&c->age, age);
	buf_printf(b, "ansinh-card 1\nunit: %s\nrole: %s\nname: %s\n", c->unit,
	    c->role, c->name);
	buf_printf(
	    b, "device: %s\nminisign: %s\nage: %s\n", c->device, sign, age);
	if (c->has_recovery) {
		age_public_text(&c->recovery, age);
		buf_printf(b, "recovery: %s\n", age);
	}
	if (c->has_restricted) {
		age_public_text(&c->restricted, age);
		buf_printf(b, "restricted: %s\n", age);
	}
}

static void
make_words(struct card *c, struct str lines)
{
	struct arena *a = arena_new();
	uint8_t sum[HASH_SIZE];

	hash_blake2b(sum, lines);
	copy_text(c->words, sizeof c->words,
	    str_of(words_encode(a, sum, sizeof sum, WORDS_CHECK)));
	arena_free(a);
}

enum err
card_parse(struct str text, struct card *out, struct error *e)
{
	struct str rest = text, v = { "", 0 };
	struct buf lines = BUF_INIT;
	bool has_words;
	enum err err;

	memset(out, 0, sizeof *out);
	if (text.n > TRUST_CARD_MAX)
		return error_set(e, ERR_LIMIT, N_("the card is too large"));
	if (!str_starts(text, "ansinh-card "))
		return error_set(e, ERR_FORMAT, N_("this is not a unit card"));
	if (!str_starts(text, "ansinh-card 1\n"))
		return error_set(e, ERR_VERSION,
		    N_("the card was made by a newer program"));
	rest.p += strlen("ansinh-card 1\n");
	rest.n -= strlen("ansinh-card 1\n");
	if ((err = parse_who(&rest, out, e)) != OK
	    || (err = parse_keys(&rest, out, e)) != OK)
		return err;
	has_words = take_line(&rest, "words", &v);
	if (rest.n != 0)
		return error_set(
		    e, ERR_FORMAT, N_("the card has lines that are not known"));
	put_lines(&lines, out);
	make_words(out, buf_str(&lines));
	buf_release(&lines);
	if (has_words && !str_is(v, out->words))
		return error_set(e, ERR_HASH,
		    N_("the card's check words do not fit its keys"));
	return OK;
}

char *
card_format(struct arena *a, struct card *c)
{
	struct buf lines = BUF_INIT;
	char *text;

	put_lines(&lines, c);
	make_words(c, buf_str(&lines));
	buf_printf(&lines, "words: %s\n", c->words);
	text = arena_str(a, buf_str(&lines));
	buf_release(&lines);
	return text;
}
