#!/bin/sh
# One laptop removes a row of a form while the other writes to it: an officer
# decides whether it stays, and both laptops hold what was decided.
. "$srcdir/tests/tui/lib.sh"
. "$srcdir/tests/cli/records.sh"

desks may1 may2
# by_name NAME'S-BEGINNING SCRIPT: on the first laptop
by_name() {
	WHO=$1
	export WHO
	play may1 "$2" may2
}
# rows HOME ID: the paths of what stands in its rows
rows() {
	as "$1" show "$2" --json | python3 -c '
import json, sys
print(*[k for k in json.load(sys.stdin)["fields"] if k.startswith("duty_bearers/") and k.count("/") == 2])'
}

household=$(household may1)
goes=$(elderly may1 "$(person may1 "Trần Thị Mận" 06041941 "Thôn 1")")
stays=$(elderly may1 "$(person may1 "Phạm Thị Cúc" 07051942 "Thôn 1")")
carry may1 may2
name1=$(rows may1 "$goes")
name2=$(rows may1 "$stays")
by_name man row-removed
by_name cuc row-removed
[ -z "$(rows may1 "$goes")$(rows may1 "$stays")" ] || fail "removed here"
for one in "$goes $name1" "$stays $name2"; do
	want 0 "the other laptop writes to the row" as may2 set "${one% *}" \
		"${one#* }=Nguyễn Văn Năm" --reason "viết nhầm"
done
carry may2 may1
carry may1 may2
for home in may1 may2; do
	for id in "$goes" "$stays"; do
		want 0 "it is to be decided" as $home resolve "$id" --json
		has '"field":"duty_bearers/' "$work/out" "on the row"
		has 'Nguyễn Văn Năm' "$work/out" "and what was entered"
	done
	want 0 "all is verified at $home" as $home check
done
by_name man row-decided
want 0 "on the other laptop the row stays" as may2 resolve "$stays" \
	"${name2%/*}" 2 --reason "ông Năm vẫn nuôi"
carry may1 may2
carry may2 may1
for home in may1 may2; do
	for id in "$goes" "$stays"; do
		want 0 "nothing is left to decide" as $home resolve "$id" --json
		[ ! -s "$work/out" ] || { cat "$work/out"; fail "left at $home"; }
	done
	[ -z "$(rows $home "$goes")" ] || fail "the row is gone at $home"
	[ "$(as $home show "$stays" --json | field "fields.$name2")" = \
		"Nguyễn Văn Năm" ] || fail "the row is there at $home"
	want 0 "all is verified at $home" as $home check
done
echo "[  PASSED  ] $passed test(s)."
