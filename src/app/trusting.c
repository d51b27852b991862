/* Cards out and in, the trust list of this store, and what bundles taught. */
#include "app/app.h"

#include <string.h>

enum err
app_card(struct app *app, struct arena *a, char **text, struct error *e)
{
	(void)e;
	*text = card_format(a, &app->card);
	return OK;
}

enum err
app_trust_save(struct app *app, const struct trust *t, struct error *e)
{
	struct arena *a = arena_new();
	struct arena *next = arena_new();
	struct str json = trust_format(a, t);
	struct trust *fresh = arena_new_of(next, struct trust);
	enum err err;

	if ((err = trust_parse(
		 next, arena_str_dup(next, json), fresh, e)) != OK)
		goto out;
	if ((err = store_meta_put(app->store, "trust", json, e)) != OK)
		goto out;
	arena_free(app->trust_arena);
	app->trust_arena = next;
	app->trust = fresh;
	next = NULL; /* transferred */
out:
	arena_free(next);
	arena_free(a);
	return err;
}

static enum err
load_trust(struct app *app, struct error *e)
{
	struct arena *next = arena_new();
	struct trust *fresh = arena_new_of(next, struct trust);
	struct str json = { NULL, 0 };
	enum err err;

	err = store_meta_get(app->store, next, "trust", &json, e);
	if (err == OK)
		err = trust_parse(next, json, fresh, e);
	else if (err == ERR_NOTFOUND)
		err = OK;
	if (err == OK) {
		arena_free(app->trust_arena);
		app->trust_arena = next;
		app->trust = fresh;
		next = NULL; /* transferred */
	}
	arena_free(next);
	return err;
}

struct learning {
	struct app *app;
	bool new_forms;
};

/* Forms that came with bundles, for events written under them. */
static enum err
add_pack(void *ctx, const uint8_t hash[32], struct str bytes, struct error *e)
{
	struct learning *l = ctx;
	const struct form *f;

	if (form_set_by_hash(l->app->forms, hash) != NULL)
		return OK;
	l->new_forms = true;
	return form_set_load_pack(l->app->forms, bytes, &f, e);
}

enum err
app_learn(struct app *app, struct error *e)
{
	struct learning l = { .app = app };
	enum err err = load_trust(app, e);

	if (err == OK)
		err = store_pack_each(app->store, "form", add_pack, &l, e);
	return err == OK && l.new_forms ? store_refold(app->store, e) : err;
}

enum err
app_trust(struct app *app, const struct card *c, struct error *e)
{
	struct arena *a = arena_new();
	struct trust t = *app->trust;
	enum err err;

	if (strcmp(c->unit, app->card.unit) == 0 &&
	    strcmp(c->device, app->card.device) == 0) {
		err = error_set(
		    e, ERR_REFUSED, N_("this is the card of this laptop"));
		goto out;
	}
	if ((err = trust_add(a, &t, c, e)) != OK)
		goto out;
	/* A commune keeps the version of the district's list that it took
	 * last; were it higher, the district could send no more (H7). */
	if (strcmp(app->card.role, "district") == 0)
		t.version++;
	err = app_trust_save(app, &t, e);
out:
	arena_free(a);
	return err;
}

struct bundle_self
app_self(const struct app *app, const struct age_identity *identities[2])
{
	struct bundle_self self = { .card = &app->card, .sign = app->sign,
		.identities = identities, .trust = app->trust,
		.home = app->home };

	identities[self.n_identities++] = app->age;
	if (app->recovery != NULL)
		identities[self.n_identities++] = app->recovery;
	return self;
}
