#include "base/yaml.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"

#include <string.h>
#include <yaml.h>

#define BYTES_MAX (1024 * 1024)
#define DEPTH_MAX 16
#define EVENTS_MAX 25000 /* the largest form has 3,205 */
#define SCALAR_MAX (64 * 1024)

struct loader {
	struct arena *arena;
	struct arena *scratch; /* the sets of keys seen */
	const char *file;
	yaml_parser_t parser;
	yaml_event_t event; /* the one being looked at */
	bool open;          /* event holds memory */
	unsigned depth;
	size_t events;
	struct error *e;
};

/* Ends the loading: what is wrong, and the place of it. */
static enum err
fault(struct loader *l, enum err code, const char *what, yaml_mark_t at)
{
	error_set(l->e, code, "%s", i18n_text(what));
	if (l->e != NULL)
		error_at(
		    l->e, "%s:%zu:%zu", l->file, at.line + 1, at.column + 1);
	return code;
}

static enum err
syntax_fault(struct loader *l)
{
	const yaml_parser_t *p = &l->parser;
	yaml_mark_t at = p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		base_die("%s", _("out of memory"));
	if (p->error == YAML_READER_ERROR) {
		/* libyaml gives a byte here and no mark */
		at = p->mark;
		error_set(l->e, ERR_TEXT,
		    N_("byte %zu is not text (UTF-8 without control "
		       "characters)"),
		    p->problem_offset);
	} else {
		error_set(l->e, ERR_FORMAT, N_("not YAML: %s"),
		    p->problem == NULL ? "" : p->problem);
	}
	if (l->e != NULL)
		error_at(
		    l->e, "%s:%zu:%zu", l->file, at.line + 1, at.column + 1);
	return p->error == YAML_READER_ERROR ? ERR_TEXT : ERR_FORMAT;
}

static enum err
next(struct loader *l)
{
	if (l->open)
		yaml_event_delete(&l->event);
	l->open = false;
	if (yaml_parser_parse(&l->parser, &l->event) == 0)
		return syntax_fault(l);
	l->open = true;
	if (++l->events > EVENTS_MAX)
		return fault(l, ERR_LIMIT,
		    N_("more than 25,000 entries in one file"),
		    l->event.start_mark);
	return OK;
}

/* What no file of ours needs and every attack does. */
static enum err
refuse_marks(
    struct loader *l, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL)
		return fault(l, ERR_REFUSED,
		    N_("an anchor (&name) is not allowed"),
		    l->event.start_mark);
	if (tag != NULL)
		return fault(l, ERR_REFUSED, N_("a tag (!name) is not allowed"),
		    l->event.start_mark);
	return OK;
}

static struct yaml *
node_new(struct loader *l, enum yaml_type type)
{
	struct yaml *y = arena_new_of(l->arena, struct yaml);

	y->type = type;
	y->file = l->file;
	y->line = (int)l->event.start_mark.line + 1;
	y->col = (int)l->event.start_mark.column + 1;
	return y;
}

static enum err
load_scalar(struct loader *l, struct yaml **out)
{
	struct yaml *y = node_new(l, YAML_SCALAR);
	yaml_mark_t at = l->event.start_mark;
	struct str text = { (const char *)l->event.data.scalar.value,
		l->event.data.scalar.length };
	enum err r;

	r = refuse_marks(
	    l, l->event.data.scalar.anchor, l->event.data.scalar.tag);
	if (r != OK)
		return r;
	if (text.n > SCALAR_MAX)
		return fault(
		    l, ERR_LIMIT, N_("a text of more than 64 KiB"), at);
	if ((r = text_check(text, TEXT_LINES, l->e)) != OK) {
		if (l->e != NULL)
			error_at(l->e, "%s:%zu:%zu", l->file, at.line + 1,
			    at.column + 1);
		return r;
	}
	y->text = arena_str_dup(l->arena, text);
	y->quoted = l->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	*out = y;
	return next(l);
}

static enum err load_node(struct loader *l, struct yaml **out);

static enum err
enter(struct loader *l)
{
	if (l->depth == DEPTH_MAX)
		return fault(l, ERR_LIMIT, N_("nested more than 16 deep"),
		    l->event.start_mark);
	l->depth++;
	return next(l);
}

static enum err
load_seq(struct loader *l, struct yaml **out)
{
	struct yaml *y = node_new(l, YAML_SEQ);
	size_t cap = 0;
	enum err r;

	r = refuse_marks(l, l->event.data.sequence_start.anchor,
	    l->event.data.sequence_start.tag);
	if (r != OK || (r = enter(l)) != OK)
		return r;
	while (l->event.type != YAML_SEQUENCE_END_EVENT) {
		y->items = arena_grow(
		    l->arena, y->items, y->n, &cap, sizeof(struct yaml *));
		if ((r = load_node(l, &y->items[y->n])) != OK)
			return r;
		y->n++;
	}
	l->depth--;
	*out = y;
	return next(l);
}

