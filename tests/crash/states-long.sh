#!/bin/sh
# The same as states.sh with a million states, or what an hour gives.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/crash/states >/dev/null
minutes=${MINUTES-60}
status=0
states() {
	optimised/tests/crash/states "$@" || {
		echo "FAILED: states $*"
		status=1
	}
}
for fault in nosync nometasync nodraft; do
	states daily --states 3000 --seed 7 --fault $fault
done
states first --every --seed 9
states first --states 20000 --minutes $((minutes / 10 + 1))
states daily --states 1000000 --minutes $((minutes * 9 / 10))
exit $status
