#!/bin/sh
# A decision whose facts have changed, on the screens of both desks.
. "$srcdir/tests/tui/lib.sh"
. "$srcdir/tests/cli/records.sh"

desks xa huyen
household=$(household xa)
person=$(person xa "Nguyễn Thị Đào" 1940 "Thôn 1")
elderly=$(elderly xa "$person")
are_ids "$household" "$person" "$elderly"
want 0 "filed" as xa set "$elderly" state=filed --reason "đủ giấy tờ"
carry xa huyen
want 0 "decided" as huyen set "$elderly" decision_no=12/QD \
	decision_date=15012026 --reason "đủ điều kiện"
want 0 "approved" as huyen set "$elderly" state=approved --reason "như trên"
carry huyen xa
want 0 "she has died" as xa set "$person" died_on=14012026 --reason "giấy báo tử"
play xa basis-xa
carry xa huyen
play huyen basis-huyen
as huyen list elderly_application --changed --count >"$work/out"
has 0 "$work/out" "nothing is left to look at"
echo "[  PASSED  ] $passed test(s)."
