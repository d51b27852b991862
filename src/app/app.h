#ifndef APP_APP_H
#define APP_APP_H
/*
 * The program's state after login: first set-up, opening, trust, in app.c,
 * unlock.c and trusting.c; the other use cases have headers of their own.  Each
 * change of records is one transaction of the store; a hand-over logs part by
 * part.  Nothing here prints.
 *
 * $ANSINH_HOME holds: keys.json (key file), tries (wrong passphrases), db/ and
 * token and lock (store), drafts/, backup/, ansinh.yaml (settings of this desk).
 */
#include "form/fill.h"
#include "handoff/bundle.h"
#include "store/directory.h"

#define APP_DEVICE_SEEDS 64 /* 32 signing, 32 age */

struct rules;   /* app/rules.h */
struct editing; /* app/editing.h */

struct app {
	char *home;
	struct arena *arena; /* until app_close */
	struct form_set *forms;
	struct rules *rules;
	struct store *store;
	struct directory *directory;
	uint8_t *data_key; /* secret memory */
	struct minisign_secret *sign;
	struct age_identity *age;
	/* NULL if this passphrase does not read restricted fields. */
	struct age_identity *recovery, *restricted;
	struct card card;
	struct trust *trust;  /* lives in trust_arena */
	struct arena *trust_arena;
	unsigned slot;    /* of the key file, that opened it */
	char officer[96]; /* whose it is */
	char *drafts_dir;
	enum form_owner role;
	struct { /* app/saving.h */
		bool goes_on; /* the screens do, while a commit is on its way */
		struct saving *first; /* of those that are, in order */
		unsigned newest, failures; /* how many there were */
	} saving;
};

/* "$ANSINH_HOME", else $XDG_DATA_HOME/ansinh, else ~/.local/share/ansinh. */
char *app_home(struct arena *a);
/* The forms and choice lists of the data folder. */
enum err app_forms(struct arena *a, struct form_set **out, struct error *e)
    MUSTUSE;

/* Reads the list of words, for crypt/words.h. */
enum err app_words(struct arena *a, struct error *e) MUSTUSE;

struct app_init {
	const char *role, *unit, *officer, *unit_name;
	struct str passphrase;
	unsigned kdf_mib;
};
/* ERR_USAGE says what cannot be; the passphrase is not asked about. */
enum err app_init_check(const struct app_init *in, struct error *e) MUSTUSE;
/* Keys, store, card.  *words: the recovery words, shown once. */
enum err app_init(const char *home, const struct app_init *in,
    struct arena *a, char **words, struct error *e) MUSTUSE;
/* How long the next passphrase has to wait, after wrong ones. */
int app_wait_ms(const char *home);
/* One passphrase for one person, however the keyboard makes its letters. */
struct str app_passphrase(struct arena *a, struct str typed);
/* The key file alone; counts wrong passphrases. */
struct master; /* crypt/keyfile.h */
enum err app_unlock(const char *home, struct str passphrase,
    struct master **out, struct error *e) MUSTUSE;
/* ERR_KEY, ERR_BUSY, ERR_NOTFOUND (no store here), ERR_CORRUPT. */
enum err app_open(const char *home, struct str passphrase, struct app **out,
    struct error *e) MUSTUSE;
/* The same without the directory: for what neither searches nor names records,
 * and should not take the time and memory. */
enum err app_open_bare(const char *home, struct str passphrase,
    struct app **out, struct error *e) MUSTUSE;
void app_close(struct app *app);
bool app_is_there(const char *home);

/* The scope that a new record of this desk belongs to. */
const char *app_scope(const struct app *app);
const struct form *app_form_of(
    const struct app *app, const struct record *r);
/* What a record is called: its name, or its linked person's. */
struct str app_record_title(
    struct app *app, struct arena *a, const struct record_id *id);
/* Text of a field of a record, as stored; for links in forms. */
struct value app_linked_value(struct app *app, struct arena *a,
    struct str id, struct str field);

/* Trust. */
enum err app_card(struct app *app, struct arena *a, char **text,
    struct error *e) MUSTUSE;
enum err app_trust(struct app *app, const struct card *c, struct error *e)
    MUSTUSE;
/* What the store has learnt since: the trust list, and forms that came with
 * bundles, under which records that waited are folded again.  At login, and
 * after every import. */
enum err app_learn(struct app *app, struct error *e) MUSTUSE;
enum err app_trust_save(struct app *app, const struct trust *t,
    struct error *e) MUSTUSE;
struct bundle_self app_self(const struct app *app,
    const struct age_identity *identities[2]);

#endif
