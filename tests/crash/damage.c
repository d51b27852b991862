/*
 * damage [--cuts N] [--flips N] [--tags N] [--heads N] [--zeros N] [--swaps N]
 *        [--fault seal|pages]
 * damage --hit FILE TABLE BYTE
 *
 * A store is damaged in one place: cut short at a page, one bit flipped, or one
 * of a seal's tag, the head of a page garbled, a page zeroed or another put in
 * its place.  It is then used in a child as the program uses it: opened, read,
 * written to, checked.  Each damage must be told (by an error, a fault, or the
 * end with 75), or have hit nothing that is used: then all must read as before.
 * What is used for certain is known from liblmdb (used.h), so that a damage
 * there which is not told is a wrong one, whatever is read.  No crash, no
 * endless loop.  Every second time the store says of itself that it was closed
 * well, so that its pages are only looked at when first met.
 *
 * Planted: seals that are not verified, pages that are not; then some damage
 * must come out as wrong.
 *
 * --hit flips a bit of that byte of the first value of a table of a file
 * (negative: from the value's end), for damage.sh.
 */
#include "tests/crash/used.h"
#include "tests/store/world.h"

#include "base/file.h"
#include "store/pages.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define RECORDS 250
#define TOLD 75
#define PATIENCE 30 /* seconds: a loop */

enum kind { CUT, FLIP, TAG, HEAD, ZERO, SWAP, KINDS };

static enum { SOUND, SEAL, PAGES } planted;

static struct {
	struct str data, token;
	struct record_id id[RECORDS];
	const char *digest, *backup;
	char *used; /* of each byte of data */
	uint64_t random;
	unsigned long told[KINDS], unused[KINDS], hit, bad;
} d;

int __wrap_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m,
    unsigned long long *n, unsigned char *nsec, const unsigned char *c,
    unsigned long long c_n, const unsigned char *ad, unsigned long long ad_n,
    const unsigned char *nonce, const unsigned char *key);
int __real_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m,
    unsigned long long *n, unsigned char *nsec, const unsigned char *c,
    unsigned long long c_n, const unsigned char *ad, unsigned long long ad_n,
    const unsigned char *nonce, const unsigned char *key);

int
__wrap_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m,
    unsigned long long *n, unsigned char *nsec, const unsigned char *c,
    unsigned long long c_n, const unsigned char *ad, unsigned long long ad_n,
    const unsigned char *nonce, const unsigned char *key)
{
	if (planted == SEAL)
		return crypto_stream_xchacha20_xor_ic(m, c,
		    c_n - crypto_aead_xchacha20poly1305_ietf_ABYTES, nonce, 1,
		    key);
	return __real_crypto_aead_xchacha20poly1305_ietf_decrypt(
	    m, n, nsec, c, c_n, ad, ad_n, nonce, key);
}

/* The three ways in which pages are verified. */
#define WRAP_PAGES(name, params, args)                             \
	enum err __wrap_##name params;                             \
	enum err __real_##name params;                             \
	enum err __wrap_##name params                              \
	{                                                          \
		return planted == PAGES ? OK : __real_##name args; \
	}
WRAP_PAGES(
    pages_check, (struct pages * p, uint64_t txn, struct error *e), (p, txn, e))
WRAP_PAGES(pages_check_frame, (struct pages * p, uint64_t txn, struct error *e),
    (p, txn, e))
WRAP_PAGES(pages_check_way,
    (struct pages * p, uint64_t txn, const char *table, struct str key,
        struct error *e),
    (p, txn, table, key, e))

static uint64_t
pick(uint64_t n)
{
	d.random = d.random * 6364136223846793005u + 1442695040888963407u;
	return (d.random >> 20) % n;
}

/* Records, changed now and then, so that there are free pages, too. */
static void
make_store(void)
{
	const char *dir = world_dir("whole"), *file;
	struct store *s = world_create(dir, "11149", "commune", 1);

	for (size_t i = 0; i < RECORDS; i++) {
		d.id[i] = new_record(s, "Nguyễn Văn Thử");
		if (i % 3 == 0)
			put(s, EVENT_AMEND, &d.id[i / 2], "hamlet",
			    "\"xóm Đông\"", NULL);
	}
	d.digest = digest(s);
	d.backup = world_dir("backup");
	ok(store_backup(s, d.backup, NULL, NULL, &oops));
	store_close(s);
	file = arena_printf(world, "%s/db/data.mdb", dir);
	ok(file_read(world, file, 64u << 20, &d.data, &oops));
	d.used = arena_alloc(world, d.data.n);
	used_mark(file, d.used, d.data.n);
	ok(file_read(
	    world, arena_printf(world, "%s/token", dir), 64, &d.token, &oops));
}

