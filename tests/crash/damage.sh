#!/bin/sh
# A damaged store is told, never followed.
. "$srcdir/tests/crash/damage-lib.sh"
damage=tests/crash/damage
damages --cuts 20 --flips 60 --tags 20 --heads 60 --zeros 30 --swaps 30
damages --tags 5 --fault seal
damages --heads 60 --fault pages
commands
echo "[  PASSED  ] $passed test(s)."
