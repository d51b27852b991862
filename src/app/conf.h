#ifndef APP_CONF_H
#define APP_CONF_H
/*
 * Settings are rows: name, kind, limits, default, help.  Reading, checking,
 * the manual and conf/ansinh.yaml all follow this one table.  Read in turn:
 * the defaults here, conf/ansinh.yaml of the data folder, ansinh.yaml of
 * $ANSINH_HOME.  An unknown name or a value outside its limits is an error.
 */
#include "base/arena.h"
#include "base/error.h"

/* id, name, least, most, words (NULL: an integer), default, help */
#define CONF_ROWS(X) \
	X(CONF_LANGUAGE, "language", 0, 0, "vi en", "vi", \
	    N_("language of the screens")) \
	X(CONF_TYPING, "typing", 0, 0, "telex vni off", "telex", \
	    N_("how Vietnamese letters are typed when a screen opens")) \
	X(CONF_TONE_STYLE, "tone_style", 0, 0, "old new", "old", \
	    N_("where the tone stands: old is hòa, new is hoà")) \
	X(CONF_COLOUR, "colour", 0, 0, "auto never", "auto", \
	    N_("never is for terminals whose colours cannot be read")) \
	X(CONF_KDF_MIB, "kdf_mib", 64, 512, NULL, "128", \
	    N_("memory that each try of a passphrase costs, in MiB, for new " \
	       "keys; at most a quarter of what the computer has"))

enum conf_id {
#define X(id, name, least, most, words, value, help) id,
	CONF_ROWS(X)
#undef X
	    CONF_COUNT
};

struct conf_row {
	const char *name;
	int64_t least, most;
	const char *words; /* allowed words with spaces between, or NULL */
	const char *value; /* default */
	const char *help;  /* msgid */
};

struct conf {
	const char *word[CONF_COUNT]; /* as written */
	int64_t number[CONF_COUNT];   /* of integers */
};

const struct conf_row *conf_row(enum conf_id id);
/* home may be NULL: only the defaults and the data folder. */
enum err conf_load(struct arena *a, const char *home, struct conf *out,
    struct error *e) MUSTUSE;
bool conf_is(const struct conf *c, enum conf_id id, const char *word);

#endif
