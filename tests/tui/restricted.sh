#!/bin/sh
# A restricted field on the screens: masked while others look, shown for a
# reason where the cursor is, and not to another officer at all.
. "$srcdir/tests/tui/lib.sh"
. "$srcdir/tests/tui/hold.sh"

mkdir -p "$work/data/forms/choices"
cp -r "$srcdir_abs/conf" "$work/data/conf"
cp "$srcdir_abs/tests/data/care.yaml" "$work/data/forms"
ANSINH_DATA=$work/data
export ANSINH_DATA
printf 'mot cau khac han the\n' >"$work/clerk"

desk xa
want 0 "a clerk" as xa passphrase add --officer "Lê Thị Bích" \
	--new-file "$work/clerk"
play xa restricted
cp -a "$work/xa" "$work/slow"
caught slow restricted-held
held slow restricted-held || fail "restricted-held"
ok "what is restricted is shown when the disk has it, and keys go on until then"
want 0 "its history" as slow history "$(as slow list care --json | field id)" --json
[ "$(grep -c '"act":"reveal"' "$work/out")" = 5 ] || fail "those that failed"
want 0 "all is verified there" as slow check
play xa restricted-clerk
play xa restricted-draft
id=$(as xa list care --json | field id)
want 0 "the history" as xa history "$id" --json
[ "$(grep -c '"act":"reveal"' "$work/out")" = 2 ] || fail "looked at twice"
ok "it was looked at twice"
has '"reason":"hỏi hộ"' "$work/out" "for a reason"
grep -q zebra "$work/out" && fail "it tells"
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
