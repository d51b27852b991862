#include "app/restricted.h"

#include "app/saving.h"
#include "base/cjson.h"
#include "base/coding.h"
#include "base/text.h"

#include <string.h>

#define PAD 256 /* of the value: a code must not show by its length */
#define PREFIX "age:"

bool
restricted_is(const struct form *f, struct str path)
{
	const struct form_node *n = f == NULL ? NULL : form_node_noted(f, path);

	return n != NULL && (n->flags & FORM_RESTRICTED) != 0;
}

/* This device, its unit's recovery key, and the devices of the district and
 * of the unit whose record it is, but those that are revoked. */
static enum err
readers(const struct app *app, const char *scope,
    struct age_public to[AGE_RECIPIENTS_MAX], size_t *n, struct error *e)
{
	*n = 0;
	to[(*n)++] = app->card.restricted;
	to[(*n)++] = app->card.recovery;
	for (size_t i = 0; i < app->trust->n; i++) {
		const struct trusted *d = &app->trust->device[i];

		if (d->revoked || !d->card.has_restricted ||
		    (strcmp(d->card.role, "district") != 0 &&
		        strcmp(d->card.unit, scope) != 0))
			continue;
		if (*n == AGE_RECIPIENTS_MAX)
			return error_set(e, ERR_LIMIT,
			    N_("a restricted field has more readers than %d"),
			    AGE_RECIPIENTS_MAX);
		to[(*n)++] = d->card.restricted;
	}
	return OK;
}

enum err
restricted_seal(const struct app *app, struct arena *a, const char *scope,
    struct str json, struct str *out, struct error *e)
{
	struct age_public to[AGE_RECIPIENTS_MAX];
	size_t n, size = (json.n + PAD - 1) / PAD * PAD;
	char *plain = arena_alloc(a, size), *text;
	struct str sealed;
	enum err err;

	memset(plain, ' ', size);
	memcpy(plain, json.p, json.n);
	if ((err = readers(app, scope, to, &n, e)) != OK ||
	    (err = age_encrypt(a, to, n, (struct str){ plain, size }, &sealed,
	         e)) != OK)
		return err;
	size = BASE64_LEN(sealed.n);
	if (size + strlen(PREFIX) > EVENT_STRING_MAX)
		return error_set(e, ERR_LIMIT,
		    N_("a restricted field holds at most %d bytes"),
		    EVENT_STRING_MAX / 2);
	text = arena_alloc(a, size + 1);
	base64_encode(text, (const uint8_t *)sealed.p, sealed.n, true);
	*out = str_of(arena_printf(a, "\"" PREFIX "%s\"", text));
	return OK;
}

bool
restricted_open(const struct app *app, struct arena *a, struct str sealed,
    struct str *json)
{
	const struct age_identity *identity = app->restricted;
	struct cjson_reader r;
	struct str text, plain, value;
	uint8_t *bytes;
	size_t n;

	if (identity == NULL || !fill_is_sealed(sealed))
		return false;
	cjson_begin(&r, sealed);
	if (!cjson_string(&r, &text) || !cjson_end(&r))
		return false;
	text.p += strlen(PREFIX);
	text.n -= strlen(PREFIX);
	n = text.n;
	bytes = arena_alloc(a, n + 1);
	if (!base64_decode(bytes, &n, text, true) ||
	    age_decrypt(a, &identity, 1,
	        (struct str){ (const char *)bytes, n }, &plain, NULL) != OK)
		return false;
	while (plain.n > 0 && plain.p[plain.n - 1] == ' ')
		plain.n--;
	/* It came from whoever could encrypt: one canonical value, or none. */
	cjson_begin(&r, plain);
	if (!cjson_skip(&r, &value) || !cjson_end(&r))
		return false;
	*json = value;
	return true;
}

struct str
restricted_masked(const struct form *f, struct str path, struct str json)
{
	if (str_is(json, "null") ||
	    (!fill_is_sealed(json) && !restricted_is(f, path)))
		return json;
	return STR("\"" RESTRICTED_MASK "\"");
}

size_t
restricted_open_all(const struct app *app, struct arena *a, struct record *r)
{
	const struct form *f = app_form_of(app, r);
	struct str json;
	size_t n = 0;

	for (size_t i = 0; i < r->n_values; i++)
		if (restricted_is(f, r->values[i].path) &&
		    restricted_open(app, a, r->values[i].json, &json)) {
			r->values[i].json = json;
			n++;
		}
	return n;
}

enum err
restricted_note(struct app *app, const struct record *r, const char *reason,
    struct error *e)
{
	struct arena *a = arena_new();
	struct store_write w = { .act = EVENT_REVEAL, .record = r->id,
		.scope = record_scope(app, a, &r->id),
		.form = arena_str(a, r->form), .form_hash = r->form_hash,
		.officer = app->officer };
	struct record opened = *r;
	enum err err;

	opened.values = arena_dup(a, r->values, r->n_values * sizeof *r->values);
	if ((err = record_reason(a, reason, &w.reason, e)) != OK)
		goto out;
	if (restricted_open_all(app, a, &opened) > 0)
		err = saving_append(app, &w, 1, e);
	else
		err = error_set(e, ERR_KEY,
		    N_("this passphrase reads no restricted field of this "
		       "record"));
out:
	arena_free(a);
	return err;
}
