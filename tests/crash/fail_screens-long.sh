#!/bin/sh
# fail_screens.sh with every call of both sessions.
set -eu
"$srcdir/tests/tools/long-build" optimised
FAIL_STEP=1 ANSINH=$PWD/optimised/ansinh
export FAIL_STEP ANSINH
exec "$srcdir/tests/crash/fail_screens.sh"
