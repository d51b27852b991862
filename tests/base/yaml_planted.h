#ifndef TESTS_BASE_YAML_PLANTED_H
#define TESTS_BASE_YAML_PLANTED_H
/* The YAML reader, and it without one of its limits each. */
#include "base/yaml.h"

typedef enum err (*yaml_parse_fn)(struct arena *a, const char *name,
    struct str bytes, struct yaml **out, struct error *e);

/* nests 10,000 deep */
enum err yaml_parse_deep(struct arena *a, const char *name, struct str bytes,
    struct yaml **out, struct error *e);
/* any number of entries */
enum err yaml_parse_many(struct arena *a, const char *name, struct str bytes,
    struct yaml **out, struct error *e);
/* takes directives */
enum err yaml_parse_percent(struct arena *a, const char *name,
    struct str bytes, struct yaml **out, struct error *e);

#endif
