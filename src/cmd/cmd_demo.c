#include "cmd/cmd.h"

#include "demo/demo_store.h"
#include "base/number.h"

#define PERSONS_MAX 10000000

static enum err
number_arg(const char *name, const char *text, int64_t max, int64_t *out,
    struct error *e)
{
	if (text == NULL || !number_parse_int(str_of(text), out) || *out < 0 ||
	    *out > max)
		return error_set(e, ERR_USAGE,
		    N_("%s is a number up to %lld"), name, (long long)max);
	return OK;
}

static enum err
run(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *seed_text = NULL, *persons_text = NULL;
	const struct cmd_option options[] = {
		{ "--seed", &seed_text, NULL },
		{ "--persons", &persons_text, NULL },
	};
	int64_t seed = 0, persons = 0;
	uint64_t records = 0;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK)
		err = number_arg("--seed", seed_text, NUMBER_MAX, &seed, e);
	if (err == OK)
		err = number_arg(
		    "--persons", persons_text, PERSONS_MAX, &persons, e);
	if (err == OK)
		err = demo_store(c->app, (uint64_t)seed, (uint64_t)persons,
		    cmd_progress, NULL, &records, e);
	if (err != OK)
		return err;
	fprintf(c->out, _("%llu synthetic records were added.\n"),
	    (unsigned long long)records);
	return OK;
}

const struct cmd cmd_demo = {
	.name = "demo",
	.args = "--seed N --persons N",
	.help = N_("fill the register with a synthetic commune"),
	.needs = CMD_STORE,
	.run = run,
};
