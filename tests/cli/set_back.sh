#!/bin/sh
# A district that was set back to before a commune's first bundle: what comes
# next is refused, since nobody could say whose it is; the refusal says the way
# out, and that way brings everything.
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/records.sh"

desks xa huyen
want 0 "the district backs up" as huyen backup --to "$work/kept"
household=$(household xa) || fail "household"
carry xa huyen
carry huyen xa
rm -r "$work/huyen"
want 0 "the district loses it, and restores" as huyen restore "$work/kept"/*.backup
as huyen card --out "$work/huyen.card" >"$work/out" || fail "card"
person=$(person xa "Nguyễn Thị Mẫu" 1938 "Thôn 1") || fail "person"

mkdir -p "$work/usb"
rm -rf "$work/usb"/*
want 0 "the commune hands over" as xa export --for "298/$(device huyen)" \
	--to "$work/usb"
want 4 "what begins in the middle is refused" as huyen import "$work/usb" --yes
has "phải nhận một gói trước đó" "$work/err" "and says why"
has "hãy bàn giao cho họ một gói" "$work/err" "and what helps"
want 5 "nothing is there" as huyen show "$person"

carry huyen xa
carry xa huyen
want 0 "the bundle after that is taken in" as huyen show "$person"
want 0 "with what had been lost" as huyen show "$household"
want 0 "and nothing is missing" as huyen check
grep -q "chưa đến" "$work/out" && fail "something is missing"
echo "[  PASSED  ] $passed test(s)."
