#ifndef BASE_FILE_H
#define BASE_FILE_H
/* Files and folders, with the syncs that make them last. */
#include "base/arena.h"
#include "base/error.h"
#include <sys/types.h>

/* Regular file, not a link, at most max bytes; NUL-ended.  ERR_LIMIT,
 * ERR_NOTFOUND, ERR_REFUSED (a link, a pipe, a device), ERR_IO. */
enum err file_read(struct arena *a, const char *path, size_t max,
    struct str *out, struct error *e) MUSTUSE;
/* Aside, fsync, rename, fsync(file), fsync(dir); previous kept as .bak if
 * asked. */
enum err file_write(const char *path, struct str bytes, mode_t mode,
    bool keep_bak, struct error *e) MUSTUSE;
enum err file_write_all(int fd, const void *p, size_t n, struct error *e)
    MUSTUSE;
enum err file_make_dirs(const char *path, mode_t mode, struct error *e)
    MUSTUSE;
enum err file_sync_dir(const char *path, struct error *e) MUSTUSE;
enum err file_remove_tree(const char *path, struct error *e) MUSTUSE;
/* Renames within a folder, and syncs it. */
enum err file_move(const char *from, const char *to, struct error *e) MUSTUSE;
bool file_exists(const char *path);
/* Names in a folder that end in suffix ("" is all), sorted by bytes. */
enum err file_list(struct arena *a, const char *dir, const char *suffix,
    char ***names, size_t *n, struct error *e) MUSTUSE;
/* Where a data file (forms/..., conf/...) is: $ANSINH_DATA, the installed
 * folder, or the source tree, the first that has it; where none has, the
 * path in the installed folder, so that the error names one. */
const char *file_data_path(struct arena *a, const char *relative);
/* Where the message catalogues are: $ANSINH_LOCALE, or the installed folder. */
const char *file_locale_dir(void);

#endif
