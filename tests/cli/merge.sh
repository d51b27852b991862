#!/bin/sh
# One person entered on two laptops: proposed, merged, edited meanwhile on the
# other, handed to the district, and parted again.
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/records.sh"

desks may1 may2 huyen
household=$(household may1)
carry may1 may2
a=$(person may1 "Nguyễn Thị Đào" 05031940 "Thôn 1")
b=$(person may2 "Nguyen Thi Dao" 05031940 "Thôn 2")
c=$(person may2 "Trần Thị Mận" 05031940 "Thôn 1")
application=$(elderly may2 "$b")
are_ids "$household" "$a" "$b" "$c" "$application"
carry may2 may1

# The names are written in two ways, the day is one.
want 0 "the pair is proposed" as may1 duplicates --json
[ "$(wc -l <"$work/out")" = 1 ] || { cat "$work/out"; fail "one pair"; }
has '"why":"name-day"' "$work/out" "by name and day of birth"
has "$a" "$work/out" "it is her"
has "$b" "$work/out" "and her"

want 2 "a reason is needed" as may1 merge "$a" "$b"
want 4 "a person is no household" as may1 merge "$a" "$household" --reason x
want 5 "an unknown record" as may1 merge "$a" aaaaaaaaaaaaaaaaaaaaaaaaaa \
	--reason x
want 0 "they are merged" as may1 merge "$a" "$b" --take "$a" \
	--reason "cùng một người, hỏi trưởng thôn"
id=$(head -1 "$work/out")
# ids are compared as bytes: the digits of base32 come after its letters
smaller=$(printf '%s\n%s\n' "$a" "$b" | tr 'a-z2-7' '0-9A-V' | LC_ALL=C sort |
	head -1 | tr '0-9A-V' 'a-z2-7')
[ "$id" = "$smaller" ] || fail "the smaller id is kept"
ok "under the smaller id"
want 4 "merged already" as may1 merge "$b" "$a" --reason x
for one in "$a" "$b"; do
	want 0 "shown by either id" as may1 show "$one" --json
	[ "$(field id <"$work/out")" = "$id" ] || fail "the one record"
	[ "$(field fields.hamlet <"$work/out")" = "Thôn 1" ] ||
		fail "the value that was taken"
done
has '"members":[' "$work/out" "and of what it is made"
[ "$(as may1 list person --count)" = 2 ] || fail "two persons are left"
want 0 "nothing is proposed any more" as may1 duplicates --json
[ ! -s "$work/out" ] || fail "proposed still"
want 0 "her application is found by her name" \
	as may1 find "nguyen thi dao" --form elderly_application --json
has "$application" "$work/out" "which was filed for the other"
as may1 history "$b" >"$work/out" || fail "history"
has "Gộp hồ sơ" "$work/out" "the history says it in words"
has "hỏi trưởng thôn" "$work/out" "and why"

# Meanwhile the other laptop wrote to one of the two.
want 0 "an edit that knew of nothing" \
	as may2 set "$b" phone=0912345678 --reason "hỏi lại"
carry may1 may2
carry may2 may1
carry may1 huyen
for home in may1 may2 huyen; do
	want 0 "shown at $home" as $home show "$b" --json
	[ "$(field id <"$work/out")" = "$id" ] || fail "$home: the one record"
done
[ "$(as may1 show "$a" --json | field fields.phone)" = 0912345678 ] ||
	fail "the edit came along"
ok "the edit came along"
want 0 "writing by the other id" \
	as may1 set "$b" phone=0987654321 --reason "đổi số"

want 0 "they are parted" as may1 split "$a" "$b" --reason "nhầm: hai chị em"
for one in "$a" "$b"; do
	[ "$(as may1 show "$one" --json | field id)" = "$one" ] ||
		fail "each by itself"
done
ok "each by itself"
[ "$(as may1 list person --count)" = 3 ] || fail "three persons"
[ "$(as may1 show "$id" --json | field fields.phone)" = 0987654321 ] ||
	fail "what was entered since stays with the id"
want 0 "they are not proposed again" as may1 duplicates
[ ! -s "$work/out" ] || fail "proposed again"
carry may1 may2
carry may1 huyen
for home in may1 may2 huyen; do
	[ "$(as $home list person --count)" = 3 ] || fail "three at $home"
	want 0 "all is verified at $home" as $home check
done

# A birth known to the year agrees with each of its days, and to the month with
# those of the month; two days do not agree, nor do two years.
year=$(person may1 "Trần Thị Bưởi" 1950 "Thôn 1")
month=$(person may1 "Tran Thi Buoi" 031950 "Thôn 1")
day=$(person may1 "Trần Thị Bưởi" 05031950 "Thôn 2")
other=$(person may1 "Trần Thị Bưởi" 06041950 "Thôn 2")
later=$(person may1 "Trần Thị Bưởi" 1951 "Thôn 3")
want 0 "births are compared" as may1 duplicates --json
python3 - "$work/out" "$year" "$month" "$day" "$other" "$later" <<'E' ||
import json, sys
year, month, day, other, later = sys.argv[2:]
got = {frozenset((p["a"], p["b"])): p["why"]
       for p in map(json.loads, open(sys.argv[1]))}
want = {frozenset(p): "name-birth" for p in
        ((year, month), (year, day), (year, other), (month, day))}
sys.exit(got != want and "proposed: %s" % got)
E
	fail "births that agree"
ok "births that agree are proposed, and no others"
want 0 "the birth that is known better is taken" as may1 merge "$year" "$month" \
	--reason "một người"
has "1 giá trị" "$work/out" "the name alone is left to decide"
[ "$(as may1 show "$year" --json | field fields.birth)" = 1950-03 ] ||
	fail "the month of birth"
echo "[  PASSED  ] $passed test(s)."