static void
damage(enum kind kind, uint64_t at, char *p, size_t *n)
{
	uint64_t page = at % (*n / PAGE) * PAGE, other;

	switch (kind) {
	case CUT:
		*n = page;
		break;
	case FLIP:
		p[at % *n] ^= (char)(1 << pick(8));
		break;
	case TAG:
		while (d.used[at % *n] != USED_TAG)
			at++;
		p[at % *n] ^= (char)(1 << pick(8));
		break;
	case HEAD:
		for (size_t i = 0; i < 16; i++)
			p[page + i] = (char)pick(256);
		break;
	case ZERO:
		memset(p + page, 0, PAGE);
		break;
	case SWAP:
		other = pick(*n / PAGE) * PAGE;
		memmove(p + page, p + other, PAGE);
		break;
	case KINDS:
		break;
	}
}

/* Whether what is used is not as it was. */
static bool
is_hit(const char *p, size_t n)
{
	for (size_t i = 0; i < d.data.n; i++)
		if (d.used[i] && (i >= n || p[i] != d.data.p[i]))
			return true;
	return false;
}

static const char *
write_store(const char *p, size_t n, bool closed_well)
{
	const char *dir = world_dir("damaged");

	if (file_exists(dir))
		ok(file_remove_tree(dir, &oops));
	ok(file_make_dirs(arena_printf(world, "%s/db", dir), 0700, &oops));
	ok(file_write(arena_printf(world, "%s/db/data.mdb", dir),
	    (struct str){ p, n }, 0600, false, &oops));
	ok(file_write(
	    arena_printf(world, "%s/token", dir), d.token, 0600, false, &oops));
	if (!closed_well)
		ok(file_write(arena_printf(world, "%s/lock", dir),
		    STR("open\n"), 0600, false, &oops));
	return dir;
}

static void
told_if(enum err r)
{
	if (r != OK && r != ERR_CORRUPT && r != ERR_FORMAT &&
	    r != ERR_VERSION && r != ERR_IO) {
		fprintf(stderr, "%s: %s\n", error_name(r), oops.what);
		_exit(90);
	}
	if (r != OK)
		_exit(TOLD);
}

/* In the child.  Ends with TOLD, 0, or what is wrong. */
static void
use(const char *dir)
{
	struct store_options o = world_options();
	struct directory *rows;
	struct record_id fresh;
	struct event_set set = { STR("name"), STR("\"Sau khi hỏng\"") };
	struct store_write w = write_of(EVENT_CREATE, &set);
	struct store *s;
	struct record r;
	uint8_t sum[32];
	uint64_t faults;
	bool same;

	told_if(store_open(dir, &o, &s, &oops));
	told_if(directory_open(s, &rows, &oops));
	for (size_t i = 0; i < RECORDS; i++) {
		enum err code = store_record(s, world, &d.id[i], &r, &oops);

		/* an id that was hit: the check must tell it */
		told_if(code == ERR_NOTFOUND ? OK : code);
	}
	told_if(store_digest(s, sum, &oops));
	same = strcmp(digest(s), d.digest) == 0;
	for (int i = 0; i < 3; i++) {
		store_id_make(s, "11149", &fresh);
		w.record = fresh;
		told_if(store_append(s, &w, 1, NULL, &oops));
	}
	told_if(store_check(s, NULL, NULL, NULL, NULL, &faults, &oops));
	if (faults > 0)
		_exit(TOLD);
	store_close(s);
	_exit(same ? 0 : 98);
}

