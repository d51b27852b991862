#ifndef BASE_MAP_H
#define BASE_MAP_H
/* Hash map from bytes to a pointer, memory in an arena, nothing is removed.
 * Keyed hash: what a stranger writes cannot make it slow. */
#include "base/arena.h"

struct map;
struct map *map_new(struct arena *a);
void *map_get(const struct map *m, struct str key); /* NULL if absent */
/* Puts or replaces; returns the former value or NULL.  Copies the key. */
void *map_put(struct map *m, struct str key, void *value);
size_t map_count(const struct map *m);
/* In order of insertion. */
bool map_at(const struct map *m, size_t i, struct str *key, void **value);

#endif
