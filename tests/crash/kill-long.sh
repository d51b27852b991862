#!/bin/sh
# kill.sh 10,000 times, or as often as an hour gives.
KILLS=10000 MINUTES=${MINUTES-60}
export KILLS MINUTES
exec "$srcdir/tests/crash/kill.sh"
