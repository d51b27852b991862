#ifndef TESTS_TUI_BYTES_H
#define TESTS_TUI_BYTES_H
/*
 * What a program sends to a terminal, held against terminfo: text, and the
 * sequences that the description of this terminal has, and nothing else.
 */
#include <stdbool.h>
#include <stddef.h>

/* Reads the description; false if there is none. */
bool bytes_init(const char *term, bool pastes);
/* Takes what was sent, in pieces as they come; the number of faults so far. */
unsigned long bytes_check(const char *bytes, size_t n);
/* The first fault, printable; "" if there is none. */
const char *bytes_fault(void);
/* What clears the screen, without delays. */
const char *bytes_clear(void);
/* What a key sends, by the name of its capability; NULL if that is not said. */
const char *bytes_key(const char *capability);

#endif
