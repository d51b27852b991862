/* One field of a form. */
#include "form/form_impl.h"

#include "base/text.h"

#include <string.h>

static const char *const types[] = {
	[FORM_TEXT] = "text",
	[FORM_INTEGER] = "integer",
	[FORM_MONEY] = "money",
	[FORM_DECIMAL] = "decimal",
	[FORM_DATE] = "date",
	[FORM_TIME] = "time",
	[FORM_YES_NO] = "yes_no",
	[FORM_SELECT_ONE] = "select_one",
	[FORM_SELECT_MULTIPLE] = "select_multiple",
	[FORM_LINK] = "link",
	[FORM_CALCULATE] = "calculate",
	[FORM_NOTE] = "note",
	[FORM_REPEAT] = "repeat",
	[FORM_GROUP] = "group",
	[FORM_PAGE] = "page",
	[FORM_ROOT] = "form",
};
/* What `type` takes: the words from FORM_REPEAT on. */
#define N_TYPES ((size_t)(FORM_NOTE - FORM_REPEAT) + 1)

static const struct {
	const char *word;
	unsigned flag;
} appearances[] = {
	{ "multiline", FORM_MULTILINE },
	{ "quick", FORM_QUICK },
	{ "masked", FORM_MASKED },
	{ "minimal", FORM_MINIMAL },
	{ "grid", FORM_GRID },
	{ "upper", FORM_UPPER },
	{ "code", FORM_NO_COMPOSE },
	{ "hidden", FORM_HIDDEN },
	{ "thousands-sep", FORM_GROUPED },
};

#define TYPES(t) (1U << (t))
#define SELECTS (TYPES(FORM_SELECT_ONE) | TYPES(FORM_SELECT_MULTIPLE))
#define KEYED (~(TYPES(FORM_REPEAT) | TYPES(FORM_NOTE)))
#define ANY (~0U)

/* Every key of a field, and the types that it means something for. */
static const struct {
	const char *key;
	unsigned types;
} keys[] = {
	{ "name", ANY },
	{ "type", ANY },
	{ "label", ANY },
	{ "hint", ANY },
	{ "line", ANY },
	{ "relevant", ANY },
	{ "owner", ANY },
	{ "appearance", ANY },
	{ "width", KEYED },
	{ "required", KEYED & ~TYPES(FORM_CALCULATE) },
	{ "required_message", KEYED & ~TYPES(FORM_CALCULATE) },
	{ "read_only", KEYED & ~TYPES(FORM_CALCULATE) },
	{ "default", KEYED & ~TYPES(FORM_CALCULATE) },
	{ "carry", KEYED & ~TYPES(FORM_CALCULATE) },
	{ "constraint", KEYED },
	{ "constraint_message", KEYED },
	{ "soft", KEYED },
	{ "soft_message", KEYED },
	{ "checks", KEYED },
	{ "calculate", KEYED },
	{ "register", KEYED },
	{ "sensitive", KEYED },
	{ "choices", SELECTS | TYPES(FORM_CALCULATE) },
	{ "choice_filter", SELECTS },
	{ "form", TYPES(FORM_LINK) },
	{ "member", TYPES(FORM_LINK) },
	{ "precision", TYPES(FORM_DATE) },
	{ "max_length", TYPES(FORM_TEXT) | TYPES(FORM_INTEGER) |
	                    TYPES(FORM_MONEY) | TYPES(FORM_DECIMAL) },
	{ "fields", TYPES(FORM_REPEAT) },
	{ "count", TYPES(FORM_REPEAT) },
};

const char *
form_type_name(enum form_type t)
{
	return types[t];
}

bool
form_type_is_field(enum form_type t)
{
	return t > FORM_REPEAT && t != FORM_NOTE;
}

static void
check_keys(struct load *l, const struct yaml *y, enum form_type type)
{
	const char *words[ARRAY_LEN(keys)];

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		words[i] = keys[i].key;
	load_keys(l, y, words, ARRAY_LEN(words));
	for (size_t k = 0; type != FORM_ROOT && k < y->n; k++)
		for (size_t i = 0; i < ARRAY_LEN(keys); i++)
			if (str_is(y->keys[k]->text, keys[i].key) &&
			    (keys[i].types & TYPES(type)) == 0)
				load_fault(l, y->keys[k],
				    _("\"%s\" means nothing for type %s"),
				    keys[i].key, types[type]);
}

/* FORM_ROOT if the type is missing or unknown, which has been said. */
static enum form_type
load_type(struct load *l, const struct yaml *y)
{
	const struct yaml *type = yaml_get(y, "type");
	int i;

	if (type == NULL) {
		load_fault(l, y, _("a field needs a type"));
		return FORM_ROOT;
	}
	i = load_word(l, type, _("type"), &types[FORM_REPEAT], N_TYPES);
	return i < 0 ? FORM_ROOT : (enum form_type)(i + FORM_REPEAT);
}

