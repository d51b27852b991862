#include "app/preview.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define LINE_WIDTH 76

const char *
preview_role(const char *role)
{
	return strcmp(role, "district") == 0 ? _("the level above (district)")
					     : _("commune");
}

void
preview_outer(const struct bundle_outer *o, struct buf *out)
{
	const struct bundle_header *h = &o->header;

	buf_printf(out,
	    _("bundle %llu of %s-%s, for unit %s: %llu changes, %llu kB\n"),
	    (unsigned long long)h->number, h->from_unit, h->from_device,
	    h->to_unit, (unsigned long long)h->events,
	    (unsigned long long)(h->size + 999) / 1000);
	if (o->sender_known)
		buf_printf(out, _("sender: %s, signature %s\n"),
		    o->sender_name,
		    o->signature_ok ? _("holds") : _("DOES NOT HOLD"));
	else
		buf_adds(out,
		    _("sender: not known here, signature not checked\n"));
	if (o->already_taken)
		buf_adds(out, _("taken in already\n"));
	if (o->gap)
		buf_adds(out,
		    _("bundles before it have not been seen here; nothing is "
		      "lost by that\n"));
}

bool
preview_made_here(const struct app *app, const struct bundle_outer *o)
{
	return strcmp(o->header.from_unit, app->card.unit) == 0 &&
	    strcmp(o->header.from_device, app->card.device) == 0;
}

/* 05/03/2026 of an event's time; false if it says none. */
static bool
day_of(const char *at, char out[DATE_BUF])
{
	struct str s = str_of(at);
	struct date d;

	if (s.n > 10)
		s.n = 10;
	if (!date_parse_iso(s, &d))
		return false;
	date_format_vi(d, out);
	return true;
}

static void
add_period(const struct bundle_preview *p, struct buf *out)
{
	char from[DATE_BUF], to[DATE_BUF];

	if (p->counts.fresh == 0 || !day_of(p->period_from, from) ||
	    !day_of(p->period_to, to))
		return;
	if (strcmp(from, to) == 0)
		buf_printf(out, _("entered on %s\n"), from);
	else
		buf_printf(out, _("entered from %s to %s\n"), from, to);
}

/* The day that the bundle says it is there, where it is not ours (R13). */
static void
add_days_off(const struct bundle_preview *p, struct buf *out)
{
	char there[DATE_BUF], here[DATE_BUF];

	if (p->days_off >= -1 && p->days_off <= 1)
		return;
	date_format_vi(p->date, there);
	date_format_vi(clock_today(), here);
	buf_printf(out,
	    _("WARNING: the bundle was made on %s, and here it is %s; one of "
	      "the two clocks is wrong, or it has lain for long\n"),
	    there, here);
}

/* A line for each kind of which there is any. */
static void
add_counts(const struct bundle_preview *p, struct buf *out)
{
	const struct store_import_counts *n = &p->counts;
	const struct {
		uint64_t n;
		const char *says;
	} line[] = {
		{ n->records_decided,
		    _("%llu of those changed are decided already\n") },
		{ n->waiting, _("%llu wait for what comes before them\n") },
		{ p->newer,
		    _("%llu need a newer program; they are kept and passed "
		      "on\n") },
		{ n->set_aside,
		    _("%llu are set aside, with their reasons\n") },
		{ p->receipts,
		    _("a receipt: %llu more of our changes have arrived "
		      "there\n") },
		{ n->forks,
		    _("WARNING: %llu chains have forked: a laptop was copied "
		      "or restored\n") },
		{ p->n_packs_new, _("%llu new forms\n") },
	};

	for (size_t i = 0; i < ARRAY_LEN(line); i++) {
		if (line[i].n == 0)
			continue;
		/* msgfmt has compared the translations with the source */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		buf_printf(
		    out, line[i].says, (unsigned long long)line[i].n);
#pragma GCC diagnostic pop
	}
}

/* What is too long ends between two words. */
static void
add_line(struct str line, struct buf *out)
{
	struct str fit = line;

	if (text_width(line) > LINE_WIDTH) {
		fit = text_fit(line, LINE_WIDTH - 4);
		while (fit.n > 0 && fit.p[fit.n - 1] != ' ')
			fit.n--;
	}
	buf_printf(out, "  %.*s%s\n", (int)fit.n, fit.p,
	    fit.n < line.n ? "..." : "");
}

/* The first new records, a line each, so that it is seen what this is. */
static void
add_names(
    const struct app *app, const struct bundle_preview *p, struct buf *out)
{
	struct arena *a = arena_new();
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < p->n_names; i++) {
		const struct store_import_name *one = &p->names[i];
		const struct form *form =
		    form_set_get(app->forms, arena_str(a, one->form));

		buf_clear(&line);
		text_safe(&line, text_fit(one->name, 40));
		buf_adds(&line, one->hamlet.n > 0 ? ", " : "");
		text_safe(&line, text_fit(one->hamlet, 20));
		if (form != NULL)
			buf_printf(&line, ": %s", form_text(form->title));
		add_line(buf_str(&line), out);
	}
	if (p->n_names > 0 && p->counts.records_new > p->n_names)
		buf_adds(out, "  ...\n");
	buf_release(&line);
	arena_free(a);
}

void
preview_text(
    const struct app *app, const struct bundle_preview *p, struct buf *out)
{
	const struct store_import_counts *n = &p->counts;

	preview_outer(&p->outer, out);
	if (p->outer.already_taken)
		return;
	add_days_off(p, out);
	add_period(p, out);
	buf_printf(out,
	    _("%llu new changes (%llu known already), %llu new records, %llu "
	      "changed\n"),
	    (unsigned long long)n->fresh, (unsigned long long)n->known,
	    (unsigned long long)n->records_new,
	    (unsigned long long)n->records_changed);
	add_names(app, p, out);
	add_counts(p, out);
	if (p->trust_newer)
		buf_adds(out, _("a newer list of trusted laptops\n"));
}
