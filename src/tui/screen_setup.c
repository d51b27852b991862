/*
 * The first start: whose laptop this is, who uses it, a passphrase, and the
 * recovery words to write down.  One question after another; Esc goes back one,
 * and nothing is made before the last is answered.
 */
#include "tui/screens.h"

#include "app/conf.h"
#include "app/units.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

#include <string.h>

enum step { STEP_ROLE, STEP_UNIT, STEP_OFFICER, STEP_PASSPHRASE, STEP_AGREE,
	STEP_DONE };

struct setup_screen {
	struct arena *arena;
	struct app_init in;
	const char *unit_words; /* "Xã Hà Kỳ (11149)" */
	const char *offer;      /* of a passphrase, while it is asked for */
	enum step step;
};

static void
put_answer(int y, const char *label, const char *answer)
{
	term_put(y, 2, 22, TERM_LABEL, str_of(label));
	term_put(y, 24, -1, TERM_PLAIN,
	    str_of(answer == NULL ? "-" : answer));
}

static void
draw(struct ui *ui, void *state)
{
	const struct setup_screen *s = state;
	int gap = ui_body_rows() >= 12, y = 1 + gap; /* where there is room */

	term_put(y++, 2, -1, TERM_HEADING,
	    str_of(_("This laptop is not set up yet.")));
	term_put(y++, 2, -1, TERM_PLAIN,
	    str_of(_("Answer the questions below; Esc goes back one.")));
	y += gap;
	put_answer(y++, _("Unit:"), s->unit_words);
	put_answer(y++, _("Officer:"), s->in.officer);
	put_answer(y++, _("Passphrase:"),
	    s->step > STEP_PASSPHRASE ? "******" : NULL);
	y += gap;
	if (s->step == STEP_PASSPHRASE)
		term_put(y++, 2, -1, TERM_PLAIN,
		    str_of(_("At least 14 characters, such as five words.  "
			     "Nobody can look it up.")));
	passphrase_draw_offer(ui, y, s->offer);
}

static const struct screen setup_screen = {
	.state_size = sizeof(struct setup_screen),
	.draw = draw,
	.name = N_("Setting up"),
	.keys = N_(" Enter Go on  Esc Back"),
};

static bool
ask_role(struct ui *ui, struct setup_screen *s)
{
	const char *const lines[] = {
		_("The commune: keeps the records"),
		_("The level above (district): takes them in and decides"),
	};
	int chosen = ui_pick(ui, _(" Whose laptop is this?"), lines,
	    ARRAY_LEN(lines), 0);

	s->in.role = chosen == 1 ? "district" : "commune";
	s->in.unit = s->in.unit_name = s->unit_words = NULL;
	return chosen >= 0;
}

/* A unit of another province. */
static bool
ask_code(struct ui *ui, struct setup_screen *s)
{
	struct str code, name;

	if (!ui_prompt(ui, _("Code of the unit:"), "", false, &code) ||
	    !ui_prompt(ui, _("Name of the unit (Xã Hà Kỳ):"), "", true,
		&name) ||
	    text_trim(name).n == 0)
		return false;
	s->in.unit = arena_str(s->arena, text_trim(code));
	s->in.unit_name = arena_str(s->arena, text_trim(name));
	s->unit_words = arena_printf(
	    s->arena, "%s (%s)", s->in.unit_name, s->in.unit);
	return true;
}

/* The units of a level, those of today before those of other days. */
static size_t
list_units(const struct units *units, bool communes, const struct unit **list)
{
	size_t n = 0;

	for (int other = 0; other < 2; other++)
		for (size_t i = 0; i < units_count(units); i++) {
			const struct unit *unit = units_at(units, i);
			bool today = unit == units_get(units,
			    str_of(unit->code), clock_today());

			if ((unit->level == UNIT_COMMUNE) == communes &&
			    today == (other == 0))
				list[n++] = unit;
		}
	return n;
}

