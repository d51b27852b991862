#!/bin/sh
# Two laptops of a commune changed the same, and entered one person twice: an
# officer decides every kind of conflict, merges the two and parts them again.
. "$srcdir/tests/tui/lib.sh"
. "$srcdir/tests/cli/records.sh"
. "$srcdir/tests/tui/hold.sh"

desks may1 may2
# by HOME ID FIELD=VALUE REASON
by() {
	as "$1" set "$2" "$3" --reason "$4" >"$work/out" 2>&1 ||
		{ cat "$work/out"; fail "$1: set $3"; }
}

household=$(household may1)
dao=$(person may1 "Nguyễn Thị Đào" 05031940 "Thôn 1")
man=$(person may1 "Trần Thị Mận" 06041941 "Thôn 1")
cuc=$(person may1 "Phạm Thị Cúc" 07051942 "Thôn 1")
cam=$(person may1 "Lê Thị Cam" 08061943 "Thôn 1")
form=$(elderly may1 "$man")
carry may1 may2
dao2=$(person may2 "Nguyen Thi Dao" 05031940 "Thôn 2")
elderly may2 "$dao2" >"$work/out"

by may1 "$man" phone=0912000444 "gia đình cho số"
by may2 "$man" phone=0912000555 "trưởng thôn cho số"
by may1 "$man" hamlet="Thôn 2" "theo sổ hộ khẩu"
by may2 "$man" hamlet="Thôn 3" "trưởng thôn báo ngày 12/01"
row=$(as may1 show "$form" --json | python3 -c '
import json, sys
print([k for k in json.load(sys.stdin)["fields"] if k.endswith("bearer_name")][0])')
by may1 "$form" "$row=Nguyễn Văn Năm" "viết nhầm"
by may2 "$form" "$row=Nguyễn Văn Sáu" "hỏi lại gia đình"
by may1 "$cam" left_on=01/12/2025 "đơn xin chuyển đi"
by may1 "$cam" state=away "đơn xin chuyển đi"
by may2 "$cam" died_on=02/12/2025 "giấy báo tử 45"
by may2 "$cam" state=dead "giấy báo tử 45"
by may2 "$cuc" phone=0912000333 "gia đình cho số"
by may1 "$dao" phone=0912000111 "hỏi tại nhà"
by may2 "$dao2" phone=0912000222 "trưởng thôn cho số"
play may1 merge-void may2
carry may2 may1
ID1=$(echo "$dao" | cut -c1-4)
ID2=$(echo "$dao2" | cut -c1-4)
export ID1 ID2
# The same on a disk that does not answer, and on one that fails.
cp -a "$work/may1" "$work/slow"
cp -a "$work/may1" "$work/failing"
caught slow acts-held
held slow acts-held || fail "acts-held"
ok "no act on records waits for the disk"
want 0 "all is verified there" as slow check
held failing acts-failed || fail "acts-failed"
ok "what the disk did not take can be done again"
want 0 "all is verified there" as failing check
rm -r "$work/slow" "$work/failing"
play may1 conflict may2
want 0 "nothing is left to decide" as may1 resolve "$man" --json
[ ! -s "$work/out" ] || fail "a conflict is left"
[ "$(as may1 show "$man" --json | field fields.hamlet)" = "Thôn 3" ] ||
	fail "the value that was chosen"
[ "$(as may1 show "$man" --json | field fields.phone)" = 0912000999 ] ||
	fail "the value that was saved over a conflict"
[ "$(as may1 show "$cam" --json | field state)" = dead ] || fail "the state"
[ "$(as may1 show "$cuc" --json | field state)" = living ] || fail "the void"
play may1 merge may2
[ "$(as may1 list person --count)" = 5 ] || fail "parted again"
carry may1 may2
for home in may1 may2; do
	[ "$(as $home show "$man" --json | field fields.hamlet)" = "Thôn 3" ] ||
		fail "the decision at $home"
	want 0 "all is verified at $home" as $home check
done
echo "[  PASSED  ] $passed test(s)."
