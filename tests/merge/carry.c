#include "tests/merge/carry.h"

#include <stdio.h>

void
carry_pack(struct machine *from, const char *to, struct parcel *out)
{
	const char *stick =
	    arena_printf(world.a, "%s/%u", world.stick, world.sticks++);
	struct bundle_written w;

	machine_clock(from);
	ok(file_make_dirs(stick, 0700, &e));
	ok(bundle_export(
	    from->s, &from->self, to, stick, NULL, NULL, &w, &e));
	out->from = from;
	snprintf(out->to, sizeof out->to, "%s", to);
	out->path =
	    arena_printf(world.a, "%s/ANSINH/%s.ansinh", stick, w.name);
	world.sum.bundles++;
}

bool
carry_is_for(const struct parcel *p, const struct machine *to)
{
	return to->who != p->from->who &&
	    (strcmp(p->to, to->address) == 0 ||
	        strcmp(p->to, to->who->card.unit) == 0);
}

/* The one refusal that a lost bundle may cause; what comes next heals it. */
static bool
is_too_early(enum err err, const struct error *why)
{
	return err == ERR_REFUSED && strstr(why->what, "earlier bundle");
}

void
carry_unpack(struct machine *to, const struct parcel *p)
{
	struct bundle_import *im = NULL;
	struct bundle_preview preview;
	struct error why = { .code = OK };
	enum err r;

	machine_clock(to);
	r = bundle_import_open(
	    to->s, &to->self, p->path, NULL, NULL, &im, &preview, &why);
	if (is_too_early(r, &why)) {
		world.sum.early++;
		return;
	}
	if (r != OK)
		fall("%s refuses %s: %s", to->address, p->path, why.what);
	ok(bundle_import_apply(im, &e));
	if (preview.n_packs_new > 0)
		machine_learn(to);
	bundle_import_close(im);
}
