/* The event codec: a vector made elsewhere, and what must be refused. */
#include "base/coding.h"
#include "store/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define X8(s) s s s s s s s s
#define ID1 X8("1111") X8("1111")
#define ID2 X8("2222") X8("2222")

/* Written by Python's json and hashlib, not by this program. */
static const char vector[] =
    "{\"act\":\"create\",\"at\":\"2026-01-15T08:00:00+07:00\",\"clock\":\"ok\","
    "\"feed\":\"2wiqlvxuzktcv73q6sdyxe4qpa\",\"form\":\"person\","
    "\"form_hash\":\"" X8("abab") X8("abab") "\","
    "\"officer\":\"Nguyễn Thị Đào\",\"over\":[\"" ID1 "\",\"" ID2 "\"],"
    "\"prev\":\"" X8("3333") X8("3333") "\","
    "\"reason\":\"kê khai \\\"lần đầu\\\"\\nđợt 2\","
    "\"rec\":\"aaaqeayeaudaocajbifqydiob4\",\"seq\":2,"
    "\"set\":{\"birth\":\"1938\",\"children/abcdefghijklm\":1,"
    "\"marital\":null,\"name\":\"Phạm Văn \\\\ Bình\","
    "\"types\":[\"a\",\"b\"]},\"v\":1}";
static const char vector_id[] =
    "59c5a141ce5292b9d57166bf7f0496c5c570e25ff7b01d9c18d45cadcfdb952a";

static struct arena *a;

