#include "store/event.h"

#include <string.h>

#include "base/cjson.h"
#include "base/coding.h"
#include "crypt/hash.h"

/*
 * The usual case, without going through all keys before it: no object is opened
 * between the event's own and the first key of that name, so it is the event's
 * own.  (Within a string its quotes would have backslashes before them.)
 */
static bool
find_first(struct str bytes, struct str *hex)
{
	static const char key[] = "\"prev\":\"";
	const char *at, *end;

	at = memmem(bytes.p, bytes.n, key, sizeof key - 1);
	if (at == NULL || at == bytes.p
	    || memchr(bytes.p + 1, '{', (size_t)(at - bytes.p) - 1) != NULL)
		return false;
	at += sizeof key - 1;
	end = memchr(at, '"', (size_t)(bytes.p + bytes.n - at));
	*hex = (struct str){ at, end == NULL ? 0 : (size_t)(end - at) };
	return end != NULL;
}

enum err
event_prev(struct str bytes, struct str *hex, struct error *e)
{
	struct cjson_reader r;
	struct str key;

	if (bytes.n > 0 && find_first(bytes, hex))
		return OK;
	*hex = (struct str){ NULL, 0 };
	cjson_begin(&r, bytes);
	if (!cjson_object(&r))
		return cjson_error(&r, e);
	while (cjson_key(&r, &key)) {
		if (!str_is(key, "prev")) {
			if (!cjson_skip(&r, NULL))
				break;
			continue;
		}
		if (cjson_string(&r, hex))
			return OK;
		break;
	}
	return r.bad == NULL ? OK : cjson_error(&r, e);
}

/* bytes with another text between its quotes. */
static void
put_with(struct buf *out, struct str bytes, struct str hex, const char *other)
{
	const char *after = hex.p + hex.n;

	buf_add(out, bytes.p, (size_t)(hex.p - bytes.p));
	buf_adds(out, other);
	buf_add(out, after, (size_t)(bytes.p + bytes.n - after));
}

enum err
event_line_put(struct buf *out, struct str bytes,
    const struct event_id *before, struct error *e)
{
	struct str hex;
	char want[HASH_HEX];
	enum err r;

	if (before == NULL) {
		buf_add_str(out, bytes);
		return OK;
	}
	if ((r = event_prev(bytes, &hex, e)) != OK)
		return r;
	hex_encode(want, before->b, sizeof before->b);
	if (!str_is(hex, want))
		return error_set(e, ERR_CORRUPT,
		    N_("an event is not linked to the one before it"));
	put_with(out, bytes, hex, "");
	return OK;
}

enum err
event_line_whole(struct buf *room, struct str line,
    const struct event_id *before, struct str *bytes, struct error *e)
{
	char text[HASH_HEX];
	struct str hex;
	enum err r;

	*bytes = line;
	if ((r = event_prev(line, &hex, e)) != OK)
		return r;
	if (hex.p == NULL || hex.n > 0)
		return OK;
	if (before == NULL)
		return error_set(e, ERR_FORMAT,
		    N_("event: \"prev\" is left out, and no event stands "
		       "before it"));
	hex_encode(text, before->b, sizeof before->b);
	buf_clear(room);
	put_with(room, line, hex, text);
	*bytes = buf_str(room);
	return OK;
}
