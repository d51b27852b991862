/*
 * Our age and minisign as small commands, for tests that put them beside the
 * stock tools.  Standard input to standard output; a failure is told on
 * standard error as STAGE and ERR_NAME.
 */
#include "crypt/age.h"
#include "crypt/minisign.h"
#include "crypt/secret.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum err
read_stdin(void *ctx, void *p, size_t n, size_t *got, struct error *e)
{
	ssize_t k = read(STDIN_FILENO, p, n);

	(void)ctx;
	if (k < 0)
		return error_errno(e, ERR_IO, N_("standard input"));
	*got = (size_t)k;
	return OK;
}

static enum err
write_stdout(void *ctx, const void *p, size_t n, struct error *e)
{
	(void)ctx;
	if (fwrite(p, 1, n, stdout) != n)
		return error_errno(e, ERR_IO, N_("standard output"));
	return OK;
}

static int
fail(const char *stage, const struct error *e)
{
	fflush(stdout);
	fprintf(stderr, "%s %s %s\n", stage, error_name(e->code), e->what);
	return 1;
}

static int
age_keygen(void)
{
	struct age_identity *k = age_identity_new();
	char identity[AGE_IDENTITY_TEXT], public[AGE_PUBLIC_TEXT];

	age_identity_text(k, identity);
	age_public_text(&k->public, public);
	printf("# public key: %s\n%s\n", public, identity);
	secret_free(k);
	return 0;
}

static int
age_to(int n, char **recipients)
{
	struct age_public to[AGE_RECIPIENTS_MAX];
	struct age_writer *w = NULL;
	struct error e = { 0 };
	char block[10007];
	size_t got;
	enum err r;

	for (int i = 0; i < n && i < AGE_RECIPIENTS_MAX; i++)
		if (!age_public_parse(str_of(recipients[i]), &to[i]))
			return 2;
	r = age_writer_open(&w, to, (size_t)n, write_stdout, NULL, &e);
	while (r == OK && (r = read_stdin(NULL, block, sizeof block, &got,
	                       &e)) == OK && got > 0)
		r = age_writer_add(w, block, got, &e);
	if (r == OK)
		r = age_writer_finish(w, &e);
	age_writer_close(w);
	return r == OK ? 0 : fail("write", &e);
}

static int
age_by(int n, char **texts)
{
	const struct age_identity *ids[8];
	struct age_identity *parsed[8] = { NULL };
	struct age_reader *reader = NULL;
	struct error e = { 0 };
	char block[10007];
	size_t n_ids = 0, got;
	enum err r;
	int status = 0;

	for (int i = 0; i < n && i < 8; i++) {
		parsed[i] = age_identity_parse(str_of(texts[i]));
		if (parsed[i] != NULL)
			ids[n_ids++] = parsed[i];
	}
	r = age_reader_open(&reader, ids, n_ids, read_stdin, NULL, &e);
	if (r != OK)
		status = fail("open", &e);
	while (r == OK) {
		r = age_reader_next(reader, block, sizeof block, &got, &e);
		if (r != OK)
			status = fail("next", &e);
		else if (got == 0)
			break;
		else
			fwrite(block, 1, got, stdout);
	}
	age_reader_close(reader);
	for (int i = 0; i < 8; i++)
		secret_free(parsed[i]);
	return status;
}

static void
hash_stdin(uint8_t out[64])
{
	struct hash h;
	char block[10007];
	size_t got;

	hash_blake2b512_start(&h);
	while (read_stdin(NULL, block, sizeof block, &got, NULL) == OK &&
	    got > 0)
		hash_blake2b512_add(&h, block, got);
	hash_blake2b512_end(&h, out);
}

static int
sign(const char *public_path, const char *comment)
{
	struct minisign_secret *k = minisign_new();
	struct arena *a = arena_new();
	char text[MINISIGN_PUBLIC_TEXT];
	FILE *f = fopen(public_path, "w");
	uint8_t hash[64];

	if (f == NULL)
		return 1;
	minisign_public_text(&k->public, text);
	fprintf(f, "untrusted comment: a key\n%s\n", text);
	fclose(f);
	hash_stdin(hash);
	fputs(minisign_sign(a, k, hash, "by a test", comment), stdout);
	arena_free(a);
	secret_free(k);
	return 0;
}

static int
verify(const char *public, const char *path)
{
	struct minisign_public k;
	struct minisign_file f;
	struct error e = { 0 };
	char text[MINISIGN_FILE_MAX];
	uint8_t hash[64];
	FILE *file = fopen(path, "r");
	size_t n;

	if (file == NULL || !minisign_public_parse(str_of(public), &k))
		return 2;
	n = fread(text, 1, sizeof text, file);
	fclose(file);
	if (minisign_parse((struct str){ text, n }, &f, &e) != OK)
		return fail("parse", &e);
	hash_stdin(hash);
	if (minisign_verify(&f, &k, hash, &e) != OK)
		return fail("verify", &e);
	printf("%.*s\n", (int)f.trusted.n, f.trusted.p);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (secret_init(NULL) != OK)
		return 1;
	if (strcmp(what, "age-keygen") == 0)
		return age_keygen();
	if (strcmp(what, "age-to") == 0 && argc > 2)
		return age_to(argc - 2, argv + 2);
	if (strcmp(what, "age-by") == 0)
		return age_by(argc - 2, argv + 2);
	if (strcmp(what, "sign") == 0 && argc == 4)
		return sign(argv[2], argv[3]);
	if (strcmp(what, "verify") == 0 && argc == 4)
		return verify(argv[2], argv[3]);
	return 2;
}
