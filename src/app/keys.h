#ifndef APP_KEYS_H
#define APP_KEYS_H
/*
 * Who opens this laptop: the passphrases of the key file, each of one officer
 * (SAFETY H10, E2, E4).  An officer changes his own; whoever reads restricted
 * fields, or has the recovery words, gives and takes those of others.  Each
 * change is a note in the chain of this device.
 */
#include "app/app.h"
#include "crypt/keyfile.h"

/* 14 characters at least, and more than what everybody tries first
 * (conf/denied.txt).  ERR_USAGE says what is wrong. */
enum err keys_check(struct arena *a, struct str passphrase, struct error *e)
    MUSTUSE;
/* Five words by chance, to offer. */
char *keys_offer(struct arena *a);

struct keys_slot {
	struct keyfile_slot slot;
	bool mine; /* it has opened this app */
};
enum err keys_list(const struct app *app, struct arena *a,
    struct keys_slot **out, size_t *n, struct error *e) MUSTUSE;
/* `passphrase` is the one that opened the app, asked for once more. */
enum err keys_change(struct app *app, struct str passphrase, struct str fresh,
    struct error *e) MUSTUSE;
enum err keys_add(struct app *app, struct str passphrase, struct str fresh,
    const char *officer, bool reads, struct error *e) MUSTUSE;
/* ERR_REFUSED for the last one, and the last that reads restricted fields. */
enum err keys_remove(struct app *app, struct str passphrase, unsigned id,
    struct error *e) MUSTUSE;
/* New recovery words; the old open nothing that is written from now on. */
enum err keys_renew(struct app *app, struct str passphrase, struct arena *a,
    char **words, struct error *e) MUSTUSE;
/* With the envelope in hand, and no passphrase. */
enum err keys_recover(const char *home, struct str words, struct str fresh,
    const char *officer, struct error *e) MUSTUSE;

#endif
