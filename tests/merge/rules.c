#include "tests/merge/rules.h"

#include <string.h>

static const struct fold_field fields[] = {
	{ "amount", "decision", FOLD_DISTRICT },
	{ "birth", "birth", FOLD_COMMUNE },
	{ "children", "children", FOLD_COMMUNE },
	{ "children/name", "children/name", FOLD_COMMUNE },
	{ "decision", "decision", FOLD_DISTRICT },
	{ "kind", "disability", FOLD_COMMUNE },
	{ "level", "disability", FOLD_COMMUNE },
	{ "name", "name", FOLD_COMMUNE },
	{ "note", "note", FOLD_BOTH },
};
static struct fold_field open_fields[ARRAY_LEN(fields)];
static const struct fold_state states[] = {
	{ "filed", FOLD_COMMUNE },
	{ "approved", FOLD_DISTRICT },
};
static const struct fold_state open_states[] = {
	{ "filed", FOLD_BOTH },
	{ "approved", FOLD_BOTH },
};
static const char *const links[] = { NULL };

const struct fold_rules *
rules_of_form(void)
{
	static const struct fold_rules rules = { .form = "person",
		.n_fields = ARRAY_LEN(fields), .fields = fields,
		.n_states = ARRAY_LEN(states), .states = states,
		.name = "name", .birth = "birth", .links = links };

	return &rules;
}

const struct fold_rules *
rules_without_owners(void)
{
	static struct fold_rules rules;

	memcpy(open_fields, fields, sizeof fields);
	for (size_t i = 0; i < ARRAY_LEN(open_fields); i++)
		open_fields[i].owner = FOLD_BOTH;
	rules = *rules_of_form();
	rules.fields = open_fields;
	rules.states = open_states;
	return &rules;
}

struct str
rules_register(struct arena *a, const struct event *ev, struct str path)
{
	char id[RECORD_ID_TEXT];

	if (ev->act == EVENT_MERGE) {
		record_id_format(&ev->record, id);
		return str_of(arena_printf(
		    a, "%.*s/%s", (int)path.n, path.p, id));
	}
	if (str_is(path, "kind") || str_is(path, "level"))
		return STR("disability");
	if (str_is(path, "amount"))
		return STR("decision");
	return path;
}

bool
rules_district_alone(struct str reg)
{
	return str_is(reg, "decision");
}

bool
rules_may(const char *role, struct str path, struct str json)
{
	bool district = strcmp(role, "district") == 0;

	if (str_is(path, "state"))
		return district == str_is(json, "\"approved\"");
	if (str_is(path, "void") || str_is(path, "note") ||
	    str_starts(path, "same_as/"))
		return true;
	return district == (str_is(path, "decision") || str_is(path, "amount"));
}
