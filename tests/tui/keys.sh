#!/bin/sh
# What every key does, over a made commune.
. "$srcdir/tests/tui/lib.sh"

desk xa
want 0 "with people" as xa demo --seed 1 --persons 60
play xa keys
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
