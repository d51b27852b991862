/* age: what was changed, cut or made too large is refused, whole. */
#include "crypt/age.h"
#include "base/buf.h"
#include "crypt/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define PUBLIC_OF_VECTORS \
	"age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"
#define PUBLIC_OF_RECOVERY \
	"age1m2h7uraw37nz97f4ltr05zhaguynesv7xlj2qsulxk60wnar6atq7gxm0p"

static struct arena *a;
static struct age_identity *me, *other;

static int
setup(void **state)
{
	(void)state;
	a = arena_new();
	me = age_identity_new();
	other = age_identity_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	secret_free(me);
	secret_free(other);
	arena_free(a);
	return 0;
}

static struct str
sealed_for(const struct age_public *to, size_t n, struct str plain)
{
	struct str out;

	assert_int_equal(age_encrypt(a, to, n, plain, &out, NULL), OK);
	return out;
}

static enum err
open_as(const struct age_identity *k, struct str sealed, struct str *out)
{
	struct error e = { 0 };
	enum err r = age_decrypt(a, &k, 1, sealed, out, &e);

	assert_int_equal(e.code, r);
	return r;
}

static void
test_sizes(void **state)
{
	const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 200000 };
	const size_t chunks[] = { 1, 1, 1, 1, 2, 2, 4 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct str plain = { arena_alloc(a, sizes[i]), sizes[i] }, out;
		struct str sealed = sealed_for(&me->public, 1, plain);
		size_t head = sealed_for(&me->public, 1, STR("")).n - 16;

		assert_int_equal(sealed.n, head + sizes[i] + 16 * chunks[i]);
		assert_int_equal(open_as(me, sealed, &out), OK);
		assert_true(str_eq(out, plain));
	}
}

static void
test_recipients(void **state)
{
	struct age_public to[AGE_RECIPIENTS_MAX];
	struct age_identity *k[AGE_RECIPIENTS_MAX];
	struct str sealed, out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(to); i++) {
		k[i] = age_identity_new();
		to[i] = k[i]->public;
	}
	sealed = sealed_for(to, ARRAY_LEN(to), STR("for sixteen"));
	for (size_t i = 0; i < ARRAY_LEN(to); i++) {
		assert_int_equal(open_as(k[i], sealed, &out), OK);
		assert_true(str_is(out, "for sixteen"));
		secret_free(k[i]);
	}
	assert_int_equal(open_as(me, sealed, &out), ERR_RECIPIENT);
	assert_int_equal(
	    age_decrypt(a, NULL, 0, sealed, &out, NULL), ERR_RECIPIENT);
}

