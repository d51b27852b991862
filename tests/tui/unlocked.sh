#!/bin/sh
# Keys that could not be locked in memory: said at login, and only then.
. "$srcdir/tests/tui/lib.sh"

desk xa
preload tui/unlocked
ANSINH_HOME=$work/xa
export ANSINH_HOME
ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
told() { # PROGRAM...
	"$drive" --patience 3000 "$srcdir/tests/tui/unlocked.keys" "$@" >"$work/out"
}
told /usr/bin/env LD_PRELOAD="$lib" "$ansinh" || { cat "$work/out"; fail "told"; }
ok "who logs in is told"
told "$ansinh" && fail "it is said where all is locked"
grep -q 'not seen: ulimit' "$work/out" || { cat "$work/out"; fail "another fault"; }
ok "and only then"
echo "[  PASSED  ] $passed test(s)."
