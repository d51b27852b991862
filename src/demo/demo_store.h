#ifndef DEMO_STORE_H
#define DEMO_STORE_H
/* The synthetic commune of demo/demo.h, put into the register in bulk. */
#include "app/app.h"

/* ERR_CANCELLED if progress says so: then nothing was added. */
enum err demo_store(struct app *app, uint64_t seed, uint64_t persons,
    store_progress_fn progress, void *ctx, uint64_t *records, struct error *e)
    MUSTUSE;

#endif
