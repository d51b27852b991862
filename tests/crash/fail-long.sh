#!/bin/sh
# fail.sh with every call of every command: more than 2,000 that fail, and as
# many kills as there are calls (SAFETY (d) 8).  The short form has sanitizers.
set -eu
"$srcdir/tests/tools/long-build" optimised
FAIL_STEP=1 ANSINH=$PWD/optimised/ansinh
export FAIL_STEP ANSINH
exec "$srcdir/tests/crash/fail.sh"
