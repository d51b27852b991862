#!/bin/sh
# The same with a million different states, or STATES, on all processors: one of
# 50 of the first start, the rest of a day's work, one of FULL in full.  That is
# 20 minutes of a processor; what was asked for was looked at, or it fails.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/crash/states >/dev/null
. "$srcdir/tests/crash/states-lib.sh"
states=optimised/tests/crash/states
n=${STATES-1000000}
jobs=${JOBS-$(nproc)}
plants 3000 7
look first --every --seed 9
look first --states $((n / 50)) --jobs "$jobs"
look daily --states $((n - n / 50)) --jobs "$jobs" --full "${FULL-8}"
exit $status
