#include "cmd/cmd.h"

#include "app/disk.h"
#include "app/today.h"
#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const struct cmd *const table[] = {
#define X(name) &cmd_##name,
	CMD_EACH(X)
#undef X
};

const struct cmd *
cmd_lookup(int argc, char **argv, int *words)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const char *name = table[i]->name;
		const char *space = strchr(name, ' ');
		size_t n = space == NULL ? strlen(name)
					 : (size_t)(space - name);

		if (argc < 1 || strlen(argv[0]) != n ||
		    memcmp(argv[0], name, n) != 0)
			continue;
		if (space != NULL &&
		    (argc < 2 || strcmp(argv[1], space + 1) != 0))
			continue;
		*words = space == NULL ? 1 : 2;
		return table[i];
	}
	return NULL;
}

void
cmd_print_all(FILE *out)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		fprintf(out, "  %-17s %s\n", table[i]->name,
		    _(table[i]->help));
}

void
cmd_print_usage(FILE *out, const struct cmd *c)
{
	fprintf(out, "ansinh %s%s%s\n    %s\n", c->name,
	    c->args[0] == '\0' ? "" : " ", c->args, _(c->help));
}

/* True if arg is the option, or "option=value". */
static bool
is_option(const char *arg, const struct cmd_option *o, const char **value)
{
	size_t n = strlen(o->name);

	if (strncmp(arg, o->name, n) != 0)
		return false;
	*value = arg[n] == '=' ? arg + n + 1 : NULL;
	return arg[n] == '\0' || (arg[n] == '=' && o->value != NULL);
}

enum err
cmd_options(const struct cmd_option *o, size_t n, int *argc, char **argv,
    struct error *e)
{
	const char *value = NULL;
	int kept = 0, i;
	size_t k;

	for (i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (strncmp(argv[i], "--", 2) != 0) {
			argv[kept++] = argv[i];
			continue;
		}
		for (k = 0; k < n && !is_option(argv[i], &o[k], &value); k++)
			continue;
		if (k == n)
			return error_set(e, ERR_USAGE,
			    N_("unknown option: %s"), argv[i]);
		if (o[k].value == NULL) {
			*o[k].flag = true;
			continue;
		}
		if (value == NULL && i + 1 == *argc)
			return error_set(e, ERR_USAGE,
			    N_("%s needs a value"), argv[i]);
		*o[k].value = value != NULL ? value : argv[++i];
	}
	for (; i < *argc; i++)
		argv[kept++] = argv[i];
	*argc = kept;
	return OK;
}

enum err
cmd_operands(int argc, int min, int max, struct error *e)
{
	if (argc < min)
		return error_set(e, ERR_USAGE, N_("an argument is missing"));
	if (argc > max)
		return error_set(e, ERR_USAGE, N_("one argument too many"));
	return OK;
}

/* A person will take their time: no transaction is open meanwhile. */
static FILE *
ask_on(void)
{
	store_at_rest();
	return fopen("/dev/tty", "r+");
}

enum err
cmd_record_id(const char *arg, struct record_id *id, struct error *e)
{
	if (!record_id_parse(str_of(arg), id))
		return error_set(e, ERR_USAGE,
		    N_("an id has 26 characters a-z and 2-7: %s"), arg);
	return OK;
}

enum err
cmd_ask_passphrase(
    struct arena *a, const char *prompt, struct str *out, struct error *e)
{
	struct termios before, quiet;
	char line[1024];
	FILE *tty = ask_on();
	bool got;

	if (tty == NULL)
		return error_set(e, ERR_USAGE,
		    N_("no terminal to ask on; use --passphrase-file"));
	fprintf(tty, "%s", prompt);
	fflush(tty);
	tcgetattr(fileno(tty), &before);
	quiet = before;
	quiet.c_lflag &= (tcflag_t)~ECHO;
	tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
	got = fgets(line, sizeof line, tty) != NULL;
	tcsetattr(fileno(tty), TCSAFLUSH, &before);
	fprintf(tty, "\n");
	fclose(tty);
	if (!got)
		return error_set(e, ERR_USAGE, N_("no passphrase was given"));
	line[strcspn(line, "\r\n")] = '\0';
	*out = str_of(arena_strdup(a, line));
	explicit_bzero(line, sizeof line);
	return OK;
}

enum err
cmd_ask_line(
    struct arena *a, const char *prompt, struct str *out, struct error *e)
{
	FILE *tty = ask_on();
	char line[256];
	bool got;

	if (tty == NULL)
		return error_set(e, ERR_USAGE, N_("no terminal to ask on"));
	fprintf(tty, "%s", prompt);
	fflush(tty);
	got = fgets(line, sizeof line, tty) != NULL;
	fclose(tty);
	if (!got)
		return error_set(e, ERR_USAGE, N_("nothing was typed"));
	line[strcspn(line, "\r\n")] = '\0';
	*out = str_of(arena_strdup(a, line));
	return OK;
}

