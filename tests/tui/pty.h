#ifndef TESTS_TUI_PTY_H
#define TESTS_TUI_PTY_H
/*
 * A program in a pty under a terminal emulator (libvterm, in this process).
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <vterm.h>

struct pty {
	VTerm *vt;
	VTermScreen *screen;
	int fd, rows, cols;
	bool keys_only; /* Ctrl-C and the like are no signals, at no time */
	pid_t pid;
	bool ended;
	int status; /* of waitpid, once it has ended */
	char tail[4]; /* of a character that is not whole yet */
	size_t n_tail;
	/* Gets the bytes on their way to the emulator, and hands them on
	 * (pty_feed); NULL: all go there. */
	void (*seen)(void *ctx, const char *bytes, size_t n);
	void *ctx;
};

long pty_now_ms(void);
/* Under $DRIVE_TERM, or xterm-256color; rows, cols and keys_only are set
 * before. */
void pty_start(struct pty *p, char **argv);
void pty_kill(struct pty *p);    /* SIGKILL, as a power cut */
void pty_release(struct pty *p); /* kills what still runs */
/* Reads what there is for at most ms; true if there was something. */
bool pty_pump(struct pty *p, int ms);
void pty_feed(struct pty *p, const char *bytes, size_t n);
/* Has the program keys before it that it has not read yet? */
bool pty_unread(const struct pty *p);
/* Is it still at work, or waiting for its turn or a disk? */
bool pty_busy(const struct pty *p);
/* False if the program has ended. */
bool pty_send(struct pty *p, const char *bytes, size_t n);
void pty_resize(struct pty *p, int rows, int cols);
/* The bytes of "F2", "Shift-Tab", "Ctrl-X", "Alt-m"; NULL if there is no such
 * key.  In static memory. */
const char *pty_key(const char *name);
/* The screen as lines without trailing spaces.  The caller frees it. */
char *pty_picture(const struct pty *p);
/* The row of the cursor, as far as the cursor.  The caller frees it. */
char *pty_before_cursor(const struct pty *p);
/* A code point as UTF-8. */
void pty_add_cp(char **out, unsigned cp);

#endif
