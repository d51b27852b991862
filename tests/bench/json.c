/*
 * json make FILE: writes events of a made-up register, a line each; json read
 * FILE: reads them, canonical as they are, by our reader and by jansson.
 *
 * Everything is read: each key and each value once, texts without their
 * escapes.  Ours refuses besides whatever is not canonical.  The figures are
 * megabytes a second (cost_ms).
 */
#include "base/buf.h"
#include "base/cjson.h"
#include "base/file.h"
#include "tests/bench/clock.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define EVENTS 20000

static void
put_event(struct buf *out, unsigned seq)
{
	static const char *const names[] = { "Nguyễn Thị Đào", "Trần Văn Tư",
		"Lê Thị Hòa", "Phạm Đức Lương", "Vũ Văn Hùng" };
	static const char *const hamlets[] = { "Thôn Đông", "Thôn 2",
		"Xóm Bến Đò" };

	buf_printf(out,
	    "{\"act\":\"amend\",\"at\":\"2026-01-%02uT08:%02u:00+07:00\","
	    "\"clock\":\"ok\",\"feed\":\"k2yq4m7xw3hbt5zd6fgn2rjp4a\","
	    "\"form\":\"person\",\"form_hash\":\"%064x\","
	    "\"officer\":\"Nguyễn Văn Thử\",\"over\":[\"%064x\"],"
	    "\"prev\":\"%064x\",\"rec\":\"m3xw7k2yq4hbt5zd6fgn2rjp4a\","
	    "\"seq\":%u,\"set\":{\"birth\":\"19%02u-03-%02u\","
	    "\"citizen_id\":\"0301%08u\",\"full_name\":\"%s\","
	    "\"hamlet\":\"%s\",\"household\":\"q4hbt5zd6fgn2rjp4am3xw7k2y\","
	    "\"income\":%u,\"note\":\"ghi theo sổ \\\"hộ nghèo\\\" %u\","
	    "\"regimes\":[\"elderly\",\"poor\"],\"sex\":\"female\"},\"v\":1}\n",
	    seq % 28 + 1, seq % 60, seq * 7919u, seq * 104729u, seq * 31u, seq,
	    30 + seq % 60, seq % 28 + 1, seq * 37u % 100000000u,
	    names[seq % 5], hamlets[seq % 3], seq % 90 * 50000, seq);
}

static int
make(const char *path)
{
	struct buf text = BUF_INIT;
	FILE *f = fopen(path, "w");
	bool fine;

	for (unsigned i = 1; i <= EVENTS; i++)
		put_event(&text, i);
	fine = f != NULL && fwrite(text.p, 1, text.n, f) == text.n;
	buf_release(&text);
	return f == NULL || fclose(f) != 0 || !fine;
}

static size_t
walk_ours(struct cjson_reader *r, struct arena *a)
{
	struct str s;
	int64_t v;
	size_t n = 0;

	switch ((int)cjson_peek(r)) {
	case CJSON_OBJECT:
		cjson_object(r);
		while (cjson_key(r, &s))
			n += s.n + walk_ours(r, a);
		return n;
	case CJSON_ARRAY:
		cjson_array(r);
		while (cjson_item(r))
			n += walk_ours(r, a);
		return n;
	case CJSON_STRING:
		return cjson_text(r, a, &s) ? s.n : 0;
	case CJSON_INT:
		return cjson_int(r, &v) ? (size_t)v % 7 : 0;
	default:
		cjson_skip(r, NULL);
		return 0;
	}
}

static size_t
walk_jansson(const json_t *j)
{
	const char *key;
	const json_t *v;
	size_t n = 0, i;

	if (json_is_object(j)) {
		json_object_foreach((json_t *)(uintptr_t)j, key, v)
			n += strlen(key) + walk_jansson(v);
	} else if (json_is_array(j)) {
		json_array_foreach(j, i, v)
			n += walk_jansson(v);
	} else if (json_is_string(j)) {
		n = json_string_length(j);
	} else if (json_is_integer(j)) {
		n = (size_t)json_integer_value(j) % 7;
	}
	return n;
}

static size_t
read_ours(struct str line)
{
	static struct arena *a;
	struct cjson_reader r;
	size_t n;

	if (a == NULL)
		a = arena_new();
	arena_reset(a);
	cjson_begin(&r, line);
	n = walk_ours(&r, a);
	return cjson_end(&r) ? n : 0;
}

static size_t
read_jansson(struct str line)
{
	json_t *j = json_loadb(line.p, line.n, 0, NULL);
	size_t n = walk_jansson(j);

	json_decref(j);
	return n;
}

static size_t
read_all(struct str text, size_t (*read)(struct str line))
{
	const char *end = text.p + text.n;
	struct str line = { text.p, 0 };
	size_t sum = 0;

	while (line.p < end) {
		const char *nl = memchr(line.p, '\n', (size_t)(end - line.p));

		line.n = (size_t)(nl - line.p);
		sum += read(line);
		line.p = nl + 1;
	}
	return sum;
}

/* Megabytes a second; *sum so that both are seen to read the same. */
static double
measure(struct str text, size_t (*read)(struct str line), size_t *sum)
{
	double from, took;
	unsigned rounds = 0;

	*sum = read_all(text, read);
	from = cost_ms();
	do {
		read_all(text, read);
		rounds++;
	} while ((took = cost_ms() - from) < enough_ms());
	return (double)text.n * rounds / 1e3 / took;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct str text;
	struct error e;
	size_t ours, theirs;

	if (argc != 3)
		return 2;
	if (strcmp(argv[1], "make") == 0)
		return make(argv[2]);
	if (file_read(a, argv[2], 1u << 30, &text, &e) != OK)
		return 1;
	printf("ours\t%.0f\n", measure(text, read_ours, &ours));
	printf("jansson\t%.0f\n", measure(text, read_jansson, &theirs));
	printf("sum\t%zu\n", ours);
	arena_free(a);
	if (ours != theirs)
		fprintf(stderr, "json: %zu and %zu\n", ours, theirs);
	return ours != theirs;
}
