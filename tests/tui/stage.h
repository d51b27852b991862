#ifndef TESTS_TUI_STAGE_H
#define TESTS_TUI_STAGE_H
/*
 * A program on a copy of a desk, in a pty under the emulator: brought to a
 * scene by keys, sized anew, drawn anew.  One at a time.
 */
#include "cells.h"
#include "scenes.h"

#include <stdint.h>

#define STAGE_LOG 80
#define STAGE_CLEAR_MAX 64
#define STAGE_PATIENCE_MS 60000

struct stage {
	struct pty pty;
	char **argv;
	const char *worlds, *scene;
	char place[2048]; /* of the desk's copy */
	int rows, cols;   /* to begin with */
	uint64_t seed, random;
	unsigned long life;
	/* the clearing of the terminal */
	char held[STAGE_CLEAR_MAX];
	size_t n_held;
	unsigned long clears;
	struct cells before; /* it was cleared last */
	bool planted;        /* with a mark that nobody has drawn */
	/* what was sent, newest last */
	char log[STAGE_LOG][24];
	size_t n_log;
	/* what was done */
	unsigned long keys, lives, redraws, unsure, drafts, lines;
};
extern struct stage stage;

/* Where the copies go, and the terminal; exits if that is not described. */
void stage_prepare(const char *folder, const char *term);
/* Kills what runs, and removes the copy. */
void stage_leave(void);
/* A copy of the desk, and a folder for what is typed as a path. */
void stage_copy(const char *world);
/* Starts the program there, and goes to the scene. */
void stage_enter(const struct scene *scene, int rows, int cols);
/* All of it, and to the size to begin with. */
void stage_begin(const struct scene *scene);
/* Or not at all, if value is NULL. */
void stage_set_variable(const char *name, const char *value);

/* False if the program has ended. */
bool stage_send(const char *bytes, size_t n);
/* As this terminal sends it, or else by the second way that every key has. */
bool stage_press(const char *name);
void stage_note_key(const char *bytes, size_t n);
void stage_wait_for(const char *text);
/* A new size is drawn, which clears the terminal once. */
void stage_resize(int rows, int cols);
/* Until the keys are read and the program is silent: what it has cleared until
 * then was not asked for by what follows. */
void stage_settle(void);
/* Drawn anew once; false if the program has ended. */
bool stage_redraw(void);
/* All keys are dealt with, and the whole screen is in stage.before. */
bool stage_sync(void);
/* It ended by something else than a person's leave. */
bool stage_has_fallen(void);

/* Prints where it stands, and ends with 1. */
void stage_fail(const char *what, const char *detail);

#endif
