#!/bin/sh
# A decision whose facts change afterwards is shown on both sides until the
# district decides anew or stands by it; so is the commune's objection.
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/records.sh"

basis() {
	as "$1" show "$2" --json | grep -c '"basis":"changed"'
}

desks xa huyen
household=$(household xa)
person=$(person xa "Nguyễn Thị Đào" 1940 "Thôn 1")
elderly=$(elderly xa "$person")
are_ids "$household" "$person" "$elderly"
want 0 "filed" as xa set "$elderly" state=filed --reason "đủ giấy tờ"
carry xa huyen
want 0 "the district decides" as huyen set "$elderly" decision_no=12/QD \
	decision_date=15012026 --reason "đủ điều kiện"
want 0 "and approves" as huyen set "$elderly" state=approved --reason "như trên"
as huyen history "$elderly" --json | grep -c '"basis":\["' >"$work/out"
has 2 "$work/out" "both carry their basis"
carry huyen xa
[ "$(basis xa "$elderly")$(basis huyen "$elderly")" = 00 ] ||
	fail "the basis has changed already"
ok "nothing to look at again"

want 0 "she has died" as xa set "$person" died_on=14012026 --reason "giấy báo tử"
want 0 "her state says so" as xa set "$person" state=dead --reason "giấy báo tử"
[ "$(basis xa "$elderly")$(basis huyen "$elderly")" = 10 ] ||
	fail "the commune does not see that the basis has changed"
ok "the commune sees it at once"
want 0 "shown" as xa show "$elderly"
has "căn cứ đã đổi: Ngày chết: 14/01/2026 (Nguyễn Thị Đào)" "$work/out" \
	"it is named, and whose it is"
carry xa huyen
has "Thêm 1 quyết định có căn cứ đã đổi" "$work/out" "the district is told"
want 0 "the list of them" as huyen list elderly_application --changed --count
has 1 "$work/out" "holds one"
want 0 "of other forms" as huyen list disability_application --changed --count
has 0 "$work/out" "there are none"
[ "$(as huyen show "$elderly" --json | field state)" = approved ] ||
	fail "something was withdrawn"
ok "nothing was withdrawn"

want 2 "a reason is needed" as huyen confirm "$elderly"
want 4 "the commune cannot stand by it" as xa confirm "$elderly" --reason x
want 4 "there is nothing to stand by" as huyen confirm "$person" --reason x
want 0 "the district stands by it" as huyen confirm "$elderly" \
	--reason "hưởng đến tháng chết"
[ "$(basis huyen "$elderly")" = 0 ] || fail "it is still marked"
carry huyen xa
[ "$(basis xa "$elderly")" = 0 ] || fail "it is still marked at the commune"
ok "the mark is gone on both sides"
want 0 "her hamlet is corrected" as xa set "$person" \
	hamlet="Thôn 2" --reason "ghi nhầm"
as xa show "$elderly" | grep -F "Thôn 2" >/dev/null || fail "the hamlet"
carry xa huyen
has "Thêm 1 quyết định" "$work/out" "told again"
want 0 "all is verified" as xa check
want 0 "also there" as huyen check
echo "[  PASSED  ] $passed test(s)."
