#ifndef HANDOFF_STREAM_ZSTD_H
#define HANDOFF_STREAM_ZSTD_H
/*
 * zstd between two streams: out with parameters made for events; in one frame with a window of at
 * most 8 MiB, an output cap, and nothing after the frame.
 */
#include "crypt/age.h"

#define ZSTD_WINDOW_LOG_MAX 23

struct zstd_writer;
enum err zstd_writer_open(struct zstd_writer **out, age_write_fn write,
    void *ctx, struct error *e) MUSTUSE;
enum err zstd_writer_add(struct zstd_writer *w, const void *p, size_t n,
    struct error *e) MUSTUSE;
enum err zstd_writer_finish(struct zstd_writer *w, struct error *e) MUSTUSE;
void zstd_writer_close(struct zstd_writer *w); /* NULL is fine */

struct zstd_reader;
/* cap: more bytes than that are ERR_LIMIT. */
enum err zstd_reader_open(struct zstd_reader **out, age_read_fn read,
    void *ctx, uint64_t cap, struct error *e) MUSTUSE;
/* *got 0 exactly at the end of the frame and of the source. */
enum err zstd_reader_next(struct zstd_reader *r, void *p, size_t n,
    size_t *got, struct error *e) MUSTUSE;
void zstd_reader_close(struct zstd_reader *r); /* NULL is fine */

#endif
