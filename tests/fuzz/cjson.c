/* What the reader takes, read and written again, is the same bytes. */
#include "fuzz.h"

#include "base/cjson.h"

static void copy(struct cjson_reader *r, struct cjson_writer *w,
    struct arena *a);

static void
copy_object(struct cjson_reader *r, struct cjson_writer *w, struct arena *a)
{
	struct cjson_reader before;
	struct str key;

	cjson_open_object(w);
	for (cjson_object(r); before = *r, cjson_key(r, &key);) {
		MUST_HOLD(cjson_take_key(&before, key) && before.p == r->p);
		cjson_put_key(w, key);
		copy(r, w, a);
	}
	cjson_close_object(w);
}

static void
copy_array(struct cjson_reader *r, struct cjson_writer *w, struct arena *a)
{
	cjson_open_array(w);
	for (cjson_array(r); cjson_item(r);)
		copy(r, w, a);
	cjson_close_array(w);
}

static void
copy(struct cjson_reader *r, struct cjson_writer *w, struct arena *a)
{
	struct str s = STR("");
	int64_t i = 0;
	bool b = false;

	switch (cjson_peek(r)) {
	case CJSON_OBJECT:
		copy_object(r, w, a);
		break;
	case CJSON_ARRAY:
		copy_array(r, w, a);
		break;
	case CJSON_STRING:
		cjson_text(r, a, &s);
		cjson_put_string(w, s);
		break;
	case CJSON_INT:
		cjson_int(r, &i);
		cjson_put_int(w, i);
		break;
	case CJSON_TRUE:
	case CJSON_FALSE:
		cjson_bool(r, &b);
		cjson_put_bool(w, b);
		break;
	case CJSON_NULL:
		cjson_null(r);
		cjson_put_null(w);
		break;
	case CJSON_BAD:
	default:
		BUG("skip took a value that peek does not know");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct arena *a;
	struct buf out = BUF_INIT;
	struct cjson_reader r;
	struct cjson_writer w;

	if (!cjson_is_canonical(s))
		return 0;
	a = arena_new();
	cjson_begin(&r, s);
	cjson_start(&w, &out);
	copy(&r, &w, a);
	MUST_HOLD(cjson_end(&r));
	MUST_HOLD(str_eq(buf_str(&out), s));
	buf_release(&out);
	arena_free(a);
	return 0;
}