static int
setup(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static void
test_vector(void **state)
{
	struct event ev;
	struct event_id id;
	struct error e;
	struct buf again = BUF_INIT;
	char hex[65];

	(void)state;
	assert_int_equal(event_decode(a, str_of(vector), &ev, &e), OK);
	assert_int_equal(ev.act, EVENT_CREATE);
	assert_int_equal(ev.seq, 2);
	assert_int_equal(ev.n_set, 5);
	assert_int_equal(ev.n_over, 2);
	assert_true(str_is(ev.reason, "kê khai \"lần đầu\"\nđợt 2"));
	event_id_of(&id, str_of(vector));
	hex_encode(hex, id.b, sizeof id.b);
	assert_string_equal(hex, vector_id);
	event_encode(&again, &ev);
	assert_string_equal(buf_cstr(&again), vector);
	buf_release(&again);
}

static void
test_feed_id(void **state)
{
	uint8_t key[32], nonce[16];
	struct feed_id id;
	char text[RECORD_ID_TEXT];

	(void)state;
	for (unsigned i = 0; i < 32; i++)
		key[i] = (uint8_t)i;
	for (unsigned i = 0; i < 16; i++)
		nonce[i] = (uint8_t)(100 + i);
	feed_id_make(&id, key, nonce);
	feed_id_format(&id, text);
	assert_string_equal(text, "2wiqlvxuzktcv73q6sdyxe4qpa");
}

/* The vector with one text put in the place of another. */
static struct str
changed(const char *from, const char *to)
{
	const char *at = strstr(vector, from);

	assert_non_null(at);
	return str_of(arena_printf(a, "%.*s%s%s", (int)(at - vector), vector,
	    to, at + strlen(from)));
}

static void
test_refused(void **state)
{
	static const char *const faults[][2] = {
		{ "\"v\":1", "\"v\":0" },
		{ ",\"v\":1", "" },
		{ "\"v\":1", "\"v\":1,\"w\":1" },
		{ "\"seq\":2", "\"seq\":1" }, /* with a predecessor */
		{ "\"seq\":2", "\"seq\":0" },
		{ "\"seq\":2", "\"seq\":\"2\"" },
		{ ID1 "\",\"" ID2, ID2 "\",\"" ID1 },
		{ ID1 "\",\"" ID2, ID1 "\",\"" ID1 },
		{ "[\"" ID1 "\",\"" ID2 "\"]", "[]" },
		{ "\"marital\":null", "\"marital\":true" },
		{ "\"marital\":null", "\"marital\":{}" },
		{ "\"marital\":null", "\"marital\":[1]" },
		{ "\"marital\":null", "\"mar ital\":null" },
		{ "\"marital\":null", "\"marital?why\":null" },
		{ "\"marital\":null", "\"?force\":null" },
		{ "\"types\":[", "\"birth\":[" },
		{ "\"act\":\"create\"", "\"act\":\"open\"" },
		{ "\"act\":\"create\"", "\"act\": \"create\"" },
		{ "T08:00:00+07:00", "T08:00:00" },
		{ "\"clock\":\"ok\"", "\"clock\":\"fine\"" },
		{ "\"form\":\"person\",", "" },
		{ "aaaqeayeaudaocajbifqydiob4", "aaaqeayeaudaocajbifqydiob5" },
		{ "\"v\":1}", "\"v\":1}\n" },
	};
	struct event ev;
	struct error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (event_decode(a, changed(faults[i][0], faults[i][1]), &ev,
		        &e) == OK)
			fail_msg("taken: %s", faults[i][1]);
	for (size_t n = 0; n < sizeof vector - 1; n++)
		assert_int_not_equal(
		    event_decode(a, (struct str){ vector, n }, &ev, &e), OK);
}

static void
test_newer_version_is_linked(void **state)
{
	struct event ev;
	struct error e;
	struct str text = changed("\"v\":1", "\"v\":2,\"w\":[true]");

	(void)state;
	assert_int_equal(event_decode(a, text, &ev, &e), OK);
	assert_int_equal(ev.act, EVENT_UNKNOWN);
	assert_int_equal(ev.seq, 2);
	assert_false(ev.has_record);
	text = changed("\"act\":\"create\"", "\"act\":\"cremate\"");
	assert_int_equal(event_decode(a, text, &ev, &e), OK);
	assert_int_equal(ev.act, EVENT_UNKNOWN);
	assert_true(ev.has_record);
}

/* Leaving out whom it follows, and putting it back. */
static void
test_lines(void **state)
{
	struct event_id before, other = { { 0 } };
	struct buf line = BUF_INIT, room = BUF_INIT;
	struct str whole, hex, odd;
	struct error e;

	(void)state;
	memset(before.b, 0x33, sizeof before.b);
	assert_int_equal(
	    event_line_put(&line, str_of(vector), &before, &e), OK);
	assert_int_equal(line.n, sizeof vector - 1 - EVENT_PREV_TEXT);
	assert_true(str_eq(buf_str(&line),
	    changed("\"prev\":\"" X8("3333") X8("3333") "\"",
	        "\"prev\":\"\"")));
	assert_int_equal(
	    event_line_whole(&room, buf_str(&line), &before, &whole, &e), OK);
	assert_true(str_is(whole, vector));
	/* nothing stands before it */
	assert_int_equal(
	    event_line_whole(&room, buf_str(&line), NULL, &whole, &e),
	    ERR_FORMAT);
	/* another one does, so it is another event */
	assert_int_equal(
	    event_line_whole(&room, buf_str(&line), &other, &whole, &e), OK);
	assert_false(str_is(whole, vector));
	assert_int_equal(
	    event_line_put(&line, str_of(vector), &other, &e), ERR_CORRUPT);
	/* in full it stays as it is */
	assert_int_equal(
	    event_line_whole(&room, str_of(vector), NULL, &whole, &e), OK);
	assert_ptr_equal(whole.p, vector);
	buf_clear(&line);
	assert_int_equal(
	    event_line_put(&line, str_of(vector), NULL, &e), OK);
	assert_true(str_is(buf_str(&line), vector));
	/* keys of that name further in are not meant */
	odd = changed("\"act\":\"create\"",
	    "\"act\":\"create\",\"aim\":{\"prev\":\"\"}");
	buf_clear(&line);
	assert_int_equal(event_line_put(&line, odd, &before, &e), OK);
	assert_int_equal(
	    event_line_whole(&room, buf_str(&line), &before, &whole, &e), OK);
	assert_true(str_eq(whole, odd));
	assert_int_equal(
	    event_prev(STR("{\"set\":{\"prev\":\"\"}}"), &hex, &e), OK);
	assert_null(hex.p);
	assert_int_equal(event_prev(STR("{\"prev\":1}"), &hex, &e),
	    ERR_FORMAT);
	buf_release(&line);
	buf_release(&room);
}

/* A forced warning's reason, and an officer's note. */
static void
test_beside_a_field(void **state)
{
	struct event ev;
	struct error e;

	(void)state;
	assert_int_equal(event_decode(a,
	                     changed("\"marital\":null",
	                         "\"marital?force\":\"seen\","
	                         "\"marital?note\":\"by phone\""),
	                     &ev, &e),
	    OK);
	assert_true(str_is(event_field(STR("birth?force")), "birth"));
	assert_true(str_is(event_field(STR("r/1/birth?note")), "r/1/birth"));
	assert_true(str_is(event_field(STR("birth?why")), "birth?why"));
	assert_true(str_is(event_field(STR("birth")), "birth"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_feed_id),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_beside_a_field),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_newer_version_is_linked),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