static void
one(enum kind kind, uint64_t at, unsigned count)
{
	static const char *const names[] = { "cut", "flip", "tag", "head",
		"zero", "swap" };
	size_t n = d.data.n;
	char *copy = malloc(n);
	int status;
	bool hit;
	pid_t pid;

	if (copy == NULL)
		abort();
	memcpy(copy, d.data.p, n);
	damage(kind, at, copy, &n);
	hit = is_hit(copy, n);
	d.hit += hit;
	(void)write_store(copy, n, count % 2 == 0);
	free(copy);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (planted != SOUND)
			(void)!freopen("/dev/null", "w", stderr);
		alarm(planted == SOUND ? PATIENCE : 1);
		use(world_dir("damaged"));
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == TOLD) {
		d.told[kind]++;
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !hit) {
		d.unused[kind]++;
	} else {
		d.bad++;
		if (planted != SOUND)
			return;
		printf("%s at %llu (page %llu, closed %s): %s %d\n",
		    names[kind], (unsigned long long)at,
		    (unsigned long long)(kind == FLIP || kind == TAG
		                             ? at % d.data.n / PAGE
		                             : at % (d.data.n / PAGE)),
		    count % 2 == 0 ? "well" : "badly",
		    WIFEXITED(status) ? "exit" : "signal",
		    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	}
}

static void
several(enum kind kind, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		one(kind, kind == CUT ? i : pick(1u << 30), i);
}

/* And after it all the backup is put in its place. */
static void
restore(void)
{
	struct store_options o = world_options();
	char *copy = arena_dup(world, d.data.p, d.data.n);
	const char *dir;
	struct store *s;

	memset(copy + 4 * PAGE, 7, d.data.n - 4 * PAGE);
	dir = write_store(copy, d.data.n, true);
	if (store_open(dir, &o, &s, &oops) == OK)
		d.bad++;
	ok(store_restore(dir, d.backup, &o, &oops));
	s = world_open(dir);
	if (strcmp(digest(s), d.digest) != 0 || faults(s) != 0)
		d.bad++;
	store_close(s);
}

static int
flip_in(const char *file, const char *table, const char *byte)
{
	off_t at = (off_t)used_byte(file, table, strtol(byte, NULL, 10));
	int fd = open(file, O_RDWR);
	char c;

	if (fd < 0 || pread(fd, &c, 1, at) != 1 ||
	    pwrite(fd, &(char){ c ^ 1 }, 1, at) != 1) {
		perror(file);
		return 2;
	}
	return close(fd);
}

static const char *const plants[] = { "none", "seal", "pages" };
static unsigned wanted[KINDS];

static bool
options(int argc, char **argv)
{
	static const char *const names[] = { "--cuts", "--flips", "--tags",
		"--heads", "--zeros", "--swaps" };

	for (int i = 1; i + 1 < argc; i += 2) {
		for (size_t k = 0; k < KINDS; k++)
			if (strcmp(argv[i], names[k]) == 0)
				wanted[k] =
				    (unsigned)strtoul(argv[i + 1], NULL, 10);
		for (size_t k = 0; k < ARRAY_LEN(plants); k++)
			if (strcmp(argv[i], "--fault") == 0 &&
			    strcmp(argv[i + 1], plants[k]) == 0)
				planted = k;
	}
	return argc > 1 && argc % 2 == 1;
}

/* What was found; whether that is as it should be. */
static bool
tell(void)
{
	unsigned long told = 0, unused = 0;

	for (int i = 0; i < KINDS; i++) {
		told += d.told[i];
		unused += d.unused[i];
	}
	printf(
	    "%s%lu damages (%u cuts, %u bits, %u of seals, %u page heads, %u "
	    "pages), %lu of what is used: %lu told, %lu hit nothing used, "
	    "%lu wrong\n",
	    planted == SEAL    ? "seals not verified (planted): "
	    : planted == PAGES ? "pages not verified (planted): "
	                       : "",
	    told + unused + d.bad, wanted[CUT], wanted[FLIP], wanted[TAG],
	    wanted[HEAD], wanted[ZERO] + wanted[SWAP], d.hit, told, unused,
	    d.bad);
	if (planted != SOUND)
		return d.bad > 0;
	return d.bad == 0 && d.hit > 0 && told >= d.hit;
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "--hit") == 0)
		return flip_in(argv[2], argv[3], argv[4]);
	if (!options(argc, argv) || world_setup(NULL) != 0)
		return 2;
	d.random = 11149;
	make_store();
	if (wanted[CUT] > d.data.n / PAGE)
		wanted[CUT] = (unsigned)(d.data.n / PAGE);
	for (enum kind k = 0; k < KINDS; k++)
		several(k, wanted[k]);
	if (planted == SOUND)
		restore();
	if (world_teardown(NULL) != 0)
		return 2;
	return tell() ? 0 : 1;
}
