/* Strict tar: what we write is read in pieces of any size, and every change
 * of an archive outside its files' bytes is refused. */
#include "handoff/ustar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
put(struct buf *b, const char *name, const char *bytes)
{
	static const uint8_t zeros[USTAR_BLOCK];
	uint8_t head[USTAR_BLOCK];
	size_t n = strlen(bytes);

	ustar_head(head, name, n);
	buf_add(b, head, sizeof head);
	buf_adds(b, bytes);
	buf_add(b, zeros, ustar_padding(n));
}

static void
end(struct buf *b)
{
	static const uint8_t zeros[2 * USTAR_BLOCK];

	buf_add(b, zeros, sizeof zeros);
}

/* Reads all, step bytes at a time; a log of what came into out. */
static enum err
read_all(struct str tar, size_t step, struct buf *out, struct error *e)
{
	enum ustar_event event = USTAR_MORE;
	struct ustar_reader r;
	enum err err;

	ustar_begin(&r);
	for (size_t at = 0; at < tar.n; at += step) {
		struct str in = { tar.p + at,
			tar.n - at < step ? tar.n - at : step };
		struct str data;

		do {
			err = ustar_next(&r, &in, &event, &data, e);
			if (err != OK)
				return err;
			if (event == USTAR_FILE)
				buf_printf(out, "[%s %llu]", r.name,
				    (unsigned long long)r.size);
			if (event == USTAR_DATA)
				buf_add_str(out, data);
		} while (event != USTAR_MORE && event != USTAR_END);
	}
	if (event != USTAR_END)
		return error_set(e, ERR_FORMAT, "cut off");
	return OK;
}

static void
sample(struct buf *b)
{
	put(b, "README.txt", "hello\n");
	put(b, "data/empty", "");
	put(b, "data/events.ndjson", "{\"a\":1}\n{\"b\":2}\n");
	end(b);
}

static void
test_any_piece_size(void **state)
{
	struct buf tar = BUF_INIT, out = BUF_INIT;
	struct error e;

	(void)state;
	sample(&tar);
	for (size_t step = 1; step < 1100; step += step < 20 ? 1 : 171) {
		buf_clear(&out);
		assert_int_equal(read_all(buf_str(&tar), step, &out, &e), OK);
		assert_string_equal(buf_cstr(&out),
		    "[README.txt 6]hello\n[data/empty 0]"
		    "[data/events.ndjson 16]{\"a\":1}\n{\"b\":2}\n");
	}
	buf_release(&tar);
	buf_release(&out);
}

static void
test_every_cut_is_refused(void **state)
{
	struct buf tar = BUF_INIT, out = BUF_INIT;
	struct error e;

	(void)state;
	sample(&tar);
	for (size_t n = 0; n < tar.n; n++) {
		buf_clear(&out);
		assert_int_not_equal(
		    read_all((struct str){ tar.p, n }, 512, &out, &e), OK);
	}
	buf_release(&tar);
	buf_release(&out);
}

/* Of heads, padding and end no byte may differ; a file's own bytes may. */
static void
test_every_change_is_seen(void **state)
{
	struct buf tar = BUF_INIT, out = BUF_INIT, want = BUF_INIT;
	struct error e;

	(void)state;
	sample(&tar);
	assert_int_equal(read_all(buf_str(&tar), 512, &want, &e), OK);
	for (size_t i = 0; i < tar.n; i++)
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			char was = tar.p[i];

			tar.p[i] = (char)(was ^ (char)bit);
			buf_clear(&out);
			if (read_all(buf_str(&tar), 700, &out, &e) == OK)
				assert_int_not_equal(
				    str_cmp(buf_str(&out), buf_str(&want)), 0);
			tar.p[i] = was;
		}
	buf_release(&tar);
	buf_release(&out);
	buf_release(&want);
}

/* A head with a field of its own and a right sum. */
static void
hostile(struct buf *tar, const char *name, size_t at, const char *bytes,
    size_t n)
{
	uint8_t h[USTAR_BLOCK];
	char text[8];
	unsigned sum = 0;

	ustar_head(h, "x", 0);
	memset(h, 0, 1);
	memcpy(h, name, strlen(name));
	memcpy(h + at, bytes, n);
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < sizeof h; i++)
		sum += h[i];
	snprintf(text, sizeof text, "%06o", sum);
	memcpy(h + 148, text, 7);
	buf_clear(tar);
	buf_add(tar, h, sizeof h);
	end(tar);
}

static void
test_hostile_heads(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		const char *bytes;
		size_t n;
		const char *says;
	} cases[] = {
		{ "../../etc/passwd", 499, "", 1, "not allowed" },
		{ "/etc/passwd", 499, "", 1, "not allowed" },
		{ "a/../b", 499, "", 1, "not allowed" },
		{ "a\033[2Jb", 499, "", 1, "not allowed: a?" },
		{ "a\nb", 499, "", 1, "not allowed" },
		{ "", 499, "", 1, "not allowed" },
		{ "link", 156, "1", 1, "a link" },
		{ "symlink", 156, "2", 1, "a link" },
		{ "device", 156, "3", 1, "a link" },
		{ "folder", 156, "5", 1, "a link" },
		{ "pax", 156, "x", 1, "a link" },
		{ "longname", 156, "L", 1, "a link" },
		{ "sparse", 156, "S", 1, "a link" },
		{ "mode", 100, "0004755", 7, "strict form" },
		{ "owner", 108, "0001000", 7, "strict form" },
		{ "mtime", 136, "14000000000", 11, "strict form" },
		{ "uname", 265, "root", 4, "strict form" },
		{ "prefix", 345, "etc", 3, "strict form" },
		{ "linkname", 157, "/etc/passwd", 11, "strict form" },
		{ "size", 124, "0000000000x", 11, "size" },
		{ "base256", 124, "\200\0\0\0\0\0\0\0\0\0\1", 11, "size" },
		{ "gnu", 257, "ustar  ", 7, "ustar" },
		{ "v7", 257, "\0\0\0\0\0\0\0\0", 8, "ustar" },
	};
	struct buf tar = BUF_INIT, out = BUF_INIT;
	struct error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		hostile(&tar, cases[i].name, cases[i].at, cases[i].bytes,
		    cases[i].n);
		assert_int_equal(
		    read_all(buf_str(&tar), 512, &out, &e), ERR_FORMAT);
		if (strstr(e.what, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].name, e.what);
	}
	hostile(&tar, "plain", 499, "", 1);
	assert_int_equal(read_all(buf_str(&tar), 512, &out, &e), OK);
	buf_addc(&tar, '\0');
	assert_int_equal(read_all(buf_str(&tar), 512, &out, &e), ERR_FORMAT);
	assert_non_null(strstr(e.what, "after the end"));
	buf_release(&tar);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_piece_size),
		cmocka_unit_test(test_every_cut_is_refused),
		cmocka_unit_test(test_every_change_is_seen),
		cmocka_unit_test(test_hostile_heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
