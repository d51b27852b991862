/*
 * ansinh: options, find the command, open what it needs, run it, close.
 * Without a command the screens open.
 */
#include "app/app.h"
#include "app/conf.h"
#include "app/today.h"
#include "base/clock.h"
#include "base/file.h"
#include "cmd/cmd.h"
#include "crypt/secret.h"
#include "tui/tui.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSPHRASE_MAX 1024

/*
 * The settings' language unless LANGUAGE says otherwise, and UTF-8 in any
 * case: gettext works with C.UTF-8 and LANGUAGE, not with the plain C locale.
 * Settings that cannot be read are said later, by who needs them.
 */
static void
start_language(void)
{
	struct arena *a = arena_new();
	struct conf conf;

	if (getenv("LANGUAGE") == NULL)
		setenv("LANGUAGE",
		    conf_load(a, app_home(a), &conf, NULL) == OK
			? conf.word[CONF_LANGUAGE]
			: "vi",
		    1);
	arena_free(a);
	if (setlocale(LC_ALL, "") == NULL ||
	    strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("ansinh", file_locale_dir());
	bind_textdomain_codeset("ansinh", "UTF-8");
	textdomain("ansinh");
	/* At its first use gettext takes memory, and glibc does not survive
	 * that there is none; what base_die says must need no more. */
	(void)_("out of memory");
}

static void
usage(FILE *out)
{
	fprintf(out,
	    _("Usage: ansinh [--passphrase-file FILE] [--today DAY] [COMMAND "
	      "...]\n"
	      "Without a command the screens open.  Commands:\n"));
	cmd_print_all(out);
	fprintf(out, _("`ansinh COMMAND --help' says more; `man ansinh' "
		       "everything.\n"));
}

static int
complain(const struct error *e)
{
	if (e->code == ERR_FINDINGS && e->what[0] == '\0')
		return error_exit_status(e->code);
	cmd_complain(e);
	return error_exit_status(e->code);
}

/* One line from a file or a descriptor; its end is cut off. */
static enum err
read_passphrase(struct cmd_call *c, const char *file, struct error *e)
{
	const char *number = getenv("ANSINH_PASSPHRASE_FD");
	char *text = arena_alloc(c->arena, PASSPHRASE_MAX);
	struct str s;
	ssize_t n;
	enum err err;

	if (file != NULL) {
		err = file_read(c->arena, file, PASSPHRASE_MAX - 1, &s, e);
		if (err != OK)
			return err;
		memcpy(text, s.p, s.n);
	} else if (number != NULL) {
		n = read((int)strtol(number, NULL, 10), text,
		    PASSPHRASE_MAX - 1);
		if (n < 0)
			return error_errno(
			    e, ERR_IO, N_("cannot read the passphrase"));
	} else {
		return OK;
	}
	text[strcspn(text, "\r\n")] = '\0';
	c->passphrase = str_of(text);
	c->has_passphrase = true;
	return OK;
}

/* Also for commands that open no store. */
static enum err
set_today(struct cmd_call *c, const char *text, struct error *e)
{
	enum err err = today_parse(str_of(text), &c->today, e);

	if (err == OK && date_cmp(c->today, clock_machine_day()) != 0)
		clock_set_day(c->today);
	return err;
}

static enum err
run_command(struct cmd_call *c, const struct cmd *cmd, int argc, char **argv,
    struct error *e)
{
	enum err err = OK;

	c->bare = (cmd->needs & CMD_BARE) != 0;
	if ((cmd->needs & CMD_STORE) != 0)
		err = cmd_open_store(c, e);
	else if ((cmd->needs & CMD_FORMS) != 0)
		err = app_forms(c->arena, &c->forms, e);
	if (err == OK)
		err = cmd->run(c, argc, argv, e);
	app_close(c->app);
	return err;
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			return false;
		if (strcmp(argv[i], "--help") == 0)
			return true;
	}
	return false;
}

/* Options before the command.  Returns how many words they took. */
static int
own_options(int argc, char **argv, const char **passphrase_file,
    const char **today, bool *help, bool *version)
{
	int i = 0;

	for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			*help = true;
		else if (strcmp(argv[i], "--version") == 0)
			*version = true;
		else if (strcmp(argv[i], "--passphrase-file") == 0 &&
		    i + 1 < argc)
			*passphrase_file = argv[++i];
		else if (strncmp(argv[i], "--passphrase-file=", 18) == 0)
			*passphrase_file = argv[i] + 18;
		else if (strcmp(argv[i], "--today") == 0 && i + 1 < argc)
			*today = argv[++i];
		else if (strncmp(argv[i], "--today=", 8) == 0)
			*today = argv[i] + 8;
		else
			break;
	}
	return i;
}

int
main(int argc, char **argv)
{
	struct cmd_call c = { .out = stdout };
	struct error e = { .code = OK };
	const char *file = NULL, *today = NULL;
	const struct cmd *cmd;
	bool help = false, version = false;
	int words, status = 0;

	start_language();
	signal(SIGPIPE, SIG_DFL);
	words = own_options(
	    argc - 1, argv + 1, &file, &today, &help, &version) + 1;
	argc -= words;
	argv += words;
	if (help || version) {
		if (version)
			printf("%s\n", PACKAGE_STRING);
		else
			usage(stdout);
		return 0;
	}
	if (secret_init(&e) != OK)
		return complain(&e);
	c.arena = arena_new();
	c.home = app_home(c.arena);
	if ((today != NULL && set_today(&c, today, &e) != OK) ||
	    read_passphrase(&c, file, &e) != OK) {
		status = complain(&e);
		goto out;
	}
	if (argc == 0) {
		if (tui_run(c.home, c.has_passphrase ? &c.passphrase : NULL,
			c.today, &e) != OK)
			status = complain(&e);
		goto out;
	}
	cmd = cmd_lookup(argc, argv, &words);
	if (cmd == NULL && wants_help(argc, argv)) {
		usage(stdout);
	} else if (cmd == NULL) {
		fprintf(stderr, _("ansinh: unknown command: %s\n"), argv[0]);
		usage(stderr);
		status = error_exit_status(ERR_USAGE);
	} else if (wants_help(argc - words, argv + words)) {
		cmd_print_usage(stdout, cmd);
	} else if (run_command(&c, cmd, argc - words, argv + words, &e) !=
	    OK) {
		fflush(stdout);
		status = complain(&e);
		if (e.code == ERR_USAGE)
			cmd_print_usage(stderr, cmd);
	}
	if (fflush(stdout) != 0 && status == 0)
		status = error_exit_status(ERR_IO);
out:
	arena_free(c.arena);
	return status;
}
