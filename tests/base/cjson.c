/* Canonical JSON: what is taken, what is refused, and jansson's opinion. */
#include "base/cjson.h"
#include "base/number.h"
#include "base/text.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define TEN "[[[[[[[[[["
#define NET "]]]]]]]]]]"

static const char *const taken[] = {
	"null", "true", "false", "0", "-1", "9007199254740991",
	"-9007199254740991", "\"\"", "\"a\"", "[]", "{}", "[1,2]", "[[],{}]",
	"{\"a\":1}", "{\"a\":1,\"b\":[null,true]}", "{\"\":0,\"a\":0}",
	"{\"B\":0,\"a\":0,\"aa\":0,\"ă\":0}", "{\"a\":{\"b\":0},\"b\":0}",
	"\"Nguyễn Thị Đào\"", "\"\\\"\\\\\\n\"", "\"a\\nb\"", "\"/\"",
	"\"\\n\u0301\"", /* the mark stands after a line end, not after n */
	"\"ơ\u0306\\n\"", "\"q\u0301\u0301\\nq\u0301\u0301\u0301\"",
	"\"\U0001f600\"", "\"漢\"", "\"\\\\n\"", "\"\\\\\\n\"",
	TEN "[[[[[[" "]]]]]]" NET,
};

static const char *const refused[] = {
	"", " ", "nul", "nulll", "True", "+1", "01", "-0", "-", "1.0", "1e3",
	"00", "--1", "9007199254740992", "-9007199254740992",
	"99999999999999999999999", "1 ", " 1", "1\n", "\"", "\"a", "\"\\\"",
	"\"\\", "\"\\u0041\"", "\"\\/\"", "\"\\t\"", "\"\\b\"", "\"a\nb\"",
	"\"\t\"", "\"\x7f\"", "\"\x1b\"", "\"\xc2\x85\"", "\"\u202e\"",
	"\"\u200b\"", "\"\ufeff\"", "\"\ue000\"", "\"\ufdd0\"", "\"\xff\"",
	"\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", "\"e\u0302\"",
	"\"e\u0301", "\"n\u0301\"", "\"\\\\n\u0301\"", "\"\u212b\"",
	"\"q\u0301\u0301\u0301\u0301\u0301\"", "'a'", "[", "]", "[1", "[1,",
	"[1,]", "[,1]", "[1 ,2]", "[1, 2]", "[1 2]", "[1}", "{", "}", "{\"a\"",
	"{\"a\":", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{,}", "{\"a\" :1}",
	"{\"a\": 1}", "{1:1}", "{a:1}", "{\"a\":1]", "{\"b\":1,\"a\":1}",
	"{\"a\":1,\"a\":1}", "{\"aa\":1,\"a\":1}", "{\"ă\":0,\"z\":0}",
	"{\"a\\n\":1}", "{\"\\\"\":1}", "{\"a\":1}{", "{}{}", "[]]", "NaN",
	"Infinity", "0x10", "\"a\" \"b\"", "1,2", "{\"a\":1 }",
	"\xef\xbb\xbf{}", "{\"e\u0302\":1}", TEN "[[[[[[[" "]]]]]]]" NET,
};

static void
test_taken_and_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		if (!cjson_is_canonical(str_of(taken[i])))
			fail_msg("not taken: %s", taken[i]);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (cjson_is_canonical(str_of(refused[i])))
			fail_msg("taken: %s", refused[i]);
	assert_false(cjson_is_canonical((struct str){ "\"\0\"", 3 }));
	assert_false(cjson_is_canonical((struct str){ "1\0", 2 }));
	assert_false(cjson_is_canonical((struct str){ NULL, 0 }));
}

/* Copies what jansson read, as canonical JSON. */
static void
write_jansson(struct cjson_writer *w, json_t *j)
{
	const char **keys;
	size_t n = 0, at;
	json_t *v;
	const char *k;

	switch (json_typeof(j)) {
	case JSON_OBJECT:
		keys = calloc(json_object_size(j) + 1, sizeof *keys);
		json_object_foreach(j, k, v) {
			/* by insertion, as there are few */
			for (at = n++; at > 0 && strcmp(keys[at - 1], k) > 0;
			    at--)
				keys[at] = keys[at - 1];
			keys[at] = k;
		}
		cjson_open_object(w);
		for (size_t i = 0; i < n; i++) {
			cjson_put_key(w, str_of(keys[i]));
			write_jansson(w, json_object_get(j, keys[i]));
		}
		cjson_close_object(w);
		free(keys);
		break;
	case JSON_ARRAY:
		cjson_open_array(w);
		json_array_foreach(j, at, v)
			write_jansson(w, v);
		cjson_close_array(w);
		break;
	case JSON_STRING:
		cjson_put_string(w, (struct str){ json_string_value(j),
		    json_string_length(j) });
		break;
	case JSON_INTEGER:
		cjson_put_int(w, json_integer_value(j));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		cjson_put_bool(w, json_is_true(j));
		break;
	case JSON_NULL:
		cjson_put_null(w);
		break;
	case JSON_REAL:
	default:
		fail_msg("a number with a fraction was taken");
	}
}

