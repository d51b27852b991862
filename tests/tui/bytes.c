#include "bytes.h"

#include <curses.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

/*
 * Each capability is expanded with numbers that stand for all numbers, or, if
 * they decide between parts of it, with all that can be; a pattern has NUMBER
 * where any number may stand.
 */
#define NUMBER '\1'
#define PATTERNS 6000
#define LONGEST 256

static char *patterns[PATTERNS];
static size_t n_patterns;
static char held[LONGEST * 2]; /* begun, and not yet known */
static size_t n_held;
static unsigned long faults;
static char first_fault[256], clear_text[64];

/* Copies without $<5>, and 112, 223, 334 as numbers. */
static void
add_pattern(const char *s, bool numbers)
{
	static const char *const stand[] = { "111", "112", "222", "223" };
	char out[LONGEST], *p = out;

	if (s == NULL || s == (char *)-1)
		return;
	while (*s != '\0' && p < out + sizeof out - 1) {
		const char *end;
		size_t i;

		if (s[0] == '$' && s[1] == '<' &&
		    (end = strchr(s, '>')) != NULL) {
			s = end + 1;
			continue;
		}
		for (i = 0; numbers && i < 4; i++)
			if (strncmp(s, stand[i], 3) == 0)
				break;
		if (numbers && i < 4) {
			*p++ = NUMBER;
			s += 3;
		} else {
			*p++ = *s++;
		}
	}
	*p = '\0';
	if (out[0] == '\0' || n_patterns == PATTERNS)
		return;
	for (size_t i = 0; i < n_patterns; i++)
		if (strcmp(patterns[i], out) == 0)
			return;
	patterns[n_patterns++] = strdup(out);
}

static void
add_capability(const char *name, char *cap)
{
	if (strcmp(name, "sgr") == 0) {
		for (int i = 0; i < 512; i++)
			add_pattern(tparm(cap, i & 1, i >> 1 & 1, i >> 2 & 1,
			                i >> 3 & 1, i >> 4 & 1, i >> 5 & 1,
			                i >> 6 & 1, i >> 7 & 1, i >> 8 & 1),
			    false);
		return;
	}
	/* Colours: each its own branch. */
	if (strncmp(name, "seta", 4) == 0 || strcmp(name, "setf") == 0 ||
	    strcmp(name, "setb") == 0) {
		for (int i = 0; i < 256; i++)
			add_pattern(tparm(cap, i, 0, 0, 0, 0, 0, 0, 0, 0),
			    false);
		return;
	}
	add_pattern(cap, false);
	if (strchr(cap, '%') != NULL)
		add_pattern(
		    tparm(cap, 111, 222, 0, 0, 0, 0, 0, 0, 0), true);
}

bool
bytes_init(const char *term, bool pastes)
{
	int err;
	char *cap;

	if (setupterm(term, 1, &err) != OK)
		return false;
	for (size_t i = 0; strnames[i] != NULL; i++) {
		/* what keys send is another matter */
		if (strnames[i][0] == 'k' && strcmp(strnames[i], "kbeg") != 0 &&
		    strncmp(strnames[i], "km", 2) != 0)
			continue;
		if (strncmp(strnames[i], "pf", 2) == 0 ||
		    strcmp(strnames[i], "pln") == 0)
			continue; /* these take text */
		cap = tigetstr(strnames[i]);
		if (cap != NULL && cap != (char *)-1)
			add_capability(strnames[i], cap);
	}
	/* It says that it knows the colours of its own by these. */
	if (tigetflag("AX") > 0) {
		add_pattern("\033[39m", false);
		add_pattern("\033[49m", false);
	}
	/* Bracketed paste, where the program believes the terminal knows. */
	if (pastes) {
		add_pattern("\033[?2004h", false);
		add_pattern("\033[?2004l", false);
	}
	cap = tigetstr("clear");
	for (size_t n = 0; cap != NULL && *cap != '\0' && *cap != '$' &&
	     n < sizeof clear_text - 1;
	     cap++)
		clear_text[n++] = *cap;
	return clear_text[0] != '\0';
}

const char *
bytes_clear(void)
{
	return clear_text;
}

const char *
bytes_key(const char *capability)
{
	const char *s = tigetstr(capability);

	return s == (const char *)-1 ? NULL : s;
}

const char *
bytes_fault(void)
{
	return first_fault;
}

/* How much of s the pattern takes: 0 none, SIZE_MAX if s ends within it. */
static size_t
match(const char *pattern, const char *s, size_t n)
{
	size_t i = 0;

	for (; *pattern != '\0'; pattern++) {
		if (i == n)
			return SIZE_MAX;
		if (*pattern == NUMBER) {
			size_t from = i;

			while (i < n && s[i] >= '0' && s[i] <= '9')
				i++;
			if (i == from)
				return 0;
			if (i == n)
				return SIZE_MAX;
		} else if (s[i++] != *pattern) {
			return 0;
		}
	}
	return i;
}

/* Bytes of one character of UTF-8; 0 if it is none, SIZE_MAX if cut. */
static size_t
character(const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0];
	size_t want = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

	if (c < ' ' || c == 127 || (c >= 0x80 && c < 0xc2) || c > 0xf4)
		return 0;
	for (size_t i = 1; i < want; i++) {
		if (i == n)
			return SIZE_MAX;
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
	}
	return want;
}

static void
fault(const char *s, size_t n)
{
	size_t at = 0;

	if (faults++ > 0)
		return;
	for (size_t i = 0; i < n && i < 24; i++)
		at += (size_t)snprintf(first_fault + at,
		    sizeof first_fault - at,
		    s[i] >= ' ' && s[i] < 127 ? "%c" : "\\x%02x",
		    (unsigned char)s[i]);
}

/* The longest that fits at s; SIZE_MAX if more must be seen. */
static size_t
taken(const char *s, size_t n)
{
	size_t best = character(s, n), one;

	if (best == SIZE_MAX)
		return best;
	for (size_t i = 0; best == 0 || i < n_patterns; i++) {
		if (i == n_patterns)
			break;
		if (patterns[i][0] != s[0])
			continue;
		one = match(patterns[i], s, n);
		if (one == SIZE_MAX)
			return one;
		if (one > best)
			best = one;
	}
	return best;
}

unsigned long
bytes_check(const char *bytes, size_t n)
{
	size_t used;

	while (n > 0 || n_held > 0) {
		size_t add = sizeof held - n_held;

		if (add > n)
			add = n;
		memcpy(held + n_held, bytes, add);
		n_held += add;
		bytes += add;
		n -= add;
		used = taken(held, n_held);
		if (used == SIZE_MAX && n_held < LONGEST && n == 0)
			break; /* the rest will come */
		if (used == 0 || used == SIZE_MAX) {
			fault(held, n_held);
			used = 1;
		}
		n_held -= used;
		memmove(held, held + used, n_held);
	}
	return faults;
}