static void
load_precision(struct load *l, const struct yaml *y, struct form_node *n)
{
	static const char *const words[] = { "year", "month", "day" };
	int i;

	if (y == NULL)
		return;
	if (y->type != YAML_SEQ) {
		load_fault(l, y,
		    _("precision must be a list, such as "
		      "[day, month, year]"));
		return;
	}
	for (size_t k = 0; k < y->n; k++) {
		i = load_word(
		    l, y->items[k], _("precision"), words, ARRAY_LEN(words));
		if (i >= 0 && i + DATE_YEAR < n->min_precision)
			n->min_precision = i + DATE_YEAR;
	}
}

static void
load_appearance(struct load *l, const struct yaml *y, struct form_node *n)
{
	const char *words[ARRAY_LEN(appearances)], *text;
	struct str word;
	size_t i;

	if (y == NULL || !load_text(l, y, &text))
		return;
	for (i = 0; i < ARRAY_LEN(words); i++)
		words[i] = appearances[i].word;
	while (*text != '\0') {
		word.p = text += strspn(text, " ");
		word.n = strcspn(text, " ");
		text += word.n;
		for (i = 0; i < ARRAY_LEN(words); i++)
			if (str_is(word, words[i]))
				break;
		if (i < ARRAY_LEN(words))
			n->flags |= appearances[i].flag;
		else if (word.n > 0)
			load_warn(l, y, _("unknown appearance \"%.*s\"%s"),
			    (int)word.n, word.p,
			    load_guess(l, words, ARRAY_LEN(words), word));
	}
}

static struct form_check *
add_check(
    struct load *l, struct form_node *n, const struct yaml *test, bool soft)
{
	struct form_check *c = &n->checks[n->n_checks++];

	c->soft = soft;
	c->message.vi = c->message.en = "";
	load_late(l, LATE_CHECK, n->number, &c->test, test);
	return c;
}

static void
load_check_list(struct load *l, const struct yaml *y, struct form_node *n)
{
	static const char *const words[] = { "test", "message", "soft" };
	struct form_check *c;

	if (y->type != YAML_SEQ || y->n > FORM_CHECKS_MAX - 2) {
		load_fault(l, y, _("checks must be a list of at most %d"),
		    FORM_CHECKS_MAX - 2);
		return;
	}
	for (size_t i = 0; i < y->n; i++) {
		const struct yaml *item = y->items[i];

		if (!load_is_map(l, item, _("a check")))
			continue;
		load_keys(l, item, words, ARRAY_LEN(words));
		if (yaml_get(item, "test") == NULL)
			load_fault(l, item, _("a check needs a test"));
		if (yaml_get(item, "message") == NULL)
			load_fault(l, item, _("a check needs a message"));
		c = add_check(l, n, yaml_get(item, "test"),
		    load_flag(l, yaml_get(item, "soft")));
		load_label_key(l, item, "message", &c->message);
	}
}

static void
load_checks(struct load *l, const struct yaml *y, struct form_node *n)
{
	static const struct {
		const char *key, *message;
		bool soft;
	} single[] = {
		{ "constraint", "constraint_message", false },
		{ "soft", "soft_message", true },
	};
	const struct yaml *list = yaml_get(y, "checks");
	struct form_check *c;

	n->checks =
	    arena_array(l->a, ARRAY_LEN(single) + (list == NULL ? 0 : list->n),
	        sizeof *n->checks);
	for (size_t i = 0; i < ARRAY_LEN(single); i++) {
		const struct yaml *test = yaml_get(y, single[i].key);
		const struct yaml *message = yaml_get(y, single[i].message);

		if (test != NULL) {
			c = add_check(l, n, test, single[i].soft);
			load_label(l, message, &c->message);
			if (message == NULL)
				load_warn(l, test, _("\"%s\" has no \"%s\""),
				    single[i].key, single[i].message);
		} else if (message != NULL) {
			load_fault(l, message, _("\"%s\" without \"%s\""),
			    single[i].message, single[i].key);
		}
	}
	if (list != NULL)
		load_check_list(l, list, n);
}

static void
load_restriction(struct load *l, const struct yaml *y, struct form_node *n)
{
	static const char *const words[] = { "normal", "restricted" };

	if (y != NULL &&
	    load_word(l, y, _("sensitivity"), words, ARRAY_LEN(words)) == 1)
		n->flags |= FORM_RESTRICTED;
}

static void
load_member(struct load *l, const struct yaml *y, struct form_node *n)
{
	if (!load_flag(l, y))
		return;
	n->flags |= FORM_MEMBER;
	if (n->depth > 0)
		load_fault(l, y, _("a row of a record is no member"));
}

