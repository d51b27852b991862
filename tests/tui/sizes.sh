#!/bin/sh
# Small and large windows, terminals without colour, old terminals.
. "$srcdir/tests/tui/lib.sh"

desk xa
# sized WHAT SIZE: the script in a window of that size
sized() {
	"$drive" --size "$2" "$srcdir/tests/tui/sizes.keys" "$ansinh" ||
		fail "$1"
	ok "$1"
}
sized "a window of 40 columns and 10 rows" 10x40
"$drive" --size 10x40 "$srcdir/tests/tui/narrow.keys" "$ansinh" ||
	fail "a narrow field"
ok "a narrow field"
sized "a window of 200 columns and 60 rows" 60x200
for DRIVE_TERM in linux vt100 tmux tmux-256color xterm-mono; do
	export DRIVE_TERM
	infocmp "$DRIVE_TERM" >/dev/null ||
		fail "no description of $DRIVE_TERM: ncurses-base has it"
	sized "TERM=$DRIVE_TERM" 24x80
done
unset DRIVE_TERM
NO_COLOR=1
export NO_COLOR
sized "NO_COLOR" 24x80
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
