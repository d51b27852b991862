#!/bin/sh
# A computer whose clock is dead: the person says what day it is, and what is
# entered is of that day.
. "$srcdir/tests/cli/lib.sh"

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
as xa card --out "$work/card" >/dev/null || fail "card"
DEVICE=$(sed -n 's/^device: *//p' "$work/card")
export DEVICE
ANSINH_NOW=2001-01-01T07:30:00
for script in clock-leave clock-typed; do
	tests/tui/drive "$srcdir/tests/tui/$script.keys" "$ansinh" ||
		fail "$script"
	ok "$script"
done
ANSINH_NOW=2026-01-16T08:00:00 tests/tui/drive \
	"$srcdir/tests/tui/clock-right.keys" "$ansinh" || fail "clock-right"
ok "mended, it is not asked about"
want 0 "all is verified" as xa --today 2026-01-16 check
echo "[  PASSED  ] $passed test(s)."
