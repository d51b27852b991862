#!/bin/sh
# A restricted field by commands: masked, until the reader gives a reason.
. "$srcdir/tests/cli/lib.sh"

mkdir -p "$work/data/forms/choices"
cp "$srcdir_abs/tests/data/care.yaml" "$work/data/forms"
ANSINH_DATA=$work/data
export ANSINH_DATA

desk xa
printf 'text Trần Thị Mẫu\nkey Enter\ntext zebra\n' >"$work/script"
want 0 "a record is saved" as xa form fill care --keys "$work/script" \
	--save --json
id=$(field saved <"$work/out")

for shows in "show $id --json" "list care --json" "find mau --json"; do
	as xa $shows >"$work/shown" || fail "$shows"
	[ "$(field fields.status <"$work/shown")" = "******" ] ||
		fail "$shows: not masked"
	ok "$shows masks it"
done
want 0 "the history" as xa history "$id" --json
has '"status":"******"' "$work/out" "it masks it, too"
want 2 "nothing is revealed without a reason" as xa show "$id" --reveal
want 2 "nor with an empty one" as xa show "$id" --reveal --reason " "
want 0 "with a reason it is" as xa show "$id" --json --reveal --reason "hỏi"
[ "$(field fields.status <"$work/out")" = zebra ] ||
	fail "not revealed"
ok "the value is there"
want 0 "the history once more" as xa history "$id" --json
has '"act":"reveal"' "$work/out" "knows of it"
echo "[  PASSED  ] $passed test(s)."
