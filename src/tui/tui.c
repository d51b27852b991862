#include "tui/tui.h"

#include "app/conf.h"
#include "app/disk.h"
#include "app/today.h"
#include "crypt/secret.h"
#include "tui/screens.h"

#include <string.h>
#include <unistd.h>

struct login {
	struct error error; /* of the last try */
};

/* An empty desk, drawn while the passphrase is asked for. */
static void
draw_login(struct ui *ui, void *state)
{
	const struct login *s = state;

	(void)ui;
	term_put(2, 2, -1, TERM_HEADING, str_of(_("ansinh: social protection "
						  "register of the commune")));
	term_put(4, 2, -1, TERM_PLAIN,
	    str_of(_("Esc or F10: leave the program")));
	if (s->error.code != OK)
		term_put(6, 2, -1, TERM_ERROR, str_of(s->error.what));
}

static const char *
login_title(struct ui *ui, void *state)
{
	(void)ui;
	(void)state;
	return _("Login");
}

static const struct screen login_screen = {
	.state_size = sizeof(struct login),
	.draw = draw_login,
	.title = login_title,
	.keys = N_(" Enter Login  Esc Leave"),
};

/* After wrong passphrases, also those before the program was started. */
static void
wait_for_turn(struct ui *ui)
{
	int ms = app_wait_ms(ui->home);

	for (; ms > 0; ms -= 1000) {
		ui_say(ui, TERM_WARNING,
		    _("After a wrong passphrase: %d seconds..."),
		    (ms + 999) / 1000);
		ui_redraw(ui);
		(void)usleep((useconds_t)(ms > 1000 ? 1000 : ms) * 1000);
	}
	ui->message[0] = '\0';
}

static enum err
login(struct ui *ui, const struct str *passphrase, struct error *e)
{
	struct login *s;
	struct str typed;
	enum err err;

	if (passphrase != NULL)
		return app_open(ui->home, *passphrase, &ui->app, e);
	s = ui_push(ui, &login_screen);
	for (;;) {
		wait_for_turn(ui);
		if (!ui_prompt_secret(ui, _("Passphrase:"), &typed)) {
			ui_pop(ui);
			return ERR_CANCELLED;
		}
		ui_say(ui, TERM_PLAIN, "%s", _("Opening..."));
		ui_redraw(ui);
		err = app_open(ui->home, typed, &ui->app, e);
		if (typed.n > 0)
			secret_wipe((void *)(uintptr_t)typed.p, typed.n);
		arena_reset(ui->scratch);
		if (err != ERR_KEY)
			break;
		s->error = *e;
		ui->message[0] = '\0';
		term_beep();
	}
	ui->message[0] = '\0';
	ui_pop(ui);
	return err;
}

/* Whom nobody has set up is asked, if somebody is there to answer. */
static enum err
enter(struct ui *ui, const struct str *passphrase, struct error *e)
{
	struct str fresh = { NULL, 0 };
	enum err err;

	if (app_is_there(ui->home))
		return login(ui, passphrase, e);
	if ((err = screen_setup_ask(ui, &fresh, e)) == OK)
		err = login(ui, &fresh, e);
	passphrase_wipe(&fresh);
	return err;
}

/* What who logs in should know of this computer. */
static void
tell_of_computer(struct ui *ui)
{
	const char *strange;

	if (disk_is_strange(ui->app, &strange))
		ui_page(ui, _("Where the register lies"), str_of(strange));
	if (!secret_all_locked())
		ui_say(ui, TERM_WARNING, "%s",
		    _("Keys may reach the disk's swap space: the limit "
		      "of locked memory is too small (ulimit -l)."));
}

enum err
tui_run(const char *home, const struct str *passphrase, struct date today,
    struct error *e)
{
	struct ui ui = { .depth = 0 };
	struct conf conf;
	enum err err;

	if (!app_is_there(home) &&
	    (passphrase != NULL || !isatty(STDIN_FILENO) ||
		!isatty(STDOUT_FILENO)))
		return error_set(e, ERR_NOTFOUND,
		    N_("nothing is set up here yet: %s; the first step: "
		       "ansinh init --role commune --unit CODE "
		       "--officer 'NAME'"), home);
	ui.home = home;
	ui.scratch = arena_new();
	err = conf_load(ui.scratch, home, &conf, e);
	if (err == OK)
		err = term_open(!conf_is(&conf, CONF_COLOUR, "never"), e);
	if (err != OK) {
		arena_free(ui.scratch);
		return err;
	}
	ui.compose.method = conf_is(&conf, CONF_TYPING, "telex")
	    ? COMPOSE_TELEX
	    : conf_is(&conf, CONF_TYPING, "vni") ? COMPOSE_VNI
						: COMPOSE_OFF;
	ui.compose.new_style = conf_is(&conf, CONF_TONE_STYLE, "new");
	err = enter(&ui, passphrase, e);
	if (err == OK && today.precision != DATE_NONE)
		err = today_set(ui.app, today, e);
	else if (err == OK && !today_is_known(ui.app))
		err = screen_day_ask(&ui, e);
	if (err == OK) {
		ui.app->saving.goes_on = true;
		screen_home_open(&ui);
		tell_of_computer(&ui);
		err = ui_loop(&ui, e);
		draft_settle();
		if (err == OK && draft_has_failed(e))
			err = e->code;
	}
	app_close(ui.app);
	arena_free(ui.scratch);
	term_close();
	return err == ERR_CANCELLED ? OK : err;
}
