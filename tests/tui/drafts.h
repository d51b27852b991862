#ifndef TESTS_TUI_DRAFTS_H
#define TESTS_TUI_DRAFTS_H
/*
 * Nothing that was typed is lost: the program on the stage dies where it is, and
 * its drafts show every line that was on its form.
 */
#include <stdbool.h>

/* Planted: the drafts are cut in two meanwhile, which must be noticed. */
void drafts_check(bool planted);

#endif