/*
 * What the strict reader takes, jansson takes; and what jansson understood,
 * written again, is the same bytes, so both understood the same.
 */
static bool
agrees(struct str text)
{
	struct buf out = BUF_INIT;
	struct cjson_writer w;
	json_t *j;

	if (!cjson_is_canonical(text))
		return false;
	j = json_loadb(text.p, text.n,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	if (j == NULL)
		fail_msg("jansson refuses %.*s", (int)text.n, text.p);
	cjson_start(&w, &out);
	write_jansson(&w, j);
	if (!str_eq(buf_str(&out), text))
		fail_msg("%.*s became %s", (int)text.n, text.p,
		    buf_cstr(&out));
	buf_release(&out);
	json_decref(j);
	return true;
}

static const char *const events[] = {
	"{\"act\":\"create\",\"at\":\"2026-01-15T08:00:00+07:00\","
	"\"clock\":\"ok\",\"over\":[],\"reason\":\"a\\nb \\\"c\\\" \\\\\","
	"\"seq\":12,\"set\":{\"birth\":\"1938-03\",\"children/ab/name\":null,"
	"\"marks\":[\"1\",\"2\"],\"name\":\"Nguyễn Thị Đào\","
	"\"wage\":1500000},\"v\":1}",
	"{\"a\":[{\"b\":[-1,0,true,false,null,\"ơ\u0306 漢\"]},[]],\"z\":{}}",
};

static void
test_jansson_agrees(void **state)
{
	/* bytes that matter to the reader come more often */
	static const char likely[] = "\"\\{}[],:-0129.e ntu/\xc3\xcc\x81\xe1";
	uint64_t seed = 11149;
	char text[512];
	size_t took = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		assert_true(agrees(str_of(taken[i])));
	for (unsigned round = 0; round < 60000; round++) {
		const char *event = events[round % ARRAY_LEN(events)];
		size_t n = strlen(event), edits = 1 + round % 3, at;

		memcpy(text, event, n);
		for (size_t i = 0; i < edits; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			at = (size_t)(seed >> 33) % n;
			if (seed >> 60 < 4) {
				memmove(text + at, text + at + 1, n - at - 1);
				n--;
			} else if (seed >> 60 < 8) {
				memmove(text + at + 1, text + at, n - at);
				n++;
			}
			text[at] = likely[(seed >> 20) % (sizeof likely - 1)];
		}
		took += agrees((struct str){ text, n });
	}
	assert_true(took > 100);
}

/*
 * Each of these in each place of a string of up to EDGE letters: taken, and
 * understood as jansson does, or refused.
 */
#define EDGE 40

static void
test_each_place(void **state)
{
	static const char *const fine[] = { "\\\"", "\\\\", "\\n", "ễ", "đ",
		"q\u0323", "漢", "~", "ơ\u0306\\n\u0301" };
	static const char *const bad[] = { "\n", "\x01", "\x7f", "\xc2\x80",
		"\xff", "\xc3", "\xe1\xbb", "\u202e", "e\u0302", "\\t",
		"\\u0041", "\\", "\\\"\x1f", "漢\x02", "\xed\xa0\x80" };
	char text[EDGE + 32], letters[EDGE + 1];

	(void)state;
	memset(letters, 'a', EDGE);
	for (int n = 0; n < EDGE; n++)
		for (int at = 0; at <= n; at++) {
			for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
				snprintf(text, sizeof text, "[\"%.*s%s%.*s\"]",
				    at, letters, fine[i], n - at, letters);
				assert_true(agrees(str_of(text)));
			}
			for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
				snprintf(text, sizeof text, "[\"%.*s%s%.*s\"]",
				    at, letters, bad[i], n - at, letters);
				assert_false(cjson_is_canonical(str_of(text)));
			}
		}
}

