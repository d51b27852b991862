/* passphrase list, change, add, remove; key renew: who opens this laptop. */
#include "cmd/cmd.h"

#include "app/keys.h"
#include "base/cjson.h"
#include "base/file.h"
#include "base/number.h"

#include <string.h>

enum err
cmd_read_line(struct arena *a, const char *file, struct str *out,
    struct error *e)
{
	enum err err = file_read(a, file, 1023, out, e);
	const char *end;

	if (err != OK || out->n == 0)
		return err;
	end = memchr(out->p, '\n', out->n);
	if (end != NULL)
		out->n = (size_t)(end - out->p);
	if (out->n > 0 && out->p[out->n - 1] == '\r')
		out->n--;
	return OK;
}

enum err
cmd_new_passphrase(struct cmd_call *c, const char *file, struct str *out,
    struct error *e)
{
	struct str again = { NULL, 0 };
	const char *prompt;
	enum err err;

	if (file != NULL) {
		err = cmd_read_line(c->arena, file, out, e);
		return err != OK ? err : keys_check(c->arena, *out, e);
	}
	prompt = arena_printf(c->arena,
	    _("Five words by chance, if you like: %s\n"
	      "New passphrase (at least 14 characters): "),
	    keys_offer(c->arena));
	for (;;) { /* until one is good, or who types gives up */
		if ((err = cmd_ask_passphrase(c->arena, prompt, out, e)) != OK)
			return err;
		if (keys_check(c->arena, *out, e) == OK) {
			err = cmd_ask_passphrase(
			    c->arena, _("Once more: "), &again, e);
			if (err != OK || str_eq(*out, again))
				return err;
			error_set(e, ERR_USAGE,
			    N_("the two passphrases differ"));
		}
		cmd_complain(e);
	}
}

static enum err
list(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool json = false;
	const struct cmd_option options[] = { { "--json", NULL, &json } };
	struct keys_slot *slots = NULL;
	size_t n = 0;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK)
		err = keys_list(c->app, c->arena, &slots, &n, e);
	if (err != OK)
		return err;
	for (size_t i = 0; i < n; i++) {
		const struct keyfile_slot *s = &slots[i].slot;
		struct buf line = BUF_INIT;
		struct cjson_writer w;

		if (json) {
			cjson_start(&w, &line);
			cjson_open_object(&w);
			cjson_put_key(&w, STR("mine"));
			cjson_put_bool(&w, slots[i].mine);
			cjson_put_pair(&w, "officer", str_of(s->label));
			cjson_put_key(&w, STR("restricted"));
			cjson_put_bool(&w, s->reads);
			cjson_put_key(&w, STR("slot"));
			cjson_put_int(&w, s->id);
			cjson_close_object(&w);
		} else {
			buf_printf(&line, "%3u  %s%s%s", s->id, s->label,
			    s->reads ? _("  (reads restricted fields)") : "",
			    slots[i].mine ? _("  (this one)") : "");
		}
		cmd_print(c, buf_str(&line));
		fputc('\n', c->out);
		buf_release(&line);
	}
	return OK;
}

static enum err
change(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *file = NULL;
	const struct cmd_option options[] = { { "--new-file", &file, NULL } };
	struct str fresh = { NULL, 0 };
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK)
		err = cmd_new_passphrase(c, file, &fresh, e);
	if (err == OK)
		err = keys_change(c->app, c->passphrase, fresh, e);
	if (err == OK)
		fprintf(c->out, _("Changed.\n"));
	return err;
}

/* By the envelope: nobody has logged in. */
static enum err
recover(struct cmd_call *c, const char *words_file, const char *file,
    const char *officer, struct error *e)
{
	struct str words, fresh = { NULL, 0 };
	enum err err = cmd_read_line(c->arena, words_file, &words, e);

	if (err == OK)
		err = cmd_new_passphrase(c, file, &fresh, e);
	if (err == OK)
		err = keys_recover(c->home, words, fresh, officer, e);
	if (err == OK)
		fprintf(c->out,
		    _("%s can log in.  The recovery words have been used: "
		      "make new ones (ansinh key renew), for two new "
		      "envelopes.\n"),
		    officer);
	return err;
}

static enum err
add(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *file = NULL, *officer = NULL, *words = NULL;
	bool reads = false;
	const struct cmd_option options[] = {
		{ "--officer", &officer, NULL },
		{ "--new-file", &file, NULL },
		{ "--recovery-file", &words, NULL },
		{ "--restricted", NULL, &reads },
	};
	struct str fresh = { NULL, 0 };
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK && officer == NULL)
		err = error_set(e, ERR_USAGE, N_("--officer NAME is needed"));
	if (err == OK && words != NULL)
		return recover(c, words, file, officer, e);
	if (err == OK)
		err = cmd_open_store(c, e);
	if (err == OK)
		err = cmd_new_passphrase(c, file, &fresh, e);
	if (err == OK)
		err = keys_add(
		    c->app, c->passphrase, fresh, officer, reads, e);
	if (err == OK)
		fprintf(c->out, _("%s can log in.\n"), officer);
	return err;
}

static enum err
take(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	int64_t id = 0;
	enum err err = cmd_operands(argc, 1, 1, e);

	if (err == OK &&
	    (!number_parse_int(str_of(argv[0]), &id) || id < 1 ||
		id > 1000000))
		err = error_set(e, ERR_USAGE,
		    N_("a slot is a number (ansinh passphrase list)"));
	if (err == OK)
		err = keys_remove(c->app, c->passphrase, (unsigned)id, e);
	if (err == OK)
		fprintf(c->out, _("Removed.\n"));
	return err;
}

static enum err
renew(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	char *words = NULL;
	enum err err = cmd_operands(argc, 0, 0, e);

	(void)argv;
	if (err == OK)
		err = keys_renew(c->app, c->passphrase, c->arena, &words, e);
	if (words != NULL) /* the old ones open nothing any more */
		fprintf(c->out,
		    _("New recovery words, for two new envelopes:\n\n    %s\n\n"
		      "Destroy the old ones.  The other side goes on with the "
		      "old recovery key until it accepts this laptop's new "
		      "card.\n"),
		    words);
	return err;
}

const struct cmd cmd_passphrase_list = {
	.name = "passphrase list",
	.args = "[--json]",
	.help = N_("who can log in, and who reads restricted fields"),
	.needs = CMD_STORE,
	.run = list,
};

const struct cmd cmd_passphrase_change = {
	.name = "passphrase change",
	.args = "[--new-file FILE]",
	.help = N_("change one's own passphrase"),
	.needs = CMD_STORE,
	.run = change,
};

const struct cmd cmd_passphrase_add = {
	.name = "passphrase add",
	.args = "--officer NAME [--restricted] [--new-file FILE] "
		"[--recovery-file FILE]",
	.help = N_("let one more officer log in"),
	.run = add,
};

const struct cmd cmd_passphrase_remove = {
	.name = "passphrase remove",
	.args = "SLOT",
	.help = N_("take an officer's passphrase away"),
	.needs = CMD_STORE,
	.run = take,
};

const struct cmd cmd_key_renew = {
	.name = "key renew",
	.args = "",
	.help = N_("make new recovery words, after the old were used or lost"),
	.needs = CMD_STORE,
	.run = renew,
};
