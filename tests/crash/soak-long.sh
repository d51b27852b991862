#!/bin/sh
# 100,000 edits and 1,000 hand-overs: file and memory stay bounded.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/crash/soak >/dev/null
exec optimised/tests/crash/soak --edits 100000 --imports 1000
