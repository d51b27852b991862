#!/bin/sh
# The first day: a laptop is set up on the screens, and a household is entered
# with its members.
. "$srcdir/tests/cli/lib.sh"

DRIVE_SCREENS=$srcdir_abs/tests/tui
export DRIVE_SCREENS
ANSINH_HOME=$work/xa
export ANSINH_HOME
mkdir "$ANSINH_HOME"
echo "kdf_mib: 64" >"$ANSINH_HOME/ansinh.yaml"
tests/tui/drive "$srcdir/tests/tui/first.keys" "$ansinh" || fail "the keys"
ok "set up, and entered"
want 0 "all is verified" as xa check
want 0 "the members" as xa list person --count
[ "$(cat "$work/out")" = 2 ] || fail "two persons"
want 0 "the household is entered once" as xa list household --count
[ "$(cat "$work/out")" = 1 ] || fail "one household"
ANSINH_HOME=$work/nobody
want 5 "nobody is there to be asked" "$ansinh" </dev/null
echo "[  PASSED  ] $passed test(s)."
