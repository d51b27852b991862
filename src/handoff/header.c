#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/coding.h"
#include "base/number.h"
#include "crypt/hash.h"
#include "handoff/outer.h"

/* Takes the next word after one space if it begins with key. */
static bool
take(struct str *rest, const char *key, struct str *value)
{
	const char *end;
	size_t n, key_n = strlen(key);

	if (!str_starts(*rest, key))
		return false;
	rest->p += key_n;
	rest->n -= key_n;
	end = rest->n == 0 ? NULL : memchr(rest->p, ' ', rest->n);
	n = end == NULL ? rest->n : (size_t)(end - rest->p);
	*value = (struct str){ rest->p, n };
	n += end == NULL ? 0 : 1;
	rest->p += n;
	rest->n -= n;
	return true;
}

static bool
take_number(struct str *rest, const char *key, uint64_t *out)
{
	struct str v;
	int64_t n;

	if (!take(rest, key, &v) || !number_parse_int(v, &n) || n < 0)
		return false;
	*out = (uint64_t)n;
	return true;
}

static void
copy(char *out, struct str s)
{
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

bool
bundle_split_address(struct str s, struct str *unit, struct str *device)
{
	const char *slash = s.n == 0 ? NULL : memchr(s.p, '/', s.n);

	if (slash == NULL)
		return false;
	*unit = (struct str){ s.p, (size_t)(slash - s.p) };
	*device = (struct str){ slash + 1, s.n - unit->n - 1 };
	return card_is_unit(*unit) && card_is_device(*device);
}

/* A hash, or "-" for none. */
static bool
is_prev(struct str s)
{
	uint8_t hash[HASH_SIZE];

	return str_is(s, "-") || hex_decode(hash, sizeof hash, s);
}

static bool
parse_fields(struct str rest, struct bundle_header *out)
{
	struct str v, unit, device;

	if (!take(&rest, "from=", &v)
	    || !bundle_split_address(v, &unit, &device))
		return false;
	copy(out->from_unit, unit);
	copy(out->from_device, device);
	if (!take(&rest, "to=", &v) || !card_is_unit(v))
		return false;
	copy(out->to_unit, v);
	if (!take_number(&rest, "n=", &out->number) || out->number == 0
	    || !take(&rest, "prev=", &v) || v.n >= sizeof out->prev)
		return false;
	copy(out->prev, v);
	if (!is_prev(v) || !take_number(&rest, "size=", &out->size)
	    || !take_number(&rest, "raw=", &out->raw)
	    || !take_number(&rest, "events=", &out->events)
	    || !take(&rest, "sha256=", &v)
	    || !hex_decode(out->sha256, sizeof out->sha256, v)
	    || !take_number(&rest, "trust=", &out->trust))
		return false;
	return true;
}

enum err
bundle_header_parse(
    struct str comment, struct bundle_header *out, struct error *e)
{
	struct buf again = BUF_INIT;
	struct str rest = comment, v;
	bool same;

	memset(out, 0, sizeof *out);
	if (comment.n > BUNDLE_HEADER_MAX)
		return error_set(
		    e, ERR_LIMIT, N_("the bundle's header is too large"));
	if (!take(&rest, "ansinh ", &v) || !number_parse_int(v, &out->version))
		return error_set(e, ERR_FORMAT,
		    N_("the signed comment is not a bundle's header"));
	if (out->version != BUNDLE_VERSION)
		return error_set(e, ERR_VERSION,
		    N_("the bundle was made by a newer program (format %lld)"),
		    (long long)out->version);
	if (!parse_fields(rest, out))
		return error_set(
		    e, ERR_FORMAT, N_("the bundle's header cannot be read"));
	/* One text for one header: what we would write is what it must be. */
	bundle_header_format(&again, out);
	same = str_eq(buf_str(&again), comment);
	buf_release(&again);
	if (!same)
		return error_set(
		    e, ERR_FORMAT, N_("the bundle's header cannot be read"));
	if (out->size > BUNDLE_FILE_MAX || out->raw > BUNDLE_RAW_MAX
	    || out->events > BUNDLE_EVENTS_MAX)
		return error_set(
		    e, ERR_LIMIT, N_("the bundle is larger than is allowed"));
	hash_blake2b(out->hash, comment);
	return OK;
}

void
bundle_header_format(struct buf *out, const struct bundle_header *h)
{
	char sum[HASH_HEX];

	hex_encode(sum, h->sha256, sizeof h->sha256);
	buf_printf(out,
	    "ansinh %lld from=%s/%s to=%s n=%" PRIu64 " prev=%s size=%" PRIu64
	    " raw=%" PRIu64 " events=%" PRIu64 " sha256=%s trust=%" PRIu64,
	    (long long)h->version, h->from_unit, h->from_device, h->to_unit,
	    h->number, h->prev, h->size, h->raw, h->events, sum, h->trust);
}

void
bundle_name_format(
    char out[BUNDLE_NAME], const char *unit, const char *device, uint64_t n)
{
	snprintf(out, BUNDLE_NAME, "%s-%s-%06" PRIu64, unit, device, n);
}
