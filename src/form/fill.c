/* A record being filled: its beginning, its end, and keying. */
#include "form/fill.h"

#include "form/fill_impl.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct fill *
fill_new(const struct form *f, const struct form_set *set,
    const struct fill_env *env)
{
	struct arena *a = arena_new();
	struct fill *x = arena_new_of(a, struct fill);
	size_t n_words = f->n_nodes / 64 + 1;

	x->self = x;
	x->arena = a;
	x->scratch = arena_new();
	x->f = f;
	x->set = set;
	x->env = *env;
	x->env.now = env->now == NULL ? "" : arena_strdup(a, env->now);
	x->env.language =
	    env->language == NULL ? "vi" : arena_strdup(a, env->language);
	x->lent = arena_new_of(a, struct lent);
	x->lent->findings_arena = arena_new();
	x->loaded = map_new(a);
	x->stray = map_new(a);
	x->veiled = arena_array(a, f->n_nodes, sizeof *x->veiled);
	x->unjudged = arena_array(a, f->n_nodes, sizeof *x->unjudged);
	x->dirty = arena_array(a, n_words, sizeof *x->dirty);
	x->judge = arena_array(a, n_words, sizeof *x->judge);
	fill_tree_init(x);
	fill_rows_empty(x);
	return x;
}

void
fill_free(struct fill *x)
{
	struct arena *a;

	if (x == NULL)
		return;
	fill_steps_clear(x);
	fill_rows_release(x);
	arena_free(x->lent->findings_arena);
	arena_free(x->scratch);
	a = x->arena;
	arena_free(a); /* x itself stands in it */
}

const struct form *
fill_form(const struct fill *x)
{
	return x->f;
}

void
fill_load(struct fill *x, struct str path, struct str json)
{
	struct str *copy = arena_new_of(x->arena, struct str);

	*copy = arena_str_dup(x->arena, json);
	map_put(x->loaded, path, copy);
}

void
fill_unload(struct fill *x)
{
	x->loaded = map_new(x->arena);
}

void
fill_start(struct fill *x, bool is_new)
{
	fill_distribute(x, x->loaded);
	if (is_new)
		fill_row_fresh(x, 0, &x->root);
	x->starting = x->guessing = true;
	fill_mark_all(x);
	fill_run(x);
	x->starting = x->guessing = false;
	fill_steps_clear(x);
}

struct value
fill_value(const struct fill *x, const struct fill_ref *r)
{
	const struct cell *c = fill_cell(x, r);

	return c == NULL ? value_blank() : c->answer.value;
}

/* What cannot be stored is shown as "?", so that a draft can hold it. */
static void
keep_typed(
    struct fill *x, struct answer *a, struct str text, enum input_fault fault)
{
	struct buf safe = BUF_INIT;
	struct str clean;
	struct error e;

	a->fault = fault;
	if (text_clean(x->scratch, text, TEXT_LINES, &clean, &e) != OK) {
		text_safe(&safe, text);
		clean = buf_str(&safe);
	}
	answer_set_typed(a, clean);
	buf_release(&safe);
}

static bool
is_as_it_was(const struct cell *c, enum input_fault fault, struct str text,
    struct value v)
{
	if (fault != INPUT_OK)
		return str_eq(answer_typed(&c->answer), text);
	return answer_typed(&c->answer).n == 0 &&
	    value_equal(c->answer.value, v);
}

bool
fill_set(struct fill *x, const struct fill_ref *r, struct str text)
{
	const struct form_node *n = &x->f->nodes[r->node];
	struct cell *c = fill_cell(x, r);
	struct value v, before;
	enum input_fault fault;
	bool changed;

	if (c == NULL || !c->relevant || fill_is_read_only(x, r))
		return false;
	arena_reset(x->scratch);
	text = text_trim(text);
	fault = fill_parse(x, x->scratch, r, text, &v);
	if (is_as_it_was(c, fault, text, v))
		return false;
	/* text and value may be lent from this very field */
	if (fault != INPUT_OK)
		text = arena_str_dup(x->scratch, text);
	if (v.type == VALUE_TEXT)
		v.text = arena_str(x->scratch, value_str(v));
	before = c->answer.value;
	if (before.type == VALUE_TEXT)
		before.text = arena_str(x->scratch, value_str(before));
	fill_group(x);
	fill_keep(x, r, c);
	answer_set(&c->answer, v);
	answer_set_typed(&c->answer, STR(""));
	answer_set_force(&c->answer, STR(""));
	if (fault != INPUT_OK)
		keep_typed(x, &c->answer, text, fault);
	c->answer.keyed = n->calculate != NULL && text.n > 0;
	changed = !value_equal(before, v);
	fill_mark_keyed(x, r->node);
	fill_run(x);
	return changed;
}
