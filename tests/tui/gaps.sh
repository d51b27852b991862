#!/bin/sh
# A part of the hand-over is missing at the district, which was set back to a
# backup of before it: said at once, warned of after 30 days, and brought again
# by itself (SAFETY R5).
. "$srcdir/tests/tui/lib.sh"
. "$srcdir/tests/cli/records.sh"

desks xa huyen
first=$(household xa) || fail "household"
carry xa huyen
carry huyen xa
want 0 "the district backs up" as huyen backup --to "$work/kept"
household=$(household xa) || fail "household"
carry xa huyen
carry huyen xa
as huyen check >"$work/out" || fail "check"
grep -q "chưa đến" "$work/out" && fail "nothing is missing yet"

rm -r "$work/huyen"
want 0 "the district loses that, and restores" as huyen restore "$work/kept"/*.backup
as huyen card --out "$work/huyen.card" >"$work/out" || fail "card"
person=$(person xa "Nguyễn Thị Mẫu" 1938 "Thôn 1") || fail "person"
carry xa huyen
want 0 "it counts already" as huyen show "$person"
want 0 "as what came before does" as huyen show "$first"
want 0 "and nothing is damaged" as huyen check
has "thay đổi 4 chưa đến" "$work/out" "what is missing is said"
grep -q "CẢNH BÁO" "$work/out" && fail "warned on the first day"
want 0 "the history" as huyen history "$person"
has "(đang chờ phần trước)" "$work/out" "says it of the change, too"

ANSINH_NOW=2026-02-13T08:00:00
as huyen check >"$work/out" || fail "check"
grep -q "CẢNH BÁO" "$work/out" && fail "warned on day 29"
ANSINH_NOW=2026-02-14T08:00:00
want 0 "on day 30" as huyen check
has "CẢNH BÁO: đã 30 ngày" "$work/out" "it is warned of"
play huyen gaps xa

carry huyen xa
carry xa huyen
want 0 "when the receipt has been at the commune" as huyen check
grep -q "chưa đến" "$work/out" && { cat "$work/out"; fail "still missing"; }
ok "the next bundle has brought it"
want 0 "the history" as huyen history "$person"
grep -q "chờ phần trước" "$work/out" && fail "the change still waits"
want 0 "and what had been lost is there" as huyen show "$household"
echo "[  PASSED  ] $passed test(s)."
