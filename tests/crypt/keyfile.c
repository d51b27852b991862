/* The key file: opened by its passphrases and words and by nothing else. */
#include "crypt/keyfile.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "crypt/keyfile_slot.h"
#include "crypt/secret.h"
#include "crypt/words.h"

#include "wordlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define MIB 8
#define FIRST STR("năm từ ngẫu nhiên dài")
#define SECOND STR("một câu khác hẳn")

static struct arena *a;
static char dir[] = "/tmp/ansinh-keys-XXXXXX";
static char *path, *bak, *words;

static int
setup_all(void **state)
{
	char *list;

	(void)state;
	setenv("ANSINH_TEST_KDF", "1", 1);
	a = arena_new();
	if (mkdtemp(dir) == NULL)
		return -1;
	path = arena_printf(a, "%s/keys", dir);
	bak = arena_printf(a, "%s.bak", path);
	list = arena_printf(a, "%s/words", dir);
	if (wordlist_write(list) != 0 || words_load(list, NULL) != OK)
		return -1;
	return 0;
}

static int
teardown_all(void **state)
{
	(void)state;
	arena_free(a);
	return file_remove_tree(dir, NULL) == OK ? 0 : -1;
}

static struct master *
create(void)
{
	struct master *m;
	struct error e = { 0 };

	unlink(path);
	unlink(bak);
	assert_int_equal(
	    keyfile_create(path, FIRST, "Nguyễn Thị A", MIB, a, &words, &m, &e),
	    OK);
	return m;
}

static enum err
try(struct str passphrase)
{
	struct master *m = NULL;
	struct error e = { 0 };
	enum err r = keyfile_open(path, passphrase, &m, &e);

	assert_int_equal(e.code, r);
	assert_true((r == OK) == (m != NULL));
	master_free(m);
	return r;
}

