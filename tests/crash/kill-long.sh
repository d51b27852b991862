#!/bin/sh
# kill.sh 10,000 times, or as often as an hour gives.
set -eu
"$srcdir/tests/tools/long-build" optimised
KILLS=10000 MINUTES=${MINUTES-60} ANSINH=$PWD/optimised/ansinh
export KILLS MINUTES ANSINH
exec "$srcdir/tests/crash/kill.sh"