static void
test_every_bit_and_cut_is_refused(void **state)
{
	struct str sealed = sealed_for(&me->public, 1, STR("value"));
	struct str out = STR("untouched");
	char *p = arena_str(a, sealed);

	(void)state;
	for (size_t bit = 0; bit < sealed.n * 8; bit++) {
		p[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_not_equal(
		    open_as(me, (struct str){ p, sealed.n }, &out), OK);
		p[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t n = 0; n < sealed.n; n++)
		assert_int_not_equal(
		    open_as(me, (struct str){ p, n }, &out), OK);
	assert_true(str_is(out, "untouched"));
	assert_int_equal(open_as(me, (struct str){ p, sealed.n }, &out), OK);
}

/* Gives one byte at a time, and an error after `left` bytes. */
struct drip {
	struct str from;
	size_t left;
};

static enum err
drip_read(void *ctx, void *p, size_t n, size_t *got, struct error *e)
{
	struct drip *d = ctx;

	assert_true(n > 0);
	if (d->left == 0)
		return error_set(e, ERR_STICK, "the stick is gone");
	*got = d->from.n > 0;
	if (*got > 0) {
		memcpy(p, d->from.p, 1);
		d->from.p++;
		d->from.n--;
	}
	d->left--;
	return OK;
}

static void
test_slow_and_failing_input(void **state)
{
	const struct age_identity *k = me;
	struct str plain = { arena_alloc(a, 70000), 70000 };
	struct str sealed = sealed_for(&me->public, 1, plain);
	struct drip d = { sealed, SIZE_MAX };
	struct age_reader *r;
	char block[999];
	size_t got, total = 0;

	(void)state;
	assert_int_equal(age_reader_open(&r, &k, 1, drip_read, &d, NULL), OK);
	do {
		assert_int_equal(
		    age_reader_next(r, block, sizeof block, &got, NULL), OK);
		total += got;
	} while (got > 0);
	assert_int_equal(total, plain.n);
	age_reader_close(r);

	d = (struct drip){ sealed, 50 };
	assert_int_equal(
	    age_reader_open(&r, &k, 1, drip_read, &d, NULL), ERR_STICK);
	assert_null(r);
	d = (struct drip){ sealed, 69000 };
	assert_int_equal(age_reader_open(&r, &k, 1, drip_read, &d, NULL), OK);
	for (total = 0; total < AGE_CHUNK; total += got)
		assert_int_equal(
		    age_reader_next(r, block, sizeof block, &got, NULL), OK);
	assert_int_equal(
	    age_reader_next(r, block, sizeof block, &got, NULL), ERR_STICK);
	assert_int_equal(got, 0);
	age_reader_close(r);
}

static enum err
full_write(void *ctx, const void *p, size_t n, struct error *e)
{
	size_t *room = ctx;

	(void)p;
	if (n > *room)
		return error_set(e, ERR_NOSPACE, "full");
	*room -= n;
	return OK;
}

static void
test_failing_output(void **state)
{
	char *block = arena_alloc(a, 70000);
	struct age_writer *w;
	size_t room = 10;

	(void)state;
	assert_int_equal(age_writer_open(&w, &me->public, 1, full_write, &room,
	                     NULL),
	    ERR_NOSPACE);
	assert_null(w);
	room = 1000;
	assert_int_equal(
	    age_writer_open(&w, &me->public, 1, full_write, &room, NULL), OK);
	assert_int_equal(age_writer_add(w, block, 70000, NULL), ERR_NOSPACE);
	age_writer_close(w);
}

static void
test_limits(void **state)
{
	struct buf b = BUF_INIT;
	struct str out;

	(void)state;
	buf_adds(&b, "age-encryption.org/v1\n");
	for (int i = 0; i < AGE_RECIPIENTS_MAX; i++)
		buf_adds(&b, "-> x\n\n");
	buf_adds(&b, "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	assert_int_equal(open_as(me, buf_str(&b), &out), ERR_RECIPIENT);
	buf_clear(&b);
	buf_adds(&b, "age-encryption.org/v1\n");
	for (int i = 0; i <= AGE_RECIPIENTS_MAX; i++)
		buf_adds(&b, "-> x\n\n");
	buf_adds(&b, "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	assert_int_equal(open_as(me, buf_str(&b), &out), ERR_LIMIT);
	buf_clear(&b);
	buf_adds(&b, "age-encryption.org/v1\n-> x ");
	while (b.n < AGE_HEADER_MAX)
		buf_addc(&b, 'x');
	buf_adds(&b, "\n\n--- x\n");
	assert_int_equal(open_as(me, buf_str(&b), &out), ERR_LIMIT);
	buf_release(&b);
}

static void
test_keys_as_text(void **state)
{
	char public[AGE_PUBLIC_TEXT], identity[AGE_IDENTITY_TEXT];
	char broken[AGE_IDENTITY_TEXT];
	struct age_identity *k;
	struct age_public p;

	(void)state;
	age_public_text(&me->public, public);
	age_identity_text(me, identity);
	assert_int_equal(strlen(public), AGE_PUBLIC_TEXT - 1);
	assert_int_equal(strlen(identity), AGE_IDENTITY_TEXT - 1);
	assert_true(age_public_parse(str_of(public), &p));
	assert_memory_equal(&p, &me->public, sizeof p);
	k = age_identity_parse(str_of(identity));
	assert_non_null(k);
	assert_memory_equal(k, me, sizeof *k);
	secret_free(k);

	for (size_t bit = 0; bit < 8 * strlen(identity); bit++) {
		memcpy(broken, identity, sizeof broken);
		broken[bit / 8] ^= (char)(1 << bit % 8);
		assert_null(age_identity_parse(
		    (struct str){ broken, sizeof broken - 1 }));
	}
	assert_false(age_public_parse(
	    (struct str){ public, sizeof public - 2 }, &p));
	public[0] = 'A';
	assert_false(age_public_parse(str_of(public), &p));
	/* the point of zero */
	memset(&p, 0, sizeof p);
	age_public_text(&p, public);
	assert_false(age_public_parse(str_of(public), &p));
	memset(&p, 0, sizeof p);
	assert_int_equal(age_encrypt(a, &p, 1, STR("x"), &(struct str){ 0 },
	                     NULL),
	    ERR_FORMAT);
}

static void
test_known_keys(void **state)
{
	/* a pair that age-keygen -y confirms */
	static const char identity[] = "AGE-SECRET-KEY-"
	    "1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";
	const uint8_t secret[AGE_RECOVERY_SIZE] = { 0, 1, 2, 3, 4, 5, 6, 7, 8,
		9, 10, 11, 12, 13, 14, 15 };
	char text[AGE_PUBLIC_TEXT];
	struct age_identity *k = age_identity_parse(str_of(identity));

	(void)state;
	assert_non_null(k);
	age_public_text(&k->public, text);
	assert_string_equal(text, PUBLIC_OF_VECTORS);
	secret_free(k);
	/* a recovery secret must stay the same identity for ever */
	k = age_identity_from_recovery(secret);
	age_public_text(&k->public, text);
	assert_string_equal(text, PUBLIC_OF_RECOVERY);
	secret_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_every_bit_and_cut_is_refused),
		cmocka_unit_test(test_slow_and_failing_input),
		cmocka_unit_test(test_failing_output),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_keys_as_text),
		cmocka_unit_test(test_known_keys),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
