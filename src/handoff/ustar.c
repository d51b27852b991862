#include "handoff/ustar.h"

#include <stdio.h>
#include <string.h>

#define SIZE_MAX_OCTAL 077777777777ull /* eleven digits */

void
ustar_head(uint8_t out[USTAR_BLOCK], const char *name, uint64_t size)
{
	char *h = (char *)out;
	unsigned sum = 0;

	if (strlen(name) > USTAR_NAME_MAX || size > SIZE_MAX_OCTAL)
		BUG("no ustar head for %s", name);
	memset(out, 0, USTAR_BLOCK);
	memcpy(h, name, strlen(name));
	memcpy(h + 100, "0000644", 7);
	memcpy(h + 108, "0000000", 7);
	memcpy(h + 116, "0000000", 7);
	snprintf(h + 124, 12, "%011llo", (unsigned long long)size);
	memcpy(h + 136, "00000000000", 11);
	memset(h + 148, ' ', 8); /* the sum counts its own field as spaces */
	h[156] = '0';
	memcpy(h + 257, "ustar\00000", 8);
	memcpy(h + 329, "0000000", 7);
	memcpy(h + 337, "0000000", 7);
	for (size_t i = 0; i < USTAR_BLOCK; i++)
		sum += out[i];
	snprintf(h + 148, 7, "%06o", sum);
}

size_t
ustar_padding(uint64_t size)
{
	return (size_t)((USTAR_BLOCK - size % USTAR_BLOCK) % USTAR_BLOCK);
}

void
ustar_begin(struct ustar_reader *r)
{
	memset(r, 0, sizeof *r);
}

static bool
is_zero(const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		if (b[i] != 0)
			return false;
	return true;
}

static bool
name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
	    || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/'
	    || c == '_';
}

/* Copies the name, with "?" for what must not reach a screen. */
static bool
take_name(struct ustar_reader *r)
{
	size_t n = strnlen((const char *)r->block, USTAR_NAME_MAX);
	bool ok = n > 0 && r->block[0] != '/';

	for (size_t i = 0; i < n; i++) {
		char c = (char)r->block[i];

		r->name[i] = name_char(c) ? c : '?';
		ok = ok && name_char(c);
	}
	r->name[n] = '\0';
	return ok && strstr(r->name, "..") == NULL;
}

static bool
take_octal(const uint8_t *p, size_t n, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '7')
			return false;
		*out = *out * 8 + (uint64_t)(p[i] - '0');
	}
	return true;
}

/*
 * A head is right if it is the one we would write for that name and size:
 * that leaves no field through which something else could come in.
 */
static enum err
take_head(struct ustar_reader *r, struct error *e)
{
	uint8_t want[USTAR_BLOCK];
	bool name_ok = take_name(r);

	if (memcmp(r->block + 257, "ustar", 6) != 0)
		return error_set(e, ERR_FORMAT, N_("this is not a ustar file"));
	if (!name_ok)
		return error_set(e, ERR_FORMAT,
		    N_("a file has a name that is not allowed: %s"), r->name);
	if (r->block[156] != '0')
		return error_set(e, ERR_FORMAT,
		    N_("%s is a link, a folder or another special file"),
		    r->name);
	if (!take_octal(r->block + 124, 11, &r->size))
		return error_set(e, ERR_FORMAT,
		    N_("the size of %s cannot be read"), r->name);
	ustar_head(want, r->name, r->size);
	if (memcmp(want, r->block, USTAR_BLOCK) != 0)
		return error_set(e, ERR_FORMAT,
		    N_("the head of %s is damaged or not in the strict form"),
		    r->name);
	r->left = r->size;
	r->pad = ustar_padding(r->size);
	return OK;
}

static enum err
take_padding(struct ustar_reader *r, struct str *in, struct error *e)
{
	size_t n = r->pad < in->n ? (size_t)r->pad : in->n;

	if (!is_zero(in->p, n))
		return error_set(e, ERR_FORMAT,
		    N_("there are bytes between the files: after %s"), r->name);
	in->p += n;
	in->n -= n;
	r->pad -= n;
	return OK;
}

static void
fill_block(struct ustar_reader *r, struct str *in)
{
	size_t n = USTAR_BLOCK - r->have;

	if (n > in->n)
		n = in->n;
	memcpy(r->block + r->have, in->p, n);
	r->have += n;
	in->p += n;
	in->n -= n;
}

enum err
ustar_next(struct ustar_reader *r, struct str *in, enum ustar_event *event,
    struct str *data, struct error *e)
{
	enum err err;

	*data = (struct str){ "", 0 };
	*event = USTAR_MORE;
	while (in->n > 0) {
		if (r->left > 0) {
			data->p = in->p;
			data->n = r->left < in->n ? (size_t)r->left : in->n;
			in->p += data->n;
			in->n -= data->n;
			r->left -= data->n;
			*event = USTAR_DATA;
			return OK;
		}
		if (r->pad > 0) {
			if ((err = take_padding(r, in, e)) != OK)
				return err;
			continue;
		}
		if (r->zero_blocks == 2)
			return error_set(e, ERR_FORMAT,
			    N_("there are bytes after the end"));
		fill_block(r, in);
		if (r->have < USTAR_BLOCK)
			break;
		r->have = 0;
		if (is_zero(r->block, USTAR_BLOCK)) {
			r->zero_blocks++;
			continue;
		}
		if (r->zero_blocks != 0)
			return error_set(e, ERR_FORMAT,
			    N_("there are bytes after the end"));
		if ((err = take_head(r, e)) != OK)
			return err;
		*event = USTAR_FILE;
		return OK;
	}
	if (r->zero_blocks == 2)
		*event = USTAR_END;
	return OK;
}
