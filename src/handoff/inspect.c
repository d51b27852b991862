#include <string.h>
#include <unistd.h>

#include "base/coding.h"
#include "handoff/outer.h"

enum err
bundle_inspect(const char *path, const struct trust *known, struct store *s,
    struct bundle_outer *out, struct error *e)
{
	struct arena *a = arena_new();
	const struct card *sender;
	struct error ignored;
	struct outer o;
	uint8_t prev[32];
	enum err err;
	int fd;

	memset(out, 0, sizeof *out);
	if ((err = stick_open(path, BUNDLE_FILE_MAX, &fd, e)) != OK)
		goto out;
	err = known == NULL ? outer_look(a, fd, &o, e)
	                    : outer_read(a, fd, &o, e);
	close(fd);
	if (err != OK)
		goto out;
	out->header = o.header;
	if (known != NULL) {
		out->sender_known =
		    trust_by_key(known, o.signature.key_id) != NULL;
		out->signature_ok =
		    outer_sender(&o, known, &sender, &ignored) == OK;
		if (out->signature_ok)
			memcpy(out->sender_name, sender->name,
			    sizeof out->sender_name);
	}
	if (s != NULL) {
		out->already_taken = store_bundle_known(s, o.header.hash);
		out->gap =
		    hex_decode(prev, sizeof prev, str_of(o.header.prev))
		    && !store_bundle_known(s, prev);
	}
out:
	arena_free(a);
	return err;
}
