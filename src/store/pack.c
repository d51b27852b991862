#include "store/pack.h"

#include <string.h>

void
pack_u64(struct buf *out, uint64_t v)
{
	while (v >= 0x80) {
		buf_addc(out, (char)(v | 0x80));
		v >>= 7;
	}
	buf_addc(out, (char)v);
}

void
pack_str(struct buf *out, struct str s)
{
	pack_u64(out, s.n);
	buf_add(out, s.p, s.n);
}

size_t
pack_open(struct buf *out)
{
	buf_addc(out, 0); /* its length, which mostly is of one byte */
	return out->n;
}

void
pack_close(struct buf *out, size_t from)
{
	size_t n = out->n - from, more = 0;
	char *p;

	for (size_t left = n >> 7; left > 0; left >>= 7)
		more++;
	buf_reserve(out, more);
	if (more > 0)
		memmove(out->p + from + more, out->p + from, n);
	out->n += more;
	out->p[out->n] = '\0';
	for (p = out->p + from - 1; more > 0; more--, n >>= 7)
		*p++ = (char)(n | 0x80);
	*p = (char)n;
}

void
unpack_begin(struct unpack *u, struct str bytes)
{
	u->p = bytes.p;
	u->end = bytes.p + bytes.n;
	u->bad = false;
}

uint64_t
unpack_long(struct unpack *u)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned char c;

		if (u->p == u->end)
			break;
		c = (unsigned char)*u->p++;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return v;
	}
	u->bad = true;
	return 0;
}

uint32_t
unpack_u32(struct unpack *u)
{
	uint64_t v = unpack_u64(u);

	if (v > UINT32_MAX)
		u->bad = true;
	return (uint32_t)v;
}

void
unpack_bytes(struct unpack *u, void *out, size_t n)
{
	if ((size_t)(u->end - u->p) < n) {
		u->bad = true;
		memset(out, 0, n);
		return;
	}
	memcpy(out, u->p, n);
	u->p += n;
}

void
unpack_text(struct unpack *u, char *out, size_t size)
{
	struct str s = unpack_str(u);

	if (s.n >= size)
		u->bad = true;
	if (u->bad)
		s.n = 0;
	if (s.n > 0)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}
