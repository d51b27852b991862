#ifndef TUI_TUI_H
#define TUI_TUI_H
/* The screens.  Returns when the person leaves.  today: none, or what a person
 * has said already. */
#include "base/date.h"
#include "base/error.h"

enum err tui_run(const char *home, const struct str *passphrase,
    struct date today, struct error *e) MUSTUSE;

#endif
