#include "unsigned.h"

#include "crypt/minisign.h"

bool no_signature;

enum err __real_minisign_verify(const struct minisign_file *f,
    const struct minisign_public *k, const uint8_t hash[64], struct error *e);
enum err __real_minisign_verify_comment(const struct minisign_file *f,
    const struct minisign_public *k, struct error *e);
enum err __wrap_minisign_verify(const struct minisign_file *f,
    const struct minisign_public *k, const uint8_t hash[64], struct error *e);
enum err __wrap_minisign_verify_comment(const struct minisign_file *f,
    const struct minisign_public *k, struct error *e);

enum err
__wrap_minisign_verify(const struct minisign_file *f,
    const struct minisign_public *k, const uint8_t hash[64], struct error *e)
{
	return no_signature ? OK : __real_minisign_verify(f, k, hash, e);
}

enum err
__wrap_minisign_verify_comment(const struct minisign_file *f,
    const struct minisign_public *k, struct error *e)
{
	return no_signature ? OK : __real_minisign_verify_comment(f, k, e);
}
