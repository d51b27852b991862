# Sourced by the benches that are scripts.
set -eu
# Little key derivation: it is slow, and takes 64 MiB, on purpose, and would hide
# what is measured.
export ANSINH_DATA="$top" LANGUAGE=en LC_ALL=C.UTF-8 ANSINH_TEST_KDF=1
# A day near the program's own, so that no screen asks what day it is.
export ANSINH_NOW=2026-01-15T08:00:00 ANSINH_TEST_RELEASE_DAY=2026-01-01
ansinh=$build/ansinh
pass=$work/pass
echo 'lang rung suoi bien nui' >"$pass"

# row SIZE MEASURE UNIT OURS PEER THEIRS BOUND: one line of the table
row() {
	(IFS='	' && printf '%s\n' "$*")
}
# sizes N...: those of them that were asked for; in a box this one alone
in_box=100000
sizes() {
	for n in "$@"; do
		[ -z "$boxed" ] || [ "$n" = "$in_box" ] || continue
		case " ${SIZES:-"$n"} " in *" $n "*) echo "$n" ;; esac
	done
}
# In a box (run) the wall is what counts, else the CPU.
boxed=${BENCH_BOXED-}
if [ -n "$boxed" ]; then
	box=$bench/box time=time
else
	box= time=CPU
fi
# meter COMMAND...: sets cost (seconds of CPU, in a box of the wall) and peak (MB
# resident, mapped pages included) of it and its children; what it prints is
# thrown away.
meter() {
	$box "$build/tests/bench/meter" "$work/meter" "$@" >/dev/null
	read -r cpu wall peak <"$work/meter"
	if [ -n "$boxed" ]; then cost=$wall; else cost=$cpu; fi
}
# cold FOLDER...: before a box: it shall pay for the pages that it reads.
cold() {
	[ -n "$boxed" ] || return 0
	find "$@" -type f -exec dd if={} iflag=nocache count=0 status=none \;
}
# as HOME COMMAND...
as() {
	(
		export ANSINH_HOME="$1"
		shift
		"$ansinh" --passphrase-file "$pass" "$@"
	)
}
# world N: sets home to a commune of N made-up persons.  Others read it, too:
# who writes into it copies it first (world_copy N FOLDER).
world() {
	home=$work/world-$1
	[ -f "$home/made" ] || {
		rm -rf "$home"
		as "$home" init --role commune --unit 11149 --officer Bench \
			--kdf-mib 8 >/dev/null
		as "$home" demo --seed 1 --persons "$1" >/dev/null
		: >"$home/made"
	}
}
world_copy() {
	world "$1"
	rm -rf "$2"
	cp -r --reflink=auto "$home" "$2"
	home=$2
}
calc() { # calc EXPRESSION [DECIMALS]; without: three
	awk "BEGIN { printf \"%.${2-3}f\", $1 }"
}
# of FILE NAME: the figure of that name among lines of a name and a figure
of() {
	awk -v name="$2" '$1 == name { print $2; found = 1 }
		END { if (!found) print "-" }' "$work/$1"
}
# turns N: how often to measure a commune of this size, in turns with the peer;
# each turn prints its rows, and the table has their medians (table.awk).  "-":
# of what has no size.  In a box a turn of these and of a large one is long
# enough to be a mean of its own.
turns() {
	[ "$1" != - ] || set -- 1000000
	if [ -n "$boxed" ]; then
		[ "$1" -ge 100000 ] && echo 1 || echo 1 2 3
	else
		[ "$1" -ge 1000000 ] && echo 1 2 3 || echo 1 2 3 4 5
	fi
}