static void
put(const char *where, struct str bytes)
{
	FILE *f = fopen(where, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

static struct str
take(const char *where)
{
	struct str s;

	assert_int_equal(
	    file_read(a, where, KEYFILE_SIZE_MAX, &s, NULL), OK);
	return s;
}

static void
assert_same_master(const struct master *x, const struct master *y)
{
	uint8_t k[32], l[32];

	master_derive(x, "DEK_____", 1, k);
	master_derive(y, "DEK_____", 1, l);
	assert_memory_equal(k, l, 32);
	assert_memory_equal(master_recovery_public(x),
	    master_recovery_public(y), sizeof(struct age_public));
	assert_memory_equal(master_recovery_secret(x),
	    master_recovery_secret(y), AGE_RECOVERY_SIZE);
}

static void
test_passphrase_and_words_open_the_same(void **state)
{
	struct master *m = create(), *by_passphrase, *by_words;
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(keyfile_open(path, FIRST, &by_passphrase, NULL), OK);
	assert_int_equal(
	    keyfile_recover(path, str_of(words), &by_words, NULL), OK);
	assert_same_master(m, by_passphrase);
	assert_same_master(m, by_words);
	master_free(m);
	master_free(by_passphrase);
	master_free(by_words);
}

static void
test_what_does_not_open(void **state)
{
	struct master *m = create(), *other;
	struct error e = { 0 };
	uint8_t secret[16] = { 0 };

	(void)state;
	assert_int_equal(try(SECOND), ERR_KEY);
	assert_int_equal(try(STR("")), ERR_KEY);
	assert_int_equal(
	    keyfile_recover(path, STR("aaa aaa"), &other, &e), ERR_FORMAT);
	assert_int_equal(
	    keyfile_recover(path, str_of(words_encode_recovery(a, secret)),
	        &other, &e), ERR_KEY);
	assert_int_equal(keyfile_create(path, SECOND, "B", MIB, a, &words,
	                     &other, &e),
	    ERR_EXISTS);
	assert_int_equal(try(FIRST), OK);
	unlink(path);
	assert_int_equal(try(FIRST), ERR_NOTFOUND);
	master_free(m);
}

static void
test_derived_keys_differ(void **state)
{
	const char *contexts[] = { "DEK_____", "LOG_____", "DEV_____",
		"BAK_____" };
	struct master *m = create();
	uint8_t k[8][32];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		master_derive(m, contexts[i / 2], i % 2, k[i]);
	for (size_t i = 0; i < 8; i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(k[i], k[j], 32);
	master_free(m);
}

static void
test_slots_come_and_go(void **state)
{
	struct master *m = create();
	struct keyfile_slot *slots;
	struct error e = { 0 };
	size_t n;

	(void)state;
	assert_int_equal(
	    keyfile_remove_slot(path, m, 1, &e), ERR_REFUSED);
	assert_int_equal(keyfile_add_slot(path, m, SECOND, "B", MIB, true, &e), OK);
	assert_int_equal(try(FIRST), OK);
	assert_int_equal(try(SECOND), OK);
	assert_int_equal(keyfile_slots(a, path, &slots, &n, &e), OK);
	assert_int_equal(n, 2);
	assert_string_equal(slots[0].label, "Nguyễn Thị A");
	assert_int_equal(slots[1].id, 2);
	assert_int_equal(slots[1].mib, MIB);
	assert_int_equal(
	    keyfile_remove_slot(path, m, 7, &e), ERR_NOTFOUND);

	assert_int_equal(keyfile_remove_slot(path, m, 1, &e), OK);
	assert_int_equal(try(FIRST), ERR_KEY);
	assert_int_equal(try(SECOND), OK);
	/* the file before it would let the departed officer in */
	assert_true(str_eq(take(path), take(bak)));
	unlink(path);
	assert_int_equal(try(FIRST), ERR_KEY);
	assert_int_equal(try(SECOND), OK);

	for (n = 1; n < KEYFILE_SLOTS_MAX; n++)
		assert_int_equal(
		    keyfile_add_slot(path, m, FIRST, "C", MIB, true, &e), OK);
	assert_int_equal(
	    keyfile_add_slot(path, m, FIRST, "D", MIB, true, &e), ERR_LIMIT);
	master_free(m);
}

static void
test_another_master_changes_nothing(void **state)
{
	struct master *m = create(), *other = create();
	struct str before = take(path);
	struct error e = { 0 };
	char *w;

	(void)state;
	assert_int_equal(
	    keyfile_add_slot(path, m, SECOND, "B", MIB, true, &e), ERR_KEY);
	assert_int_equal(keyfile_remove_slot(path, m, 1, &e), ERR_KEY);
	assert_int_equal(
	    keyfile_renew_recovery(path, m, a, &w, &e), ERR_KEY);
	assert_true(str_eq(before, take(path)));
	master_free(m);
	master_free(other);
}

static void
test_recovery_is_renewed(void **state)
{
	struct master *m = create(), *back;
	struct age_public old = *master_recovery_public(m);
	struct error e = { 0 };
	char *fresh;

	(void)state;
	assert_int_equal(
	    keyfile_renew_recovery(path, m, a, &fresh, &e), OK);
	assert_memory_not_equal(&old, master_recovery_public(m), sizeof old);
	assert_int_equal(
	    keyfile_recover(path, str_of(words), &back, &e), ERR_KEY);
	assert_int_equal(keyfile_recover(path, str_of(fresh), &back, &e), OK);
	assert_same_master(m, back);
	assert_true(str_eq(take(path), take(bak)));
	master_free(m);
	master_free(back);
}

/* Who opens the store reads restricted fields only if a reader said so. */
static void
test_readers_are_named(void **state)
{
	struct master *m = create(), *plain, *reader;
	uint8_t zero[KEYFILE_RESTRICTED_SIZE] = { 0 };
	struct age_identity *id;
	struct error e = { 0 };
	char *w;

	(void)state;
	assert_int_equal(
	    keyfile_add_slot(path, m, SECOND, "B", MIB, false, &e), OK);
	assert_int_equal(keyfile_open(path, SECOND, &plain, &e), OK);
	assert_null(master_restricted(plain));
	assert_null(master_recovery_secret(plain));
	assert_memory_equal(plain->restricted, zero, sizeof zero);
	assert_memory_equal(master_restricted_public(m),
	    master_restricted_public(plain), sizeof(struct age_public));
	assert_memory_equal(master_recovery_public(m),
	    master_recovery_public(plain), sizeof(struct age_public));
	/* and cannot give himself the right, nor to another */
	assert_int_equal(
	    keyfile_add_slot(path, plain, SECOND, "C", MIB, true, &e),
	    ERR_KEY);
	assert_int_equal(
	    keyfile_renew_recovery(path, plain, a, &w, &e), ERR_KEY);
	assert_int_equal(
	    keyfile_add_slot(path, plain, SECOND, "C", MIB, false, &e), OK);

	assert_int_equal(keyfile_recover(path, str_of(words), &reader, &e), OK);
	assert_memory_equal(master_restricted(m), master_restricted(reader),
	    KEYFILE_RESTRICTED_SIZE);
	id = age_identity_from_seed(master_restricted(reader));
	assert_memory_equal(
	    &id->public, master_restricted_public(m), sizeof id->public);
	secret_free(id);
	master_free(m);
	master_free(plain);
	master_free(reader);
}

static void
test_recovery_secret_is_the_identity(void **state)
{
	struct master *m = create();
	struct age_identity *id =
	    age_identity_from_recovery(master_recovery_secret(m));
	char text[AGE_PUBLIC_TEXT];
	struct str file = take(path);

	(void)state;
	assert_memory_equal(
	    &id->public, master_recovery_public(m), sizeof id->public);
	assert_string_equal(
	    words_encode_recovery(a, master_recovery_secret(m)), words);
	/* in the clear, for what cannot ask for a passphrase */
	age_public_text(&id->public, text);
	assert_non_null(strstr(file.p, text));
	secret_free(id);
	master_free(m);
}

static void
test_every_bit_is_damage(void **state)
{
	struct str good;
	char *p;

	(void)state;
	master_free(create());
	good = take(path);
	p = arena_str(a, good);
	for (size_t bit = 0; bit < good.n * 8; bit++) {
		enum err r;

		p[bit / 8] ^= (char)(1 << bit % 8);
		put(path, (struct str){ p, good.n });
		r = try(FIRST);
		assert_true(r == ERR_CORRUPT || r == ERR_VERSION);
		p[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t n = 0; n < good.n; n += 7) {
		put(path, (struct str){ p, n });
		assert_int_equal(try(FIRST), ERR_CORRUPT);
	}
	put(path, good);
	assert_int_equal(try(FIRST), OK);
}

static void
test_bak_helps_and_is_kept(void **state)
{
	struct master *m = create();
	struct str first = take(path);
	struct error e = { 0 };

	(void)state;
	assert_int_equal(keyfile_add_slot(path, m, SECOND, "B", MIB, true, &e), OK);
	assert_true(str_eq(first, take(bak)));
	put(path, STR("{}"));
	assert_int_equal(try(FIRST), OK);
	/* a write does not put the damaged file in its place */
	assert_int_equal(keyfile_add_slot(path, m, SECOND, "B", MIB, true, &e), OK);
	assert_true(str_eq(first, take(bak)));
	assert_int_equal(try(SECOND), OK);
	/* a wrong passphrase is not damage */
	assert_int_equal(try(STR("other")), ERR_KEY);
	master_free(m);
}

/* A file whose sum is right, with something in it changed by a stranger. */
static void
forge(void (*change)(struct keyfile *k))
{
	struct keyfile k;

	assert_int_equal(keyfile_parse(a, take(path), &k, NULL), OK);
	change(&k);
	put(path, keyfile_format(a, &k));
}

static void
other_recovery(struct keyfile *k)
{
	struct age_identity *id = age_identity_new();
	char text[AGE_PUBLIC_TEXT];

	age_public_text(&id->public, text);
	k->recovery_age = str_of(arena_strdup(a, text));
	secret_free(id);
}

static void
other_restricted(struct keyfile *k)
{
	struct str recovery = k->recovery_age;

	other_recovery(k);
	k->restricted_age = k->recovery_age;
	k->recovery_age = recovery;
}

/* A right that was sealed for another slot. */
static void
lent_right(struct keyfile *k)
{
	memcpy(k->slots[1].restricted, k->slots[0].restricted,
	    sizeof k->slots[1].restricted);
}

static void
other_label(struct keyfile *k)
{
	k->slots[1].label = "B";
	keyfile_head(a, &k->slots[1]);
}

static void
more_memory(struct keyfile *k)
{
	k->slots[1].mib = KEYFILE_MIB_CEILING + 1;
	keyfile_head(a, &k->slots[1]);
}

static void
most_memory(struct keyfile *k)
{
	k->slots[1].mib = UINT32_MAX;
	keyfile_head(a, &k->slots[1]);
}

static void
less_memory(struct keyfile *k)
{
	k->slots[1].mib = MIB - 1;
	keyfile_head(a, &k->slots[1]);
}

static void
many_passes(struct keyfile *k)
{
	k->slots[1].ops = 1000000;
	keyfile_head(a, &k->slots[1]);
}

static void
few_passes(struct keyfile *k)
{
	k->slots[1].ops = 1;
	keyfile_head(a, &k->slots[1]);
}

static void
test_forged_heads_do_not_open(void **state)
{
	(void)state;
	master_free(create());
	forge(other_recovery);
	assert_int_equal(try(FIRST), ERR_CORRUPT);
	master_free(create());
	forge(other_restricted);
	assert_int_equal(try(FIRST), ERR_CORRUPT);
	master_free(create());
	forge(lent_right);
	assert_int_equal(try(FIRST), ERR_KEY);
	master_free(create());
	forge(other_label);
	assert_int_equal(try(FIRST), ERR_KEY);
}

static void
test_hostile_parameters_cost_nothing(void **state)
{
	void (*const changes[])(struct keyfile *) = { more_memory, most_memory,
		less_memory, many_passes, few_passes };
	struct rusage before, after;
	int64_t start, took, least;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		master_free(create());
		forge(changes[i]);
		assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
		/* the least of some tries: other programs run too */
		least = INT64_MAX;
		for (int tries = 0; tries < 10; tries++) {
			start = clock_monotonic_ms();
			assert_int_equal(try(FIRST), ERR_LIMIT);
			took = clock_monotonic_ms() - start;
			least = took < least ? took : least;
		}
		assert_true(least < 10);
		assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
		assert_true(after.ru_maxrss - before.ru_maxrss < 1024);
	}
}

static void
test_bounds_of_a_new_file(void **state)
{
	struct master *m;
	struct error e = { 0 };

	(void)state;
	unlink(path);
	unlink(bak);
	assert_int_equal(keyfile_create(path, FIRST, "A", MIB - 1, a, &words,
	                     &m, &e),
	    ERR_LIMIT);
	assert_int_equal(keyfile_create(path, FIRST, "A",
	                     KEYFILE_MIB_CEILING + 1, a, &words, &m, &e),
	    ERR_LIMIT);
	assert_int_equal(keyfile_create(path, FIRST, "A\x1b[2J", MIB, a,
	                     &words, &m, &e),
	    ERR_TEXT);
	/* the small floor is for tests only */
	unsetenv("ANSINH_TEST_KDF");
	assert_int_equal(keyfile_create(path, FIRST, "A",
	                     KEYFILE_MIB_FLOOR - 1, a, &words, &m, &e),
	    ERR_LIMIT);
	setenv("ANSINH_TEST_KDF", "1", 1);
	assert_false(file_exists(path));
	master_free(create());
	unsetenv("ANSINH_TEST_KDF");
	assert_int_equal(try(FIRST), ERR_LIMIT);
	setenv("ANSINH_TEST_KDF", "1", 1);
}

static void
test_newer_and_larger_files(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	unlink(bak);
	put(path, STR("{\"ansinh_keys\":2,\"new\":true}"));
	assert_int_equal(try(FIRST), ERR_VERSION);
	while (b.n <= KEYFILE_SIZE_MAX)
		buf_addc(&b, ' ');
	put(path, buf_str(&b));
	assert_int_equal(try(FIRST), ERR_LIMIT);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passphrase_and_words_open_the_same),
		cmocka_unit_test(test_what_does_not_open),
		cmocka_unit_test(test_derived_keys_differ),
		cmocka_unit_test(test_slots_come_and_go),
		cmocka_unit_test(test_another_master_changes_nothing),
		cmocka_unit_test(test_recovery_is_renewed),
		cmocka_unit_test(test_readers_are_named),
		cmocka_unit_test(test_recovery_secret_is_the_identity),
		cmocka_unit_test(test_every_bit_is_damage),
		cmocka_unit_test(test_bak_helps_and_is_kept),
		cmocka_unit_test(test_forged_heads_do_not_open),
		cmocka_unit_test(test_hostile_parameters_cost_nothing),
		cmocka_unit_test(test_bounds_of_a_new_file),
		cmocka_unit_test(test_newer_and_larger_files),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
