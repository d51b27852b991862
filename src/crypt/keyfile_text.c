#include "crypt/keyfile_text.h"

#include "base/cjson.h"
#include "base/coding.h"
#include "crypt/hash.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT 1
#define ID_MAX 1000000
#define BYTES_MAX (KEYFILE_NONCE + KEYFILE_MASTER_SIZE + KEYFILE_TAG)

unsigned
keyfile_mib_floor(void)
{
	const char *test = getenv("ANSINH_TEST_KDF");

	return test != NULL && strcmp(test, "1") == 0 ? 8 : KEYFILE_MIB_FLOOR;
}

/* Writing. */

static void
put_bytes(struct cjson_writer *w, const char *key, const uint8_t *p, size_t n)
{
	char text[BASE64_LEN(BYTES_MAX) + 1];

	base64_encode(text, p, n, true);
	cjson_put_pair(w, key, str_of(text));
}

static void
put_int(struct cjson_writer *w, const char *key, unsigned v)
{
	cjson_put_key(w, str_of(key));
	cjson_put_int(w, v);
}

void
keyfile_head(struct arena *a, struct keyfile_entry *s)
{
	struct buf out = BUF_INIT;
	struct cjson_writer w;

	cjson_start(&w, &out);
	cjson_open_object(&w);
	put_int(&w, "id", s->id);
	cjson_put_pair(&w, "kdf", s->id == 0 ? STR("recovery")
	                                     : STR("argon2id"));
	if (s->id != 0) {
		cjson_put_pair(&w, "label", str_of(s->label));
		put_int(&w, "mib", s->mib);
		put_int(&w, "ops", s->ops);
	}
	put_bytes(&w, "salt", s->salt, sizeof s->salt);
	cjson_close_object(&w);
	s->head = arena_str_dup(a, buf_str(&out));
	buf_release(&out);
}

static void
put_keys(struct buf *out, const struct keyfile *k)
{
	struct cjson_writer w;

	cjson_start(&w, out);
	cjson_open_object(&w);
	put_bytes(&w, "proof", k->proof, sizeof k->proof);
	cjson_put_key(&w, STR("recovery"));
	cjson_open_object(&w);
	cjson_put_pair(&w, "age", k->recovery_age);
	put_bytes(&w, "box", k->recovery_box, sizeof k->recovery_box);
	cjson_close_object(&w);
	cjson_put_pair(&w, "restricted", k->restricted_age);
	cjson_put_key(&w, STR("slots"));
	cjson_open_array(&w);
	for (size_t i = 0; i < k->n; i++) {
		const struct keyfile_entry *s = &k->slots[i];

		cjson_open_object(&w);
		put_bytes(&w, "box", s->box, sizeof s->box);
		cjson_put_key(&w, STR("head"));
		cjson_put_raw(&w, s->head);
		if (s->reads)
			put_bytes(&w, "restricted", s->restricted,
			    sizeof s->restricted);
		cjson_close_object(&w);
	}
	cjson_close_array(&w);
	cjson_close_object(&w);
}

struct str
keyfile_format(struct arena *a, const struct keyfile *k)
{
	struct buf keys = BUF_INIT, out = BUF_INIT;
	struct cjson_writer w;
	uint8_t sum[HASH_SIZE];
	char hex[HASH_HEX];
	struct str text;

	put_keys(&keys, k);
	hash_blake2b(sum, buf_str(&keys));
	hex_encode(hex, sum, sizeof sum);
	cjson_start(&w, &out);
	cjson_open_object(&w);
	put_int(&w, "ansinh_keys", FORMAT);
	cjson_put_key(&w, STR("keys"));
	cjson_put_raw(&w, buf_str(&keys));
	cjson_put_pair(&w, "sum", str_of(hex));
	cjson_close_object(&w);
	text = arena_str_dup(a, buf_str(&out));
	buf_release(&keys);
	buf_release(&out);
	return text;
}

/* Reading.  Keys are sorted, so they come in one order only. */

static bool
key(struct cjson_reader *r, const char *name)
{
	struct str got;

	return cjson_key(r, &got) && str_is(got, name);
}

static bool
ended(struct cjson_reader *r)
{
	struct str got;

	return !cjson_key(r, &got) && r->bad == NULL;
}

static bool
string_bytes(struct cjson_reader *r, uint8_t *out, size_t n)
{
	struct str raw;
	size_t got = n;

	return cjson_string(r, &raw) && raw.n == BASE64_LEN(n) &&
	    base64_decode(out, &got, raw, true) && got == n;
}

static bool
get_bytes(struct cjson_reader *r, const char *name, uint8_t *out, size_t n)
{
	return key(r, name) && string_bytes(r, out, n);
}

static bool
get_int(struct cjson_reader *r, const char *name, int64_t max, unsigned *out)
{
	int64_t v;

	if (!key(r, name) || !cjson_int(r, &v) || v < 0 || v > max)
		return false;
	*out = (unsigned)v;
	return true;
}

static enum err
corrupt(struct error *e)
{
	return error_set(e, ERR_CORRUPT, N_("the key file is damaged"));
}

