#!/bin/sh
# The same at every page, with 10,000 bits and as many heads and pages.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/crash/damage >/dev/null
exec optimised/tests/crash/damage --cuts 100000 --flips 10000 --heads 10000
