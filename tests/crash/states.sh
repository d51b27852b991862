#!/bin/sh
# What a power cut could have left of recorded writes: nothing acknowledged is
# lost, nothing is damaged; and each planted fault is caught.
set -u
n=${STATES-400}
status=0
states() {
	tests/crash/states "$@" || {
		echo "FAILED: states $*"
		status=1
	}
}
states daily --states "$n"
states first --every
states daily --states 150 --fault nosync
states daily --states 150 --fault nometasync
states daily --states 150 --fault nodraft
exit $status
