/*
 * Saves whose commits nobody waits for (store/db.h).  Memory, the directory
 * included, has them at once; if one fails, it is made anew from what the disk
 * has.
 */
#include "store/rows.h"

enum err
ahead_start(struct store *s, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	enum err r;

	if ((r = db_write_start(s->db, expect, fn, ctx, e)) == OK) {
		s->stale = false;
		s->n_touched = 0;
		return OK;
	}
	s->stale = true; /* if this fails, the next write tries again */
	return store_reload(s, NULL) == ERR_CORRUPT ? ERR_CORRUPT : r;
}

enum err
ahead_show(struct store *s, struct txn *t, struct error *e)
{
	if (s->directory == NULL)
		return OK;
	return directory_refresh_in(
	    s->directory, t, s->touched, s->n_touched, e);
}

int
store_append_fd(const struct store *s)
{
	return db_write_fd(s->db);
}

bool
store_append_is_back(const struct store *s)
{
	return db_write_is_back(s->db);
}

enum err
store_append_end(struct store *s, struct error *e)
{
	enum err r = db_write_end(s->db, e);

	if (r == OK)
		return OK;
	s->stale = true;
	if (store_reload(s, NULL) == ERR_CORRUPT ||
	    (s->directory != NULL &&
		directory_reload(s->directory, NULL) == ERR_CORRUPT))
		return ERR_CORRUPT;
	return r;
}
