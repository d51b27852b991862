#include "base/number.h"
#include "base/text.h"
#include "base/yaml.h"

#include <stdarg.h>
#include <stdio.h>

#define GUESS_MAX 3 /* a word further off is no help */

const struct yaml *
yaml_get(const struct yaml *map, const char *key)
{
	if (map == NULL || map->type != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (str_is(map->keys[i]->text, key))
			return map->items[i];
	return NULL;
}

static bool
is_plain(const struct yaml *y, const char *word)
{
	return y != NULL && y->type == YAML_SCALAR && !y->quoted &&
	       str_is(y->text, word);
}

bool
yaml_is_null(const struct yaml *y)
{
	return is_plain(y, "") || is_plain(y, "~") || is_plain(y, "null");
}

bool
yaml_bool(const struct yaml *y, bool *out)
{
	bool yes = is_plain(y, "yes") || is_plain(y, "true");

	if (!yes && !is_plain(y, "no") && !is_plain(y, "false"))
		return false;
	*out = yes;
	return true;
}

bool
yaml_int(const struct yaml *y, int64_t *out)
{
	return y != NULL && y->type == YAML_SCALAR && !y->quoted &&
	       number_parse_int(y->text, out);
}

enum err
yaml_fault(const struct yaml *y, struct error *e, const char *fmt, ...)
{
	char what[ERROR_WHAT_MAX];
	va_list ap;

	va_start(ap, fmt);
	/* the caller's format was checked by PRINTF_LIKE */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(what, sizeof what, i18n_text(fmt), ap);
#pragma GCC diagnostic pop
	va_end(ap);
	error_set(e, ERR_FORMAT, "%s", what);
	if (e != NULL)
		error_at(e, "%s:%d:%d", y->file, y->line, y->col);
	return ERR_FORMAT;
}

const char *
yaml_guess(struct str word, const char *const *known, size_t n)
{
	unsigned distance, nearest = GUESS_MAX + 1;
	const char *guess = NULL;

	if (!text_is_ascii(word))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		distance = text_distance(word, str_of(known[i]), GUESS_MAX);
		if (distance < nearest && distance < word.n) {
			nearest = distance;
			guess = known[i];
		}
	}
	return guess;
}

enum err
yaml_check_keys(
    const struct yaml *map, const char *const *known, size_t n, struct error *e)
{
	const struct yaml *key;
	const char *guess;
	size_t k;

	if (map->type != YAML_MAP)
		return yaml_fault(map, e, N_("here \"key: value\" is needed"));
	for (size_t i = 0; i < map->n; i++) {
		key = map->keys[i];
		for (k = 0; k < n && !str_is(key->text, known[k]); k++)
			;
		if (k < n)
			continue;
		guess = yaml_guess(key->text, known, n);
		if (guess != NULL)
			return yaml_fault(key, e,
			    N_("unknown key \"%.40s\"; is it \"%s\"?"),
			    key->text.p, guess);
		return yaml_fault(
		    key, e, N_("unknown key \"%.40s\""), key->text.p);
	}
	return OK;
}