static enum err
load_key(struct loader *l, struct map *seen, struct yaml **out)
{
	yaml_mark_t at = l->event.start_mark;
	enum err r;

	if (l->event.type == YAML_ALIAS_EVENT)
		return load_node(l, out); /* has its own message */
	if (l->event.type != YAML_SCALAR_EVENT)
		return fault(l, ERR_FORMAT, N_("a key must be a word"), at);
	if ((r = load_scalar(l, out)) != OK)
		return r;
	if (str_is((*out)->text, "<<") && !(*out)->quoted)
		return fault(
		    l, ERR_REFUSED, N_("a merge key (<<) is not allowed"), at);
	if (map_put(seen, (*out)->text, *out) != NULL) {
		error_set(l->e, ERR_FORMAT, N_("the key \"%.40s\" comes twice"),
		    (*out)->text.p);
		if (l->e != NULL)
			error_at(l->e, "%s:%zu:%zu", l->file, at.line + 1,
			    at.column + 1);
		return ERR_FORMAT;
	}
	return OK;
}

static enum err
load_map(struct loader *l, struct yaml **out)
{
	struct yaml *y = node_new(l, YAML_MAP);
	struct map *seen = map_new(l->scratch);
	size_t cap = 0, key_cap = 0;
	enum err r;

	r = refuse_marks(l, l->event.data.mapping_start.anchor,
	    l->event.data.mapping_start.tag);
	if (r != OK || (r = enter(l)) != OK)
		return r;
	while (l->event.type != YAML_MAPPING_END_EVENT) {
		y->keys = arena_grow(
		    l->arena, y->keys, y->n, &key_cap, sizeof(struct yaml *));
		y->items = arena_grow(
		    l->arena, y->items, y->n, &cap, sizeof(struct yaml *));
		if ((r = load_key(l, seen, &y->keys[y->n])) != OK ||
		    (r = load_node(l, &y->items[y->n])) != OK)
			return r;
		y->n++;
	}
	l->depth--;
	*out = y;
	return next(l);
}

/* Leaves with the event after the node. */
static enum err
load_node(struct loader *l, struct yaml **out)
{
	if (l->event.type == YAML_SCALAR_EVENT)
		return load_scalar(l, out);
	if (l->event.type == YAML_SEQUENCE_START_EVENT)
		return load_seq(l, out);
	if (l->event.type == YAML_MAPPING_START_EVENT)
		return load_map(l, out);
	if (l->event.type == YAML_ALIAS_EVENT)
		return fault(l, ERR_REFUSED,
		    N_("an alias (*name) is not allowed"), l->event.start_mark);
	BUG("unexpected YAML event");
}

static enum err
load_stream(struct loader *l, struct yaml **out)
{
	enum err r;

	/* stream start, document start or stream end */
	if ((r = next(l)) != OK || (r = next(l)) != OK)
		return r;
	if (l->event.type == YAML_STREAM_END_EVENT)
		return fault(l, ERR_FORMAT, N_("there is nothing in the file"),
		    l->event.start_mark);
	if ((r = next(l)) != OK || (r = load_node(l, out)) != OK)
		return r;
	/* that was the document's end */
	if ((r = next(l)) != OK)
		return r;
	if (l->event.type != YAML_STREAM_END_EVENT)
		return fault(l, ERR_REFUSED,
		    N_("a second document (---) is not allowed"),
		    l->event.start_mark);
	return OK;
}

/*
 * Directives are looked for in the bytes: libyaml spends seconds on a file
 * of %TAG lines before it gives the first event.
 */
static enum err
refuse_directives(struct loader *l, struct str bytes)
{
	yaml_mark_t at = { 0, 0, 0 };

	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] == '%' && (i == 0 || bytes.p[i - 1] == '\n'))
			return fault(l, ERR_REFUSED,
			    N_("a line must not begin with %"), at);
		at.line += bytes.p[i] == '\n';
	}
	return OK;
}

enum err
yaml_parse(struct arena *a, const char *name, struct str bytes,
    struct yaml **out, struct error *e)
{
	struct loader l = { .arena = a, .file = name, .e = e };
	enum err r;

	if (bytes.n > BYTES_MAX)
		return fault(&l, ERR_LIMIT, N_("the file is larger than 1 MiB"),
		    (yaml_mark_t){ 0, 0, 0 });
	if ((r = refuse_directives(&l, bytes)) != OK)
		return r;
	if (yaml_parser_initialize(&l.parser) == 0)
		base_die("%s", _("out of memory"));
	l.scratch = arena_new();
	/* said, so that it is not guessed from the first bytes */
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &l.parser, (const unsigned char *)bytes.p, bytes.n);
	r = load_stream(&l, out);
	if (l.open)
		yaml_event_delete(&l.event);
	yaml_parser_delete(&l.parser);
	arena_free(l.scratch);
	return r;
}

enum err
yaml_load(struct arena *a, const char *path, struct yaml **out, struct error *e)
{
	struct str bytes;
	enum err r;

	if ((r = file_read(a, path, BYTES_MAX, &bytes, e)) != OK)
		return r;
	return yaml_parse(a, arena_strdup(a, path), bytes, out, e);
}
