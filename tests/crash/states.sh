#!/bin/sh
# What a power cut could have left of recorded writes: nothing acknowledged is
# lost, nothing is damaged; and each planted fault is caught.
set -u
. "$srcdir/tests/crash/states-lib.sh"
states=tests/crash/states
n=${STATES-300}
look daily --states "$n"
look first --every
plants 100 1
exit $status
