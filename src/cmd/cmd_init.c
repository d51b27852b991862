#include "cmd/cmd.h"

#include "app/conf.h"
#include "app/keys.h"
#include "app/units.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

#include <string.h>

#define NEAR_MAX 8

/* No such code: which ones there are that may have been meant. */
static void
say_near(struct arena *a, const struct units *units, const char *code)
{
	const struct unit *near[NEAR_MAX];
	size_t n = units_near(units, str_of(code), near, NEAR_MAX);

	fprintf(stderr,
	    _("ansinh: no unit %s is known here; look at the code again "
	      "before going on\n"),
	    code);
	if (n > 0)
		fprintf(stderr, "%s\n", _("Known here, and near it:"));
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "  %s\n", unit_words(a, near[i]));
}

/* What the code means today, else what it last meant, else the code. */
static const char *
unit_title(struct arena *a, const char *code)
{
	const struct unit *found, *last = NULL;
	struct units *units;
	struct error ignored;

	if (units_load(a, file_data_path(a, "conf/units"), &units,
		&ignored) != OK)
		return code;
	found = units_get(units, str_of(code), clock_today());
	for (size_t i = 0; i < units_count(units); i++)
		if (strcmp(units_at(units, i)->code, code) == 0)
			last = units_at(units, i);
	if (found == NULL && last == NULL)
		say_near(a, units, code);
	return found != NULL ? found->title : last != NULL ? last->title
							   : code;
}

static enum err
kdf_mib(struct cmd_call *c, const char *text, unsigned *out, struct error *e)
{
	struct conf conf;
	int64_t n;
	enum err err;

	if (text == NULL) {
		err = conf_load(c->arena, c->home, &conf, e);
		*out = err == OK ? (unsigned)conf.number[CONF_KDF_MIB] : 0;
		return err;
	}
	if (!number_parse_int(str_of(text), &n) || n < 1 || n > 65536)
		return error_set(
		    e, ERR_USAGE, N_("--kdf-mib is a number of MiB"));
	*out = (unsigned)n;
	return OK;
}

static enum err
run(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *mib = NULL, *name = NULL;
	struct app_init in = { 0 };
	const struct cmd_option options[] = {
		{ "--role", &in.role, NULL },
		{ "--unit", &in.unit, NULL },
		{ "--officer", &in.officer, NULL },
		{ "--name", &name, NULL },
		{ "--kdf-mib", &mib, NULL },
	};
	char *words;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err != OK)
		return err;
	if (in.role == NULL || in.unit == NULL || in.officer == NULL)
		return error_set(e, ERR_USAGE,
		    N_("--role, --unit and --officer are needed"));
	if ((err = kdf_mib(c, mib, &in.kdf_mib, e)) != OK)
		return err;
	in.unit_name = name != NULL ? name : unit_title(c->arena, in.unit);
	if ((err = app_init_check(&in, e)) != OK)
		return err;
	in.passphrase = c->passphrase;
	if ((err = c->has_passphrase
	            ? keys_check(c->arena, in.passphrase, e)
	            : cmd_new_passphrase(c, NULL, &in.passphrase, e)) != OK)
		return err;
	if ((err = app_init(c->home, &in, c->arena, &words, e)) != OK)
		return err;
	fprintf(c->out,
	    _("Set up for %s (%s) in %s.\n"
	      "The recovery words open everything when the passphrase is lost.\n"
	      "Write them on paper twice, put them into two sealed envelopes, "
	      "and keep them nowhere else:\n\n    %s\n"),
	    in.unit_name, in.unit, c->home, words);
	return OK;
}

const struct cmd cmd_init = {
	.name = "init",
	.args = "--role commune|district --unit CODE --officer NAME "
		"[--name UNIT-NAME] [--kdf-mib N]",
	.help = N_("set up this laptop for a unit"),
	.run = run,
};
