#!/bin/sh
# A computer whose clock is dead: the person says what day it is, and what is
# entered is of that day.
. "$srcdir/tests/tui/lib.sh"

desk xa
ANSINH_NOW=2001-01-01T07:30:00
play xa clock-leave
play xa clock-typed
ANSINH_NOW=2026-01-16T08:00:00
play xa clock-right # mended, it is not asked about
want 0 "all is verified" as xa --today 2026-01-16 check
echo "[  PASSED  ] $passed test(s)."
