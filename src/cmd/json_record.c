#include "cmd/json_record.h"

#include "app/restricted.h"
#include "base/coding.h"
#include "base/json.h"

const char *
json_record_version(struct app *app, const struct record *r)
{
	const struct form *f = form_set_by_hash(app->forms, r->form_hash);

	return f == NULL ? "" : f->version;
}

void
json_event_id(struct buf *out, const struct event_id *id)
{
	char hex[EVENT_ID_SIZE * 2 + 1];

	hex_encode(hex, id->b, sizeof id->b);
	buf_printf(out, "\"%s\"", hex);
}

/* Values are canonical JSON already, which is JSON. */
void
json_record(struct buf *out, struct app *app, const struct record *r,
    bool revealed)
{
	const struct form *f = app_form_of(app, r);
	char id[RECORD_ID_TEXT];
	struct directory_row row;
	bool first = true;
	size_t at;

	record_id_format(&r->id, id);
	buf_printf(out, "{\"id\":\"%s\",\"form\":", id);
	json_put_string(out, r->form);
	buf_adds(out, ",\"version\":");
	json_put_string(out, str_of(json_record_version(app, r)));
	buf_adds(out, ",\"state\":");
	json_put_string(out, r->is_void ? STR("void") : r->state);
	buf_printf(out, ",\"standing\":\"%s\"",
	    store_standing_name(store_standing(app->store, &r->id)));
	for (size_t i = 0; r->n_members > 1 && i < r->n_members; i++) {
		record_id_format(&r->members[i], id);
		buf_printf(out, "%s\"%s\"%s", i == 0 ? ",\"members\":[" : ",",
		    id, i + 1 == r->n_members ? "]" : "");
	}
	if (r->conflict)
		buf_adds(out, ",\"conflict\":true");
	if (directory_find(app->directory, &r->id, &at)) {
		directory_get(app->directory, at, &row);
		if (row.basis_changed)
			buf_adds(out, ",\"basis\":\"changed\"");
	}
	if (r->objection)
		buf_adds(out, ",\"objection\":true");
	buf_adds(out, ",\"fields\":{");
	for (size_t i = 0; i < r->n_values; i++) {
		if (str_is(r->values[i].path, "state") ||
		    str_is(r->values[i].path, "void"))
			continue;
		if (!first)
			buf_addc(out, ',');
		first = false;
		json_put_string(out, r->values[i].path);
		buf_addc(out, ':');
		/* what could not be opened is masked in any case */
		buf_add_str(out,
		    restricted_masked(revealed ? NULL : f, r->values[i].path,
			r->values[i].json));
	}
	buf_adds(out, "}}\n");
}
