#ifndef TESTS_TUI_SCENES_H
#define TESTS_TUI_SCENES_H
/*
 * Where random keys begin: every screen of the program, and the questions and
 * pages upon them.
 */
#include <stdbool.h>
#include <stddef.h>

#define PASSPHRASE "lang rung suoi bien nui"

struct scene {
	const char *name;
	/* The struct screen of src/tui that it begins on; NULL for a question or
	 * a page, which gets a quarter of the keys. */
	const char *screen;
	const char *world; /* the desk it is on: tests/tui/worlds.sh */
	const char *now;   /* the computer's clock, if it is wrong */
	/* What is masked again when it is read back. */
	bool restricted;
	/* Names of keys; =TEXT waits until that is seen, +TEXT types. */
	const char *steps[24];
};

extern const struct scene scenes[];
extern const size_t n_scenes;
/* Only logs in. */
extern const struct scene scene_home;
/* A form that is being filled, for what is planted. */
extern const struct scene scene_planted;

#endif