/* What one type needs and others do not have. */
static void
load_by_type(struct load *l, const struct yaml *y, struct form_node *n)
{
	const struct yaml *choices = yaml_get(y, "choices");
	const char *name;

	if (choices != NULL && load_text(l, choices, &name))
		n->choices = load_list_use(l, choices->text, choices, 0);
	if ((TYPES(n->type) & SELECTS) != 0) {
		if (choices == NULL)
			load_fault(
			    l, y, _("type %s needs choices"), types[n->type]);
	} else if (n->type == FORM_LINK) {
		if (yaml_get(y, "form") == NULL)
			load_fault(l, y, _("a link needs a form"));
		load_text(l, yaml_get(y, "form"), &n->link);
		load_member(l, yaml_get(y, "member"), n);
	} else if (n->type == FORM_CALCULATE) {
		if (yaml_get(y, "calculate") == NULL)
			load_fault(
			    l, y, _("type %s needs calculate"), types[n->type]);
	} else if (n->type == FORM_REPEAT) {
		n->flags |= FORM_GRID;
		if (n->depth >= EXPR_DEPTH_MAX)
			load_fault(l, y, _("repeats nested deeper than %d"),
			    EXPR_DEPTH_MAX);
		else if (yaml_get(y, "fields") == NULL)
			load_fault(l, y, _("a repeat needs fields"));
		else
			load_fields(l, n->number, yaml_get(y, "fields"));
	}
}

static void
load_expressions(struct load *l, const struct yaml *y, struct form_node *n)
{
	int number = n->number;

	load_late(l, LATE_VALUE, number, &n->relevant, yaml_get(y, "relevant"));
	load_late(l, LATE_CHECK, number, &n->required, yaml_get(y, "required"));
	load_late(
	    l, LATE_CHECK, number, &n->read_only, yaml_get(y, "read_only"));
	load_late(
	    l, LATE_VALUE, number, &n->calculate, yaml_get(y, "calculate"));
	load_late(
	    l, LATE_VALUE, number, &n->default_value, yaml_get(y, "default"));
	load_late(l, LATE_VALUE, number, &n->choice_filter,
	    yaml_get(y, "choice_filter"));
	load_late(l, LATE_VALUE, number, &n->count, yaml_get(y, "count"));
	load_checks(l, y, n);
}

static const char *
load_name(struct load *l, const struct yaml *y)
{
	static const char *const reserved[] = { "state", "void" };
	const struct yaml *name = yaml_get(y, "name");
	const char *text = "";

	if (name == NULL) {
		load_fault(l, y, _("a field needs a name"));
		return "";
	}
	if (!load_id(l, name, &text))
		return text;
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (strcmp(text, reserved[i]) == 0)
			load_fault(l, name,
			    _("\"%s\" is a field of every record"), text);
	return text;
}

static void
note_path(struct load *l, const struct yaml *y, struct form_node *n)
{
	const struct form_node *first;

	if (n->name[0] == '\0')
		return;
	first = map_get(l->paths, str_of(n->path));
	if (first == NULL) {
		map_put(l->paths, str_of(n->path), n);
		return;
	}
	load_fault(l, yaml_get(y, "name"),
	    _("field \"%s\" stands twice, first in line %d"), n->path,
	    first->line_no);
}

void
load_field(struct load *l, int parent, const struct yaml *y)
{
	const char *name = load_name(l, y), *word = "";
	enum form_type type = load_type(l, y);
	const struct form_node *repeat;
	struct form_node *n;

	check_keys(l, y, type);
	if (type == FORM_ROOT) /* go on, so as to see the other faults */
		type = yaml_get(y, "fields") == NULL ? FORM_TEXT : FORM_REPEAT;
	n = &l->f->nodes[load_node_add(l, parent, type, y, name)];
	note_path(l, y, n);
	load_label_key(l, y, "label", &n->label);
	load_label_key(l, y, "hint", &n->hint);
	load_label_key(l, y, "required_message", &n->required_message);
	if (yaml_get(y, "line") != NULL)
		load_text(l, yaml_get(y, "line"), &n->line);
	load_owner(l, yaml_get(y, "owner"), &n->owner);
	load_appearance(l, yaml_get(y, "appearance"), n);
	if (n->type == FORM_MONEY)
		n->flags |= FORM_GROUPED;
	load_restriction(l, yaml_get(y, "sensitive"), n);
	load_precision(l, yaml_get(y, "precision"), n);
	n->width = load_count(l, yaml_get(y, "width"), 200);
	n->max_length = load_count(l, yaml_get(y, "max_length"), 16000);
	if (load_flag(l, yaml_get(y, "carry")))
		n->flags |= FORM_CARRY;
	if (yaml_get(y, "register") != NULL &&
	    load_id(l, yaml_get(y, "register"), &word)) {
		repeat = n->repeat < 0 ? NULL : &l->f->nodes[n->repeat];
		n->reg = repeat == NULL
		             ? word
		             : arena_printf(l->a, "%s/%s", repeat->path, word);
	}
	load_expressions(l, y, n);
	load_by_type(l, y, n);
}
