#!/bin/sh
# What every key does, over a made commune.
. "$srcdir/tests/cli/lib.sh"

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
want 0 "with people" as xa demo --seed 1 --persons 60
tests/tui/drive "$srcdir/tests/tui/keys.keys" "$ansinh" || fail "the keys"
ok "the keys"
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