/* If both keys can be taken as the ones that are expected. */
static bool
takes_both(struct str text, struct str first, struct str second)
{
	struct cjson_reader r;
	int64_t v;
	bool both;

	cjson_begin(&r, text);
	assert_true(cjson_object(&r));
	assert_false(cjson_take_key(&r, STR("b")));
	assert_true(cjson_take_key(&r, first) && cjson_int(&r, &v));
	assert_false(cjson_take_key(&r, first));
	both = cjson_take_key(&r, second) && cjson_int(&r, &v);
	assert_false(cjson_take_key(&r, second));
	assert_int_equal(cjson_key(&r, &first), false);
	assert_int_equal(cjson_end(&r), both);
	return both;
}

/* Two keys in this order are canonical if the bytes of the first are less. */
static void
test_key_order(void **state)
{
	static const char *const parts[] = { " ", "!", "#", "a", "aa", "z", "ế",
		"漢" };
	char keys[1 + 8 + 8 * 8 + 8 * 8 * 8][16], text[48];
	size_t n = 1, from = 0, to;

	(void)state;
	keys[0][0] = '\0';
	for (int length = 1; length <= 3; length++)
		for (to = n; from < to; from++)
			for (size_t i = 0; i < ARRAY_LEN(parts); i++)
				snprintf(keys[n++], sizeof keys[0], "%s%s",
				    keys[from], parts[i]);
	assert_int_equal(n, ARRAY_LEN(keys));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			snprintf(text, sizeof text, "{\"%s\":0,\"%s\":0}",
			    keys[i], keys[j]);
			assert_int_equal(cjson_is_canonical(str_of(text)),
			    strcmp(keys[i], keys[j]) < 0);
			assert_int_equal(takes_both(str_of(text),
					     str_of(keys[i]), str_of(keys[j])),
			    strcmp(keys[i], keys[j]) < 0);
		}
}

static void
test_reading(void **state)
{
	struct arena *a = arena_new();
	struct cjson_reader r;
	struct str k, v;
	int64_t i = 0, sum = 0;
	bool b = false;

	(void)state;
	cjson_begin(&r, STR("{\"a\":\"x\\ny\",\"b\":[1,-2,5],\"c\":true,"
			    "\"d\":null,\"e\":{\"f\":[{}]},\"g\":false}"));
	assert_int_equal(cjson_peek(&r), CJSON_OBJECT);
	assert_true(cjson_object(&r));
	assert_true(cjson_key(&r, &k) && str_is(k, "a"));
	assert_int_equal(cjson_peek(&r), CJSON_STRING);
	assert_true(cjson_string(&r, &v));
	assert_true(str_is(v, "x\\ny") && cjson_has_escape(v));
	assert_true(str_is(cjson_unescape(a, v), "x\ny"));
	assert_true(cjson_key(&r, &k) && str_is(k, "b"));
	assert_true(cjson_array(&r));
	while (cjson_item(&r)) {
		assert_true(cjson_int(&r, &i));
		sum += i;
	}
	assert_int_equal(sum, 4);
	assert_true(cjson_key(&r, &k) && cjson_bool(&r, &b) && b);
	assert_true(cjson_key(&r, &k) && cjson_null(&r));
	assert_true(cjson_key(&r, &k) && cjson_skip(&r, &v));
	assert_true(str_is(v, "{\"f\":[{}]}"));
	assert_false(cjson_end(&r));
	cjson_begin(&r, STR("[\"x\\ny\",\"漢\",\"\",\"ộ\",\"\x01\"]"));
	assert_true(cjson_array(&r));
	assert_true(cjson_item(&r) && cjson_text(&r, a, &v));
	assert_true(str_is(v, "x\ny"));
	assert_true(cjson_item(&r) && cjson_text(&r, a, &v));
	assert_true(str_is(v, "漢"));
	assert_true(cjson_item(&r) && cjson_text(&r, a, &v));
	assert_int_equal(v.n, 0);
	assert_true(cjson_item(&r) && cjson_text(&r, a, &v));
	assert_true(str_is(v, "ộ") && v.p > r.start && v.p < r.p);
	assert_true(cjson_item(&r));
	assert_false(cjson_text(&r, a, &v));
	arena_free(a);
}

