#include "app/conf.h"
#include "base/file.h"
#include "base/yaml.h"

#include <string.h>

#define FILE_MAX (64 * 1024)

static const struct conf_row rows[CONF_COUNT] = {
#define X(id, name, least, most, words, value, help) \
	[id] = { name, least, most, words, value, help },
	CONF_ROWS(X)
#undef X
};

static const char *const names[CONF_COUNT] = {
#define X(id, name, least, most, words, value, help) [id] = name,
	CONF_ROWS(X)
#undef X
};

const struct conf_row *
conf_row(enum conf_id id)
{
	return &rows[id];
}

/* Whether the word is one of those with spaces between. */
static bool
is_among(const char *words, struct str word)
{
	size_t n;

	for (; *words != '\0'; words += n + strspn(words + n, " ")) {
		n = strcspn(words, " ");
		if (str_eq(word, (struct str){ words, n }))
			return true;
	}
	return false;
}

static enum err
take(const struct conf_row *row, enum conf_id id, const struct yaml *y,
    struct conf *c, struct error *e)
{
	int64_t v = 0;

	if (y->type != YAML_SCALAR)
		return yaml_fault(y, e, N_("here one value is needed"));
	if (row->words != NULL && !is_among(row->words, y->text))
		return yaml_fault(
		    y, e, N_("\"%s\" is one of: %s"), row->name, row->words);
	if (row->words == NULL &&
	    (!yaml_int(y, &v) || v < row->least || v > row->most))
		return yaml_fault(y, e,
		    N_("\"%s\" is a whole number from %d to %d"), row->name,
		    (int)row->least, (int)row->most);
	c->word[id] = y->text.p;
	c->number[id] = v;
	return OK;
}

/* A file in which every line is a comment says nothing, and may. */
static bool
is_blank(struct str s)
{
	bool line_start = true, comment = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n') {
			line_start = true;
			comment = false;
		} else if (line_start && s.p[i] == '#') {
			comment = true;
		} else if (s.p[i] != ' ' && s.p[i] != '\r') {
			if (!comment)
				return false;
			line_start = false;
		}
	}
	return true;
}

/* A file that is not there changes nothing. */
static enum err
load_file(struct arena *a, const char *path, struct conf *c, struct error *e)
{
	struct yaml *root;
	struct str text;
	enum err r;

	if (!file_exists(path))
		return OK;
	if ((r = file_read(a, path, FILE_MAX, &text, e)) != OK)
		return r;
	if (is_blank(text))
		return OK;
	if ((r = yaml_parse(a, path, text, &root, e)) != OK ||
	    (r = yaml_check_keys(root, names, CONF_COUNT, e)) != OK)
		return r;
	for (size_t i = 0; i < root->n; i++)
		for (size_t id = 0; id < CONF_COUNT; id++) {
			if (!str_is(root->keys[i]->text, names[id]))
				continue;
			r = take(
			    &rows[id], (enum conf_id)id, root->items[i], c, e);
			if (r != OK)
				return r;
		}
	return OK;
}

enum err
conf_load(struct arena *a, const char *home, struct conf *out, struct error *e)
{
	struct conf c;
	struct yaml y = { .type = YAML_SCALAR, .file = "" };
	enum err r;

	for (size_t id = 0; id < CONF_COUNT; id++) {
		y.text = str_of(rows[id].value);
		if (take(&rows[id], (enum conf_id)id, &y, &c, NULL) != OK)
			BUG("default of %s", names[id]);
	}
	r = load_file(a, file_data_path(a, "conf/ansinh.yaml"), &c, e);
	if (r == OK && home != NULL)
		r = load_file(
		    a, arena_printf(a, "%s/ansinh.yaml", home), &c, e);
	if (r == OK)
		*out = c;
	return r;
}

bool
conf_is(const struct conf *c, enum conf_id id, const char *word)
{
	return strcmp(c->word[id], word) == 0;
}
