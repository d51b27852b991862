#!/bin/sh
# A restricted field on the screens: masked while others look, shown for a
# reason where the cursor is, and not to another officer at all.
. "$srcdir/tests/cli/lib.sh"

drive=$PWD/tests/tui/drive
mkdir -p "$work/data/forms/choices"
cp -r "$srcdir_abs/conf" "$work/data/conf"
cat >"$work/data/forms/care.yaml" <<'FORM'
form: care
version: 2026-01-01
title: Care
list: [who]
names: {name: who}
pages:
- page: p
  fields:
  - {name: who, type: text}
  - {name: status, type: text, sensitive: restricted}
FORM
ANSINH_DATA=$work/data
export ANSINH_DATA
printf 'mot cau khac han the\n' >"$work/clerk"

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --kdf-mib 8
want 0 "a clerk" as xa passphrase add --officer "Lê Thị Bích" \
	--new-file "$work/clerk"
for script in restricted restricted-clerk restricted-draft; do
	"$drive" "$srcdir/tests/tui/$script.keys" "$ansinh" ||
		fail "$script"
	ok "$script"
done
id=$(as xa list care --json | field id)
want 0 "the history" as xa history "$id" --json
[ "$(grep -c '"act":"reveal"' "$work/out")" = 2 ] || fail "looked at twice"
ok "it was looked at twice"
has '"reason":"hỏi hộ"' "$work/out" "for a reason"
grep -q zebra "$work/out" && fail "it tells"
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
