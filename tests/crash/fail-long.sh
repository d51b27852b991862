#!/bin/sh
# fail.sh with every call of every command.
FAIL_STEP=1
export FAIL_STEP
exec "$srcdir/tests/crash/fail.sh"
