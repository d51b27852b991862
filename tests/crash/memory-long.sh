#!/bin/sh
# memory.sh with every call of a small form's session (SAFETY (d) 9), and with
# one in some hundreds of the shipped forms'.  The short form has sanitizers.
set -eu
"$srcdir/tests/tools/long-build" optimised
ANSINH=$PWD/optimised/ansinh
export ANSINH
MEMORY_STEP=1 "$srcdir/tests/crash/memory.sh"
FORMS=shipped MEMORY_STEP=499 "$srcdir/tests/crash/memory.sh"
