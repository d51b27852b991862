#!/bin/sh
# SIGKILL in the middle of a word: the draft opens on its field with the text.
. "$srcdir/tests/cli/lib.sh"

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
as xa card --out "$work/card" || fail "card"
DEVICE=$(sed -n 's/^device: *//p' "$work/card")
export DEVICE
for script in draft-typed draft-resumed; do
	tests/tui/drive "$srcdir/tests/tui/$script.keys" "$ansinh" ||
		fail "$script"
	ok "$script"
done
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
