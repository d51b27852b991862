#!/bin/sh
# kill.sh 10,000 times, of which at least 1,500 after a save was said to be done,
# four desks side by side.
set -eu
"$srcdir/tests/tools/long-build" optimised
KILLS=${KILLS-10000} SAVED=${SAVED-1500} MINUTES=${MINUTES-60} DESKS=${DESKS-4}
ANSINH=$PWD/optimised/ansinh
export KILLS SAVED MINUTES DESKS ANSINH
exec "$srcdir/tests/crash/kill.sh"