/* Wrong passphrases before this one, given or typed, are waited for. */
static void
wait_for_turn(const char *home)
{
	int ms = app_wait_ms(home);

	if (ms >= 1000)
		fprintf(stderr,
		    _("ansinh: after a wrong passphrase: %d seconds...\n"),
		    (ms + 999) / 1000);
	while (ms > 0) {
		(void)usleep((useconds_t)(ms > 500 ? 500 : ms) * 1000);
		ms -= 500;
	}
}

/*
 * What day it is, where the clock does not fit what is known.  Who was asked
 * for the passphrase is asked for the day, too; a script goes on, and what it
 * saves is marked doubtful.
 */
static enum err
find_today(struct cmd_call *c, struct error *e)
{
	struct error why = { .code = OK };
	struct str text;
	enum err err;

	if (c->today.precision != DATE_NONE)
		return today_set(c->app, c->today, e);
	if (today_is_known(c->app))
		return OK;
	fprintf(stderr, "ansinh: %s\n", today_doubt(c->app, c->arena));
	if (c->has_passphrase) {
		fprintf(stderr, "ansinh: %s\n",
		    _("what is saved now is marked as of a doubtful day "
		      "(--today DAY says which day it is)"));
		return OK;
	}
	do {
		if (why.code != OK)
			fprintf(stderr, "ansinh: %s\n", why.what);
		err = cmd_ask_line(c->arena, _("What day is it today? "),
		    &text, e);
		if (err != OK)
			return err;
	} while (today_parse(text, &c->today, &why) != OK);
	return today_set(c->app, c->today, e);
}

enum err
cmd_open_store(struct cmd_call *c, struct error *e)
{
	const char *strange;
	enum err err = OK;

	if (!app_is_there(c->home))
		return error_set(e, ERR_NOTFOUND,
		    N_("nothing is set up here yet: %s; the first step: "
		       "ansinh init --role commune --unit CODE "
		       "--officer 'NAME'"),
		    c->home);
	wait_for_turn(c->home);
	if (!c->has_passphrase)
		err = cmd_ask_passphrase(
		    c->arena, _("Passphrase: "), &c->passphrase, e);
	if (err == OK)
		err = (c->bare ? app_open_bare : app_open)(
		    c->home, c->passphrase, &c->app, e);
	if (err == OK && !c->bare)
		err = find_today(c, e);
	if (err != OK)
		return err;
	c->forms = c->app->forms;
	if (store_was_restored(c->app->store))
		fprintf(stderr,
		    _("ansinh: this register was restored or copied; "
		      "it goes on in a new chain\n"));
	if (disk_is_strange(c->app, &strange))
		fprintf(stderr, "ansinh: %s\n", strange);
	return OK;
}

bool
cmd_ask(const char *question)
{
	FILE *tty = ask_on();
	char line[16];
	bool yes = false;

	if (tty == NULL)
		return false;
	fprintf(tty, "%s [c/k] ", question);
	fflush(tty);
	if (fgets(line, sizeof line, tty) != NULL)
		yes = strchr("cCyY", line[0]) != NULL && line[0] != '\0';
	fclose(tty);
	return yes;
}

void
cmd_print(struct cmd_call *c, struct str text)
{
	struct buf safe = BUF_INIT;
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != '\n' && text.p[i] != '\t')
			continue;
		text_safe(&safe, (struct str){ text.p + from, i - from });
		if (i < text.n)
			buf_addc(&safe, text.p[i]);
		from = i + 1;
	}
	fwrite(buf_cstr(&safe), 1, safe.n, c->out);
	buf_release(&safe);
}

const char *
cmd_safe(struct arena *a, const char *text)
{
	struct buf safe = BUF_INIT;
	const char *out;

	text_safe(&safe, str_of(text));
	out = arena_str(a, buf_str(&safe));
	buf_release(&safe);
	return out;
}

void
cmd_complain(const struct error *e)
{
	struct arena *a = arena_new();

	fprintf(stderr, "ansinh: %s%s%s\n", cmd_safe(a, e->where),
	    e->where[0] == '\0' ? "" : ": ", cmd_safe(a, e->what));
	arena_free(a);
}

static volatile sig_atomic_t told_to_stop;

static void
on_interrupt(int sig)
{
	(void)sig;
	told_to_stop = 1;
}

/* Once work goes on, Ctrl-C stops it where nothing is half done; a second one
 * does not wait. */
bool
cmd_progress(void *ctx, uint64_t done, uint64_t total)
{
	const struct sigaction stop = { .sa_handler = on_interrupt,
		.sa_flags = (int)SA_RESETHAND };
	static int shown = -1;
	int percent = total == 0 ? 100 : (int)(done * 100 / total);

	(void)ctx;
	if (shown < 0)
		sigaction(SIGINT, &stop, NULL);
	if (percent != shown && isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r%3d%%%s", percent,
		    percent == 100 ? "\r    \r" : "");
	}
	shown = percent;
	if (clock_slowed_ms() > 0)
		(void)usleep((useconds_t)clock_slowed_ms() * 1000);
	return !told_to_stop;
}
