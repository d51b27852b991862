/* Single values of a form file: texts, ids, labels, words, flags. */
#include "form/form_impl.h"

#include "base/text.h"

#include <string.h>

#define ID_MAX 40

bool
load_is_map(struct load *l, const struct yaml *y, const char *what)
{
	if (y != NULL && y->type == YAML_MAP)
		return true;
	load_fault(l, y, _("%s must be a mapping (key: value)"), what);
	return false;
}

bool
load_text(struct load *l, const struct yaml *y, const char **out)
{
	if (y == NULL)
		return false;
	if (y->type != YAML_SCALAR || yaml_is_null(y) || y->text.n == 0) {
		load_fault(l, y, _("a text is needed here"));
		return false;
	}
	*out = y->text.p;
	return true;
}

static bool
is_id(struct str s)
{
	if (s.n == 0 || s.n > ID_MAX || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_", s.p[i]) ==
		    NULL)
			return false;
	return true;
}

bool
load_id(struct load *l, const struct yaml *y, const char **out)
{
	if (!load_text(l, y, out))
		return false;
	if (!is_id(y->text)) {
		load_fault(l, y,
		    _("\"%s\" is no name: small letters, digits and _, "
		      "beginning with a letter, at most %d"),
		    y->text.p, ID_MAX);
		return false;
	}
	return true;
}

void
load_label(struct load *l, const struct yaml *y, struct form_label *out)
{
	static const char *const languages[] = { "vi", "en" };

	out->vi = out->en = "";
	if (y == NULL)
		return;
	if (y->type == YAML_MAP) {
		load_keys(l, y, languages, ARRAY_LEN(languages));
		if (yaml_get(y, "vi") != NULL)
			load_text(l, yaml_get(y, "vi"), &out->vi);
		if (yaml_get(y, "en") != NULL)
			load_text(l, yaml_get(y, "en"), &out->en);
	} else {
		load_text(l, y, &out->vi);
	}
	if (out->vi[0] == '\0')
		out->vi = out->en;
	if (out->en[0] == '\0')
		out->en = out->vi;
}

void
load_label_key(struct load *l, const struct yaml *map, const char *key,
    struct form_label *out)
{
	load_label(l, yaml_get(map, key), out);
}

int
load_word(struct load *l, const struct yaml *y, const char *what,
    const char *const *words, size_t n)
{
	const char *text;

	if (!load_text(l, y, &text))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], text) == 0)
			return (int)i;
	load_fault(l, y, _("unknown %s \"%s\"%s"), what, text,
	    load_guess(l, words, n, y->text));
	return -1;
}

bool
load_flag(struct load *l, const struct yaml *y)
{
	bool set = false;

	if (y != NULL && (y->type != YAML_SCALAR || !yaml_bool(y, &set)))
		load_fault(l, y, _("yes or no is needed here"));
	return set;
}

int
load_count(struct load *l, const struct yaml *y, int max)
{
	int64_t v = 0;

	if (y == NULL)
		return 0;
	if (y->type != YAML_SCALAR || !yaml_int(y, &v) || v < 1 || v > max) {
		load_fault(
		    l, y, _("a number from 1 to %d is needed here"), max);
		return 0;
	}
	return (int)v;
}

void
load_owner(struct load *l, const struct yaml *y, enum form_owner *out)
{
	static const char *const owners[] = {
		[FORM_COMMUNE] = "commune",
		[FORM_DISTRICT] = "district",
		[FORM_BOTH] = "both",
	};
	int i;

	if (y == NULL)
		return;
	i = load_word(l, y, _("owner"), owners, ARRAY_LEN(owners));
	if (i >= 0)
		*out = (enum form_owner)i;
}