static void
test_taking_keys(void **state)
{
	static const char *const others[] = { "{\"name\" :0}",
		"{\"names\":0}", "{\"nam\":0}", "{,\"name\":0}", "{name:0}",
		"[\"name\":0]", "{}" };
	static const char whole[] = "{\"name\":0}";
	struct cjson_reader r;
	struct str k;
	int64_t i;

	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(others); n++) {
		cjson_begin(&r, str_of(others[n]));
		assert_false(cjson_take_key(&r, STR("name")));
		assert_true(cjson_object(&r) || others[n][0] == '[');
		assert_false(cjson_take_key(&r, STR("name")));
	}
	for (size_t n = 1; n < sizeof whole; n++) {
		char *cut = malloc(n); /* its end is seen to by ASan */

		memcpy(cut, whole, n);
		cjson_begin(&r, (struct str){ cut, n });
		assert_true(cjson_object(&r));
		assert_int_equal(cjson_take_key(&r, STR("name")), n >= 8);
		free(cut);
	}
	/* what is not taken is still there to be read */
	cjson_begin(&r, STR("{\"a\":1,\"c\":{\"\":2},\"e\":3}"));
	assert_true(cjson_object(&r));
	assert_false(cjson_take_key(&r, STR("c")));
	assert_true(cjson_key(&r, &k) && str_is(k, "a") && cjson_int(&r, &i));
	assert_false(cjson_take_key(&r, STR("a")));
	assert_false(cjson_take_key(&r, STR("e")));
	assert_true(cjson_take_key(&r, STR("c")) && cjson_object(&r));
	assert_true(cjson_take_key(&r, STR("")) && cjson_int(&r, &i));
	assert_false(cjson_take_key(&r, STR("e")) || cjson_key(&r, &k));
	assert_true(cjson_key(&r, &k) && str_is(k, "e") && cjson_int(&r, &i));
	assert_false(cjson_take_key(&r, STR("e")) || cjson_key(&r, &k));
	assert_true(cjson_end(&r) && i == 3);
}

static void
test_first_fault_stays(void **state)
{
	struct cjson_reader r;
	struct str s = STR("");
	struct error e;
	int64_t i;
	bool b;

	(void)state;
	cjson_begin(&r, STR("[1,\"a\"]"));
	assert_true(cjson_array(&r) && cjson_item(&r));
	assert_false(cjson_string(&r, &s)); /* it is a number */
	assert_false(cjson_int(&r, &i));    /* too late */
	assert_false(cjson_item(&r) || cjson_key(&r, &s) || cjson_null(&r));
	assert_false(cjson_bool(&r, &b) || cjson_object(&r) || cjson_end(&r));
	assert_int_equal(cjson_peek(&r), CJSON_BAD);
	assert_int_equal(cjson_error(&r, &e), ERR_FORMAT);
	assert_non_null(strstr(e.what, "2")); /* the byte */
	/* not opened, so nothing is in it */
	cjson_begin(&r, STR("[1]"));
	assert_false(cjson_object(&r) || cjson_key(&r, &s) || cjson_item(&r));
	cjson_begin(&r, STR("[?"));
	assert_true(cjson_array(&r));
	assert_false(cjson_null(&r) || cjson_item(&r) || cjson_skip(&r, NULL));
	assert_false(cjson_take_key(&r, STR("")));
	/* the byte within a string */
	cjson_begin(&r, STR("[\"Nguyễn\tĐào\"]"));
	assert_false(cjson_skip(&r, NULL));
	assert_int_equal(cjson_error(&r, &e), ERR_FORMAT);
	assert_non_null(strstr(e.what, "11"));
}

static void
test_writing(void **state)
{
	struct buf b = BUF_INIT;
	struct cjson_writer w;

	(void)state;
	cjson_start(&w, &b);
	cjson_open_object(&w);
	cjson_put_key(&w, STR("a"));
	cjson_open_array(&w);
	cjson_put_int(&w, -NUMBER_MAX);
	cjson_put_string(&w, STR("\"\\\nđ/"));
	cjson_open_object(&w);
	cjson_close_object(&w);
	cjson_close_array(&w);
	cjson_put_pair(&w, "b", STR(""));
	cjson_put_key(&w, STR("c"));
	cjson_put_raw(&w, STR("{\"x\":[]}"));
	cjson_put_key(&w, STR("d"));
	cjson_put_bool(&w, true);
	cjson_put_key(&w, STR("da"));
	cjson_put_null(&w);
	cjson_close_object(&w);
	assert_string_equal(buf_cstr(&b),
	    "{\"a\":[-9007199254740991,\"\\\"\\\\\\nđ/\",{}],\"b\":\"\","
	    "\"c\":{\"x\":[]},\"d\":true,\"da\":null}");
	assert_true(cjson_is_canonical(buf_str(&b)));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken_and_refused),
		cmocka_unit_test(test_jansson_agrees),
		cmocka_unit_test(test_each_place),
		cmocka_unit_test(test_key_order),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_taking_keys),
		cmocka_unit_test(test_first_fault_stays),
		cmocka_unit_test(test_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
