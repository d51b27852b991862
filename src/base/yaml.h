#ifndef BASE_YAML_H
#define BASE_YAML_H
/*
 * A YAML file as a tree with places.  Hostile until proven otherwise
 * (SAFETY X): at most 1 MiB, depth 16, 25,000 events, scalars of 64 KiB;
 * refused: anchors, aliases, tags, merge keys, directives, a second
 * document, duplicate keys, what the text rule refuses.
 */
#include "base/arena.h"
#include "base/error.h"

enum yaml_type { YAML_SCALAR, YAML_SEQ, YAML_MAP };

struct yaml {
	enum yaml_type type;
	bool quoted; /* a scalar in quotes or a block: never null or a number */
	const char *file;
	int line, col; /* of its first character, 1-based; col in characters */
	struct str text; /* scalar, NUL-ended */
	size_t n;
	struct yaml **keys; /* maps: scalar keys in file order */
	struct yaml **items;
};

enum err yaml_load(struct arena *a, const char *path, struct yaml **out,
    struct error *e) MUSTUSE;
enum err yaml_parse(struct arena *a, const char *name, struct str bytes,
    struct yaml **out, struct error *e) MUSTUSE;
const struct yaml *yaml_get(const struct yaml *map, const char *key);
bool yaml_is_null(const struct yaml *y); /* empty, ~ or null, unquoted */
bool yaml_bool(const struct yaml *y, bool *out); /* yes no true false */
bool yaml_int(const struct yaml *y, int64_t *out);

/* ERR_FORMAT at the place of y; the format is translated as error_set's. */
enum err yaml_fault(const struct yaml *y, struct error *e, const char *fmt,
    ...) PRINTF_LIKE(3, 4);
/* The known word that was meant, NULL if none is near. */
const char *yaml_guess(struct str word, const char *const *known, size_t n);
/* ERR_FORMAT if it is no map, or at its first key that is not known. */
enum err yaml_check_keys(const struct yaml *map, const char *const *known,
    size_t n, struct error *e) MUSTUSE;

#endif
