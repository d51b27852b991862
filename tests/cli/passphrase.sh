#!/bin/sh
# Officers come and go: slots added, changed, removed, and opened by the
# envelope; what is poor is refused; a wrong passphrase is counted.
. "$srcdir/tests/cli/lib.sh"

# with FILE COMMAND...: in xa, with that passphrase
with() {
	file=$work/$1
	shift
	ANSINH_HOME=$work/xa "$ansinh" --passphrase-file "$file" "$@"
}
say() {
	printf '%s\n' "$2" >"$work/$1"
}

say clerk "mot cau khac han the"
say clerk2 "bon muoi con ga trong"
say head "nui cao song dai bien rong"
say lost "cau moi sau khi mat cau cu"

# What anybody tries first.
for poor in "ngan qua" "12345678901234" "mật khẩu mật khẩu 2026" \
	"Qwertyuiop asdfgh" "aaaabbbbaaaabbbb" "an sinh xã hội 1990"; do
	say poor "$poor"
	ANSINH_HOME=$work/poor
	export ANSINH_HOME
	want 2 "\"$poor\" is refused" "$ansinh" --passphrase-file \
		"$work/poor" init --role commune --unit 11149 --officer X \
		--kdf-mib 8
	rm -f "$work/poor"
done

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --kdf-mib 8
sed -n 's/^    //p' "$work/out" >"$work/words"
want 0 "one passphrase" with pass passphrase list --json
[ "$(cat "$work/out")" = \
	'{"mine":true,"officer":"Nguyễn Văn Thử","restricted":true,"slot":1}' ] ||
	fail "what is listed"
want 0 "a clerk is let in" with pass passphrase add --officer "Lê Thị Bích" \
	--new-file "$work/clerk"
want 2 "not with a passphrase that is there" with pass passphrase add \
	--officer "Ai Đó" --new-file "$work/clerk"
want 2 "not without a name" with pass passphrase add --new-file "$work/head"
want 0 "she logs in" with clerk passphrase list
has "Lê Thị Bích  (đang dùng)" "$work/out" "as herself"

want 0 "people" with pass demo --seed 1 --persons 3
id=$(with pass list person --json | field id)
want 0 "she amends a record" with clerk set "$id" phone=0912345678 --reason x
want 0 "its history" with pass history "$id"
has "Lê Thị Bích" "$work/out" "what she enters carries her name"

want 3 "she lets nobody in" with clerk passphrase add --officer X \
	--new-file "$work/head"
want 3 "she takes nothing away" with clerk passphrase remove 1
want 3 "she has no recovery key" with clerk key renew
say poor 11111111111111
want 2 "a poor change is refused" with clerk passphrase change --new-file "$work/poor"
want 0 "she changes hers" with clerk passphrase change \
	--new-file "$work/clerk2"
want 3 "the old one is gone" with clerk passphrase list
want 0 "the new one opens" with clerk2 passphrase list
cp "$work/xa/keys.json" "$work/kept"
cp "$work/xa/keys.json.bak" "$work/xa/keys.json"
want 3 "the file before does not open by the old one" \
	with clerk passphrase list
cp "$work/kept" "$work/xa/keys.json"

# The head of the site is replaced (SAFETY H10).
want 4 "the last reader stays" with pass passphrase remove 1
want 0 "a new head" with pass passphrase add --officer "Phạm Thị Mới" \
	--restricted --new-file "$work/head"
want 0 "takes the old one away" with head passphrase remove 1
want 3 "who is out" with pass passphrase list
want 0 "the new one reads and gives" with head passphrase list --json
has '"officer":"Phạm Thị Mới","restricted":true' "$work/out" "as a reader"
want 5 "no such slot" with head passphrase remove 77

# The envelope.
want 0 "the recovery words let somebody in" with head passphrase add \
	--officer "Đỗ Văn Về" --recovery-file "$work/words" \
	--new-file "$work/lost"
want 0 "who logs in" with lost passphrase list --json
want 0 "and makes new words" with lost key renew
sed -n 's/^    //p' "$work/out" >"$work/words2"
say lost2 "lai mot lan nua cho chac"
want 3 "the old words open nothing" with head passphrase add --officer X \
	--recovery-file "$work/words" --new-file "$work/lost2"
want 0 "the new ones do" with head passphrase add --officer "Lại Nữa" \
	--recovery-file "$work/words2" --new-file "$work/lost2"

# Wrong tries are counted on the disk until one is right.
want 3 "wrong" with pass check
want 3 "wrong" with pass check
[ "$(cut -d' ' -f1 "$work/xa/tries")" = 2 ] || fail "not counted"
ok "two are counted"
want 0 "right" with head check
[ ! -e "$work/xa/tries" ] || fail "still counted"
ok "none is counted"
want 0 "all is verified" with head check
echo "[  PASSED  ] $passed test(s)."
