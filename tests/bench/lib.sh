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
# sizes N...: those of them that were asked for
sizes() {
	for n in "$@"; do
		case " ${SIZES:-"$n"} " in *" $n "*) echo "$n" ;; esac
	done
}
# meter COMMAND...: sets cpu and wall (seconds) and peak (MiB resident, mapped
# pages included) of it and its children; what it prints is thrown away.
meter() {
	"$build/tests/bench/meter" "$work/meter" "$@" >/dev/null
	read -r cpu wall peak <"$work/meter"
}
# meter in a box of 256 MB and a tenth of a core
meter_boxed() {
	"$bench/box" 256 10 "$build/tests/bench/meter" "$work/meter" "$@" \
		>/dev/null
	read -r cpu wall peak <"$work/meter"
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
calc() { # calc EXPRESSION, two decimals
	awk "BEGIN { printf \"%.2f\", $1 }"
}
# turns N: how often to measure a commune of this size; take turns with the
# peer, and of each the least (what disturbs only adds).
turns() {
	[ "$1" -gt 200000 ] && echo 1 || echo 1 2 3
}
least() { # least A B; A may be empty
	awk "BEGIN { a = \"$1\"; print a == \"\" || $2 < a ? $2 : a }"
}
