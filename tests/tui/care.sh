#!/bin/sh
# Check and backup by their screens, and every long work stopped on the way:
# nothing is changed, nothing is left on the stick, and the next try goes
# through.
. "$srcdir/tests/tui/lib.sh"

ANSINH_TEST_STICK=$work/usb
export ANSINH_TEST_STICK
mkdir "$work/usb"

desks xa huyen

# facts HOME: all that could have changed, in a few bytes
facts() {
	{
		as "$1" check
		for form in household person elderly_application \
			disability_application disability_determination; do
			as "$1" list $form --json
		done
		ls "$work/$1" "$work/usb" "$work/usb"/*
	} 2>&1 | sha256sum
}
# stopped HOME SCRIPT [OTHER [ARGUMENT...]]: slowly, and it changes nothing
stopped() {
	before=$(facts "$1")
	ANSINH_TEST_SLOW=250
	export ANSINH_TEST_SLOW
	play "$@"
	unset ANSINH_TEST_SLOW
	[ "$(facts "$1")" = "$before" ] || fail "$2 has changed something"
	ok "$2 changes nothing"
}

stopped xa care-stop-demo xa --passphrase-file "$pass" \
	demo --seed 1 --persons 2000
want 0 "with people" as xa demo --seed 1 --persons 600
stopped xa care-stop
[ -z "$(find "$work/usb" -type f)" ] || fail "something is on the stick"
ok "nothing is on the stick"
before=$(facts xa)
want 0 "what is changed is seen" as xa set \
	"$(as xa list person --json | field id)" phone=0912345678 --reason x
[ "$(facts xa)" != "$before" ] || fail "facts are blind"
ok "facts see a change"

play xa care
[ -f "$work"/usb/11149-*.backup ] || fail "no backup on the stick"
[ -f "$work"/xa/backup/11149-*.backup ] || fail "no backup at the end"
ANSINH_HOME=$work/again
export ANSINH_HOME
want 0 "the backup opens" "$ansinh" --passphrase-file "$pass" restore \
	"$work"/usb/11149-*.backup
stopped huyen care-stop-import
[ ! -d "$work/huyen/backup" ] || fail "half a backup"
play huyen care-leave
[ -d "$work/huyen/backup" ] || fail "no backup at the end"
stopped huyen care-stop-import
play huyen care-import
want 0 "what came is all there" as huyen list person --count
as xa list person --count >"$work/count"
[ "$(cat "$work/count")" = "$(cat "$work/out")" ] || fail "not all came"
want 0 "all is verified" as xa check
want 0 "also there" as huyen check

# Passphrases: changed, given, taken.
play xa care-keys
want 3 "the old passphrase is gone" as xa passphrase list
printf 'nui cao song dai bien rong\n' >"$work/new"
want 0 "the new one opens" env ANSINH_HOME="$work/xa" "$ansinh" \
	--passphrase-file "$work/new" passphrase list --json
has '"officer":"Lê Thị Bích","restricted":false' "$work/out" "who was let in"

# A fault is told in words.  One byte within a sealed value, in a page that
# the program does not need before it has started.
cat >"$work/damage.py" <<'PYTHON'
import sys
path, page = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, 'rb').read())
for at in range(page * 4096 + 400, page * 4096 + 3900):
    if b'\0\0' not in data[at - 100:at + 100]:
        data[at] ^= 1
        break
open(path, 'wb').write(data)
PYTHON
as again list person --count >"$work/out" || fail "what was restored"
cp "$work/again/db/data.mdb" "$work/whole"
page=20
until ! as again check >"$work/out" 2>"$work/err" &&
	grep -q "ở [1-9] chỗ" "$work/err"; do
	[ $((page += 1)) -lt 200 ] || fail "no damage is found"
	cp "$work/whole" "$work/again/db/data.mdb"
	python3 "$work/damage.py" "$work/again/db/data.mdb" $page
done
play again care-damaged
ok "a fault is told"
echo "[  PASSED  ] $passed test(s)."
