#!/bin/sh
# SIGKILL in the middle of a word: the draft opens on its field with the text.
. "$srcdir/tests/tui/lib.sh"

desk xa
play xa draft-typed
play xa draft-resumed
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
