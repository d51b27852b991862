/* What the YAML reader lets through keeps every promise of its header; what
 * it refuses has a place and a sentence. */
#include "fuzz.h"

#include "base/text.h"
#include "base/yaml.h"

#include <string.h>

static void
check(const struct yaml *y, unsigned depth)
{
	MUST_HOLD(depth <= 16);
	MUST_HOLD(y->line >= 1 && y->col >= 1);
	if (y->type == YAML_SCALAR) {
		MUST_HOLD(y->text.n <= 64 * 1024);
		MUST_HOLD(y->text.p[y->text.n] == '\0');
		MUST_HOLD(text_check(y->text, TEXT_LINES, NULL) == OK);
		MUST_HOLD(y->n == 0);
		return;
	}
	for (size_t i = 0; i < y->n; i++) {
		if (y->type == YAML_MAP) {
			MUST_HOLD(y->keys[i]->type == YAML_SCALAR);
			/* the first of a name is the only one */
			MUST_HOLD(
			    strlen(y->keys[i]->text.p) != y->keys[i]->text.n ||
			    yaml_get(y, y->keys[i]->text.p) == y->items[i]);
		}
		check(y->items[i], depth + (y->items[i]->type != YAML_SCALAR));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new();
	struct error e = { OK, "", "" };
	struct yaml *y = NULL;
	enum err r;

	r = yaml_parse(a, "f", (struct str){ (const char *)p, n }, &y, &e);
	if (r == OK) {
		MUST_HOLD(y != NULL);
		check(y, y->type != YAML_SCALAR);
	} else {
		MUST_HOLD(e.code == r && e.what[0] != '\0');
		MUST_HOLD(strncmp(e.where, "f:", 2) == 0);
	}
	arena_free(a);
	return 0;
}
