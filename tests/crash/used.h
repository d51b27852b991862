#ifndef TESTS_CRASH_USED_H
#define TESTS_CRASH_USED_H
/*
 * Which bytes of a database are in use, by what liblmdb itself finds in it while
 * it is sound: of each value in each table its bytes, its key, and what of its
 * page leads there.  Bytes of what stands above (tables, branches, free pages)
 * may be in use, too; nothing is said of them.
 */
#include <stddef.h>

/* `map` has a byte for each of the file's; for those in use it becomes USED, or
 * USED_TAG for the tag at a value's end by which its seal is verified. */
#define USED 1
#define USED_TAG 2
void used_mark(const char *path, char *map, size_t n);
/* Where in the file a byte of the first value of a table lies; negative: from
 * the value's end. */
size_t used_byte(const char *path, const char *table, long at);

#endif