static enum err
read_head(struct arena *a, struct keyfile_entry *s, struct error *e)
{
	struct cjson_reader r;
	struct str kdf, label;

	cjson_begin(&r, s->head);
	if (!cjson_object(&r) || !get_int(&r, "id", ID_MAX, &s->id) ||
	    !key(&r, "kdf") || !cjson_string(&r, &kdf))
		return corrupt(e);
	if (!str_is(kdf, s->id == 0 ? "recovery" : "argon2id"))
		return corrupt(e);
	if (s->id != 0) {
		if (!key(&r, "label") || !cjson_string(&r, &label) ||
		    label.n > KEYFILE_LABEL_MAX ||
		    !get_int(&r, "mib", UINT32_MAX, &s->mib) ||
		    !get_int(&r, "ops", UINT32_MAX, &s->ops))
			return corrupt(e);
		s->label = arena_str(a, cjson_unescape(a, label));
	}
	if (!get_bytes(&r, "salt", s->salt, sizeof s->salt) || !ended(&r))
		return corrupt(e);
	if (s->id != 0 &&
	    (s->mib < keyfile_mib_floor() || s->mib > KEYFILE_MIB_CEILING ||
	        s->ops < KEYFILE_OPS || s->ops > KEYFILE_OPS_MAX))
		return error_set(e, ERR_LIMIT,
		    N_("the key file asks for %u MiB and %u passes, which is "
		       "refused"),
		    s->mib, s->ops);
	return OK;
}

static bool
read_slot(struct cjson_reader *r, struct keyfile_entry *s)
{
	struct str name;

	if (!cjson_object(r) || !get_bytes(r, "box", s->box, sizeof s->box) ||
	    !key(r, "head") || !cjson_skip(r, &s->head))
		return false;
	if (!cjson_key(r, &name))
		return r->bad == NULL;
	s->reads = true;
	return str_is(name, "restricted") &&
	    string_bytes(r, s->restricted, sizeof s->restricted) && ended(r);
}

/* Slots by rising id, recovery first, which reads what is restricted. */
static enum err
read_slots(struct arena *a, struct cjson_reader *r, struct keyfile *k,
    struct error *e)
{
	struct keyfile_entry *s;
	enum err res;

	if (!key(r, "slots") || !cjson_array(r))
		return corrupt(e);
	while (cjson_item(r)) {
		if (k->n == ARRAY_LEN(k->slots))
			return corrupt(e);
		s = &k->slots[k->n];
		if (!read_slot(r, s))
			return corrupt(e);
		if ((res = read_head(a, s, e)) != OK)
			return res;
		if (k->n == 0 ? s->id != 0 || !s->reads : s->id <= k->slots[k->n - 1].id)
			return corrupt(e);
		k->n++;
	}
	return r->bad == NULL && k->n >= 2 ? OK : corrupt(e);
}

static enum err
read_keys(struct arena *a, struct str text, struct keyfile *k,
    struct error *e)
{
	struct cjson_reader r;
	struct age_public public;
	enum err res;

	cjson_begin(&r, text);
	if (!cjson_object(&r) ||
	    !get_bytes(&r, "proof", k->proof, sizeof k->proof) ||
	    !key(&r, "recovery") || !cjson_object(&r) ||
	    !key(&r, "age") || !cjson_string(&r, &k->recovery_age) ||
	    !age_public_parse(k->recovery_age, &public) ||
	    !get_bytes(&r, "box", k->recovery_box, sizeof k->recovery_box) ||
	    !ended(&r) || !key(&r, "restricted") ||
	    !cjson_string(&r, &k->restricted_age) ||
	    !age_public_parse(k->restricted_age, &public))
		return corrupt(e);
	if ((res = read_slots(a, &r, k, e)) != OK)
		return res;
	return ended(&r) ? OK : corrupt(e);
}

enum err
keyfile_parse(
    struct arena *a, struct str text, struct keyfile *out, struct error *e)
{
	struct cjson_reader r;
	struct str keys, hex;
	uint8_t said[HASH_SIZE], sum[HASH_SIZE];
	unsigned version;

	memset(out, 0, sizeof *out);
	if (text.n > KEYFILE_SIZE_MAX)
		return error_set(e, ERR_LIMIT, N_("the key file is too large"));
	cjson_begin(&r, text);
	if (!cjson_object(&r) ||
	    !get_int(&r, "ansinh_keys", INT32_MAX, &version))
		return corrupt(e);
	if (version > FORMAT)
		return error_set(e, ERR_VERSION,
		    N_("the key file is of version %u, this program reads %d"),
		    version, FORMAT);
	if (version != FORMAT || !key(&r, "keys") || !cjson_skip(&r, &keys) ||
	    !key(&r, "sum") || !cjson_string(&r, &hex) ||
	    !hex_decode(said, sizeof said, hex) || !ended(&r) || !cjson_end(&r))
		return corrupt(e);
	hash_blake2b(sum, keys);
	if (memcmp(sum, said, sizeof sum) != 0)
		return corrupt(e);
	return read_keys(a, keys, out, e);
}
