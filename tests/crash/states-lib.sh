# What states.sh and states-long.sh share.  Nothing has to reach a disk, so all
# lies in memory where the system has a folder for it.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR
status=0
look() {
	$states "$@" || {
		echo "FAILED: states $*"
		status=1
	}
}
# plants N SEED: each is caught; of a day's work among N states
plants() {
	for fault in nosync nometasync nodraft early; do
		look daily --states "$1" --seed "$2" --fault $fault
	done
	for fault in nosync nokeys inplace; do
		look first --every --seed "$2" --fault $fault
	done
}
