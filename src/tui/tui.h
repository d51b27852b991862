#ifndef TUI_TUI_H
#define TUI_TUI_H
/* The screens.  Returns when the person leaves. */
#include "base/error.h"

enum err tui_run(const char *home, const struct str *passphrase,
    struct error *e) MUSTUSE;

#endif