static bool
ask_unit(struct ui *ui, struct setup_screen *s)
{
	bool commune = strcmp(s->in.role, "commune") == 0;
	const struct unit **list;
	const char *dir = file_data_path(s->arena, "conf/units"), **lines;
	struct units *units;
	struct error e;
	size_t n;
	int chosen;

	if (dir == NULL || units_load(s->arena, dir, &units, &e) != OK)
		return ask_code(ui, s);
	list = arena_array(s->arena, units_count(units) + 1, sizeof *list);
	lines = arena_array(s->arena, units_count(units) + 1, sizeof *lines);
	lines[0] = _("Another: its code is typed");
	n = list_units(units, commune, list);
	for (size_t i = 0; i < n; i++)
		lines[i + 1] = unit_words(s->arena, list[i]);
	chosen = ui_pick(ui, _(" Which unit?  Type part of its name"), lines,
	    n + 1, n > 0);
	if (chosen < 0)
		return false;
	if (chosen == 0)
		return ask_code(ui, s);
	s->in.unit = list[chosen - 1]->code;
	s->in.unit_name = list[chosen - 1]->title;
	s->unit_words = lines[chosen];
	return true;
}

static bool
ask_officer(struct ui *ui, struct setup_screen *s)
{
	struct str name;
	struct error e = { .code = OK };

	for (;;) {
		if (!ui_prompt(ui, _("Full name of the officer:"),
			s->in.officer == NULL ? "" : s->in.officer, true,
			&name))
			return false;
		s->in.officer = arena_str(s->arena, text_trim(name));
		if (app_init_check(&s->in, &e) == OK)
			return true;
		ui_notice(ui, e.what);
		if (ui->leaving)
			return false;
	}
}

static bool
ask_passphrase(struct ui *ui, struct setup_screen *s)
{
	bool given;

	passphrase_wipe(&s->in.passphrase);
	given = passphrase_ask(ui, s->arena, &s->offer, &s->in.passphrase);
	s->offer = NULL;
	return given;
}

static bool
agree(struct ui *ui, struct setup_screen *s)
{
	(void)s;
	return ui_confirm(ui, UI_ENTER_YES,
	    _("Set this laptop up with what stands above?"));
}

/* Not left before they are on paper. */
static void
show_words(struct ui *ui, const char *words)
{
	const char *text = arena_printf(ui->scratch,
	    _("The laptop is set up.\n\n"
	      "These recovery words open everything when the passphrase is "
	      "lost.  They are shown only now.\n\n    %s\n\n"
	      "Write them on paper twice, put them into two sealed envelopes, "
	      "and keep them nowhere else."),
	    words);

	while (!ui->leaving &&
	    !ui_confirm_page(ui, _(" Recovery words"), str_of(text),
		UI_ENTER_NO, _("Are they on both papers?")))
		continue;
}

static enum err
make(struct ui *ui, struct setup_screen *s, struct error *e)
{
	struct conf conf;
	char *words;
	enum err err = conf_load(s->arena, ui->home, &conf, e);

	if (err != OK)
		return err;
	s->in.kdf_mib = (unsigned)conf.number[CONF_KDF_MIB];
	ui_say(ui, TERM_PLAIN, "%s", _("Setting up..."));
	ui_redraw(ui);
	err = app_init(ui->home, &s->in, s->arena, &words, e);
	if (err == OK)
		show_words(ui, words);
	return err;
}

enum err
screen_setup_ask(struct ui *ui, struct str *passphrase, struct error *e)
{
	static bool (*const ask[])(struct ui *, struct setup_screen *) = {
		[STEP_ROLE] = ask_role,
		[STEP_UNIT] = ask_unit,
		[STEP_OFFICER] = ask_officer,
		[STEP_PASSPHRASE] = ask_passphrase,
		[STEP_AGREE] = agree,
	};
	struct setup_screen *s = ui_push(ui, &setup_screen);
	enum err err = ERR_CANCELLED;

	s->arena = ui_arena(ui);
	while (s->step != STEP_DONE && !ui->leaving) {
		if (ask[s->step](ui, s))
			s->step++;
		else if (s->step > STEP_ROLE)
			s->step--;
		else
			break;
	}
	if (s->step == STEP_DONE && !ui->leaving)
		err = make(ui, s, e);
	if (err == OK)
		*passphrase = s->in.passphrase;
	else
		passphrase_wipe(&s->in.passphrase);
	ui->message[0] = '\0';
	ui_pop(ui);
	return err;
}
