# What the tests of the screens share.
. "$srcdir/tests/cli/lib.sh"

drive=$PWD/tests/tui/drive
DRIVE_SCREENS=$srcdir_abs/tests/tui
export DRIVE_SCREENS

# play HOME SCRIPT [OTHER [ARGUMENT...]]: the program at HOME, driven by
# SCRIPT.keys in the test's folder; $DEVICE is this desk's device, $OTHER the
# other desk's
play() {
	ANSINH_HOME=$work/$1
	DEVICE=$(device "$1")
	OTHER=$(device "${3-$1}")
	export ANSINH_HOME DEVICE OTHER
	played="$2 at $1"
	script=$srcdir_abs/tests/tui/$2.keys
	[ $# -lt 3 ] || shift
	shift 2
	(cd "$work" && "$drive" "$script" "$ansinh" "$@") || fail "$played"
	ok "$played"
}
