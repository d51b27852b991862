/*
 * The fields of a form that are in conflict: what else was written there.  What
 * is saved over one decides it, since a save is on top of all its heads.
 */
#include "tui/screen_form_impl.h"

#include "app/history.h"

static const struct event_set *
set_of(const struct fold_head *h, struct str path)
{
	for (size_t i = 0; i < h->n_set; i++)
		if (str_eq(h->set[i].path, path))
			return &h->set[i];
	return NULL;
}

/* The register in conflict that a path is of; NULL if there is none. */
static const struct fold_register *
conflict_of(const struct record *before, struct str path)
{
	for (size_t i = 0; i < before->n_registers; i++) {
		const struct fold_register *g = &before->registers[i];

		for (size_t h = 0; g->conflict && h < g->n_heads; h++)
			if (set_of(&g->heads[h], path) != NULL)
				return g;
	}
	return NULL;
}

static struct str
json_of(const struct fold_head *h, struct str path)
{
	const struct event_set *set = set_of(h, path);

	return set == NULL ? STR("null") : set->json;
}

/* The values of the other heads. */
static void
add_others(struct ui *ui, const struct form_screen *s,
    const struct fold_register *g, struct str path, struct buf *out)
{
	struct str shown = json_of(&g->heads[g->shown], path);

	for (size_t h = 0; h < g->n_heads; h++) {
		struct str json = json_of(&g->heads[h], path), text;

		if (str_eq(json, shown))
			continue;
		text = history_value(
		    ui->app, ui->scratch, s->k.ed->form, path, json);
		buf_adds(out, out->n > 0 ? " / " : "");
		if (text.n > 0)
			buf_add_str(out, text);
		else
			buf_adds(out, _("(blank)"));
	}
}

struct str
form_conflict(struct ui *ui, const struct form_screen *s,
    const struct fill_ref *r)
{
	const struct fill *fill = s->k.ed->fill;
	const struct fold_register *g;
	struct buf others = BUF_INIT;
	struct str path, was, now, out;

	if (!s->k.ed->before.conflict)
		return STR("");
	path = fill_path(fill, ui->scratch, r);
	if ((g = conflict_of(&s->k.ed->before, path)) == NULL)
		return STR("");
	add_others(ui, s, g, path, &others);
	was = history_value(ui->app, ui->scratch, s->k.ed->form, path,
	    json_of(&g->heads[g->shown], path));
	now = fill_display(fill, ui->scratch, r);
	if (others.n == 0) {
		buf_release(&others);
		return STR(""); /* the same; another field of it differs */
	}
	out = str_of(arena_printf(ui->scratch,
	    fill_is_masked(fill, r) || str_eq(was, now)
		? _("Conflict.  Also written: %s.  Another value saved here "
		    "decides; F7 on the record keeps this one.")
		: _("Conflict.  Also written: %s.  Saving this decides it."),
	    buf_cstr(&others)));
	buf_release(&others);
	return out;
}
