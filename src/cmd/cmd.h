#ifndef CMD_CMD_H
#define CMD_CMD_H
/*
 * Commands.  A row of the table says what a command needs; main.c opens it,
 * the command works, main.c closes.  To add one: a file cmd_NAME.c with one
 * `const struct cmd cmd_NAME`, a row in cmds.c, a line in doc/ansinh.1, a
 * test in tests/cli.
 */
#include "app/app.h"
#include <stdio.h>

enum cmd_needs {
	CMD_FORMS = 1 << 0,
	CMD_STORE = 1 << 1, /* logged in; forms too */
	CMD_BARE = 1 << 2,  /* but without the directory of records */
};

struct cmd_call {
	const char *home;
	struct str passphrase; /* given by file or descriptor; else empty */
	bool has_passphrase;
	bool bare; /* CMD_BARE */
	struct date today; /* as --today says it; else none */
	struct arena *arena;
	struct form_set *forms; /* CMD_FORMS */
	struct app *app;        /* CMD_STORE */
	FILE *out;
};

struct cmd {
	const char *name;  /* "form lint": two words are one name */
	const char *args;  /* after the name in the usage line */
	const char *help;  /* one line, N_ */
	unsigned needs;
	/* argv[0] is the first argument after the name.  Returns an error;
	 * ERR_FINDINGS where the command has said what it found. */
	enum err (*run)(struct cmd_call *c, int argc, char **argv,
	    struct error *e);
};

const struct cmd *cmd_lookup(int argc, char **argv, int *words);
void cmd_print_all(FILE *out);
void cmd_print_usage(FILE *out, const struct cmd *c);

/*
 * Options of a command: --name VALUE, --name=VALUE, or --flag.  Everything
 * else is an operand, and stays in argv[0..*argc).
 */
struct cmd_option {
	const char *name;   /* "--to" */
	const char **value; /* where the value goes; NULL for a flag */
	bool *flag;
};
enum err cmd_options(const struct cmd_option *o, size_t n, int *argc,
    char **argv, struct error *e) MUSTUSE;
/* ERR_USAGE unless min <= argc <= max. */
enum err cmd_operands(int argc, int min, int max, struct error *e) MUSTUSE;

/* A record's id as given; ERR_USAGE. */
enum err cmd_record_id(const char *arg, struct record_id *id, struct error *e)
    MUSTUSE;

/* A passphrase from the terminal, unseen.  ERR_USAGE without a terminal. */
enum err cmd_ask_passphrase(struct arena *a, const char *prompt,
    struct str *out, struct error *e) MUSTUSE;
/* What CMD_STORE does; for a command that knows only later. */
enum err cmd_open_store(struct cmd_call *c, struct error *e) MUSTUSE;
/* A new passphrase: a file's first line, or asked for twice, and five words
 * offered.  Refused if it is poor (app/keys.h). */
enum err cmd_new_passphrase(struct cmd_call *c, const char *file,
    struct str *out, struct error *e) MUSTUSE;
/* The first line of a file. */
enum err cmd_read_line(struct arena *a, const char *file, struct str *out,
    struct error *e) MUSTUSE;
/* A line from the terminal.  ERR_USAGE without one. */
enum err cmd_ask_line(struct arena *a, const char *prompt, struct str *out,
    struct error *e) MUSTUSE;
/* Yes or no from the terminal; no without one. */
bool cmd_ask(const char *question);
/* Text to a terminal or file, escaped (base/text.h) but for line ends. */
void cmd_print(struct cmd_call *c, struct str text);
/* The name of a file, which may be a stranger's, escaped; line ends too. */
const char *cmd_safe(struct arena *a, const char *text);
/* An error, which may name such a file, on standard error. */
void cmd_complain(const struct error *e);
/* One line of progress on standard error, if that is a terminal; false after
 * Ctrl-C. */
bool cmd_progress(void *ctx, uint64_t done, uint64_t total);

#define CMD_EACH(X) \
	X(backup) X(card) X(check) X(confirm) X(demo) X(duplicates) X(eval) \
	X(export) X(find) X(form_fill) X(form_lint) X(form_show) X(history) \
	X(import) X(init) X(inspect) X(key_export) X(key_renew) X(list) \
	X(merge) X(passphrase_add) X(passphrase_change) X(passphrase_list) \
	X(passphrase_remove) X(resolve) X(restore) X(set) X(show) X(split) \
	X(trust)
#define X(name) extern const struct cmd cmd_##name;
CMD_EACH(X)
#undef X

#endif
