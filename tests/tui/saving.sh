#!/bin/sh
# A save on a disk that does not answer: the record is shown, keys go on, and
# it is said to be saved when it is.  A disk that fails brings the form back; a
# power cut leaves the draft.
. "$srcdir/tests/cli/lib.sh"

lib=$work/hold.so
${CC:-cc} -shared -fPIC -o "$lib" "$srcdir/tests/tui/hold.c" -ldl ||
	fail "hold.c does not build"
HOLD=$work/hold HOLD_FAIL=$work/hold.fail
export HOLD HOLD_FAIL

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
held() { # SCRIPT [OPTION...]
	script=$srcdir/tests/tui/saving-$1.keys
	shift
	rm -f "$HOLD" "$HOLD_FAIL"
	ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
		tests/tui/drive "$@" "$script" \
		/usr/bin/env LD_PRELOAD="$lib" "$ansinh"
}
persons() {
	[ "$(as xa list person --count)" = "$1" ] || fail "not $1 persons"
}
# Planted: a save that is waited for, as when there is no thread to be had.
cp -a "$work/xa" "$work/before"
: >"$HOLD.alone"
held held --patience 1000 >"$work/planted" && fail "a save that waits"
grep -q 'not seen: Đang lưu' "$work/planted" || {
	cat "$work/planted"
	fail "a save that waits was missed otherwise"
}
ok "a save that is waited for is caught"
rm -rf "$HOLD.alone" "$work/xa"
mv "$work/before" "$work/xa"

held held || fail "held"
ok "keys go on while the disk does not answer"
persons 2
held failed || fail "failed"
ok "a disk that fails brings the form back"
persons 3
held killed || fail "killed"
persons 3
cp -a "$work/xa/drafts" "$work/drafts"
held again || fail "again"
ok "a power cut leaves the draft"
persons 4
# The power goes when it is saved, and the draft is still there.
cp -a "$work"/drafts/*.draft "$work/xa/drafts/"
held twice || fail "twice"
ok "a draft of what was saved amends it"
persons 4
held act || fail "act"
ok "an act on a record is not waited for, nor said to be done"
persons 3
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
