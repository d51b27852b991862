#!/bin/sh
# What may come to the program that is broken, forged, or not for it, and what
# may happen to it: each time a message, and the register as it was.
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/records.sh"

for program in minisign age-keygen; do
	command -v $program >/dev/null || { echo "no $program"; exit 77; }
done

# sound WHAT: no sanitizer spoke, and no signal ended the last command
sound() {
	[ "$got" -lt 126 ] || fail "$1: exit $got"
	! grep -q Sanitizer "$work/err" || {
		cat "$work/err"
		fail "$1: a fault of the program"
	}
}
# state HOME: the sum of what its lists say
state() {
	for form in person household; do
		as "$1" list $form --json
	done | sha256sum
}
# refuse WHAT FILE [STATUS]: the district does not take it, nothing changes
refuse() {
	want "${3-4}" "$1" as huyen import "$2" --yes
	sound "$1"
	[ "$got" = 0 ] || [ -s "$work/err" ] || fail "$1: without a message"
	[ "$(state huyen)" = "$before" ] || fail "$1: the register changed"
}

as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8 >"$work/out" || fail "init"
as huyen init --role district --unit 298 --officer "Trần Thị Mẫu" \
	--kdf-mib 8 >"$work/out" || fail "init"
as khac init --role district --unit 297 --officer "Lê Thị Khác" \
	--kdf-mib 8 >"$work/out" || fail "init"
as xa demo --seed 3 --persons 40 >"$work/out" || fail "demo"
for home in xa huyen; do
	as $home card --out "$work/$home.card" >"$work/out" || fail "card"
done
as xa trust "$work/huyen.card" --yes >"$work/out" || fail "trust"
mkdir "$work/stick"
as xa export --for 298 --to "$work/stick" >"$work/out" || fail "export"
bundle=$(echo "$work"/stick/ANSINH/*.ansinh)
name=${bundle##*/}
before=$(state huyen)

# 1. Cards
refuse "a bundle of nobody we know" "$bundle"
sed '/^words:/s/[a-z]*$/banana/' "$work/xa.card" >"$work/bad.card"
want 4 "a card with a wrong word" as huyen trust "$work/bad.card" --yes
sed '/^unit:/s/11149/11150/' "$work/xa.card" >"$work/bad.card"
want 4 "a card whose unit was changed" as huyen trust "$work/bad.card" --yes
head -c 100 "$work/xa.card" >"$work/bad.card"
want 4 "half a card" as huyen trust "$work/bad.card" --yes
head -c 5000 /dev/urandom >"$work/bad.card"
want 4 "noise for a card" as huyen trust "$work/bad.card" --yes
sound "cards"
refuse "still nobody we know" "$bundle"
as huyen trust "$work/xa.card" --yes >"$work/out" || fail "trust"

# 2. Cut off and damaged; the name stays the same
mkdir "$work/bad"
bad=$work/bad/$name
size=$(stat -c %s "$bundle")
for n in 0 1 511 512 1024 $((size / 2)) $((size - 1024)) $((size - 1)); do
	head -c "$n" "$bundle" >"$bad"
	refuse "cut off after $n" "$bad"
done
for at in 0 257 600 1024 1100 1700 $((size / 2)) $((size - 2048)) \
	$((size - 1)); do
	python3 - "$bundle" "$bad" "$at" <<'END' || fail "flip"
import sys
b = bytearray(open(sys.argv[1], 'rb').read())
b[int(sys.argv[3])] ^= 1
open(sys.argv[2], 'wb').write(b)
END
	refuse "a bit flipped at $at" "$bad"
done
{ cat "$bundle"; echo more; } >"$bad"
refuse "with more at its end" "$bad"
head -c 100000 /dev/urandom >"$bad"
refuse "noise" "$bad"
rm "$bad"
ln -s "$bundle" "$bad"
refuse "a link" "$bad"
rm "$bad"
mkfifo "$bad"
refuse "a pipe" "$bad"
rm "$bad"

# 3. Signed by another.  The forger is at first nobody, then a commune that
# the district knows, and signs what he likes.
mkdir "$work/forged"
cd "$work/forged" || exit 1
tar -xf "$bundle"
sig=payload.tar.zst.age.minisig
header=$(sed -n 's/^trusted comment: //p' $sig)
cp $sig "$work/true.minisig"
minisign -G -W -f -p forger.pub -s forger.key >"$work/out"
cat >forger.card <<END
ansinh-card 1
unit: 11150
role: commune
name: Xã Không Thật
device: GIAA
minisign: $(tail -n 1 forger.pub)
age: $(age-keygen 2>"$work/err" | age-keygen -y)
END
pack() {
	tar --format=ustar -b1 --mode=0644 --owner=0 --group=0 \
		--numeric-owner --mtime=@0 -cf "$bad" README.txt \
		payload.tar.zst.age $sig
}
forge() { # forge HEADER: the payload as it is, under that header
	minisign -S -W -s forger.key -m payload.tar.zst.age \
		-c 'ansinh bundle' -t "$1" >"$work/out" || fail "minisign"
	pack
}
forge "$header"
refuse "signed by a stranger" "$bad"
python3 - "$work/true.minisig" $sig <<'END' || fail "key id"
import base64, sys
def line(path):
    return open(path).read().split('\n')
true, forged = line(sys.argv[1]), line(sys.argv[2])
a, b = base64.b64decode(true[1]), base64.b64decode(forged[1])
forged[1] = base64.b64encode(a[:10] + b[10:]).decode()
open(sys.argv[2], 'w').write('\n'.join(forged))
END
pack
refuse "a stranger under the sender's key number" "$bad"
cp "$work/true.minisig" $sig
sed -i '/^trusted comment/s/n=1 /n=9 /' $sig
pack
refuse "a header that was changed" "$bad"
want 0 "the forger is accepted as a commune" as huyen trust forger.card --yes
before=$(state huyen)
forge "$header"
refuse "signed by another commune" "$bad"
own=$(echo "$header" | sed 's/from=[^ ]*/from=11150\/GIAA/')
forge "$own"
refuse "another's payload under one's own header" "$bad"
forge "$(echo "$own" | sed 's/^ansinh 1/ansinh 2/')"
refuse "of a future version" "$bad"
forge "$(echo "$own" | sed 's/to=298/to=297/')"
refuse "for another unit" "$bad"
forge "$(echo "$own" | sed 's/size=[0-9]*/size=99999999999/')"
refuse "a size that is not so" "$bad"
forge "$(echo "$own" | sed 's/sha256=..../sha256=0000/')"
refuse "a sum that is not so" "$bad"
forge "$own more=1"
refuse "a header with more in it" "$bad"
head -c 3000 /dev/urandom >payload.tar.zst.age
forge "$(echo "$own" | sed "s/size=[0-9]*/size=3000/
	s/sha256=.\{64\}/sha256=$(sha256sum payload.tar.zst.age |
		cut -c 1-64)/")"
refuse "noise, signed" "$bad"
cd "$work" || exit 1

# 4. Genuine, and not for here, or once more
as khac trust "$work/xa.card" --yes >"$work/out" || fail "trust"
want 4 "for another district" as khac import "$bundle" --yes
has "298" "$work/err" "it says for whom it is"
want 4 "a stick with nothing for here" as khac import "$work/stick" --yes
[ "$(as khac list person --count)" = 0 ] || fail "it was taken in"
cp -r "$work/huyen" "$work/fresh"
want 0 "the genuine one is taken after all that" as huyen import "$bundle" \
	--yes
[ "$(as huyen list person --count)" = 40 ] || fail "not all is there"
before=$(state huyen)
refuse "the same once more changes nothing" "$bundle" 0
id=$(as xa list person --json | head -n 1 | field id)
as xa set "$id" hamlet='Thôn Mới' --reason x >"$work/out" || fail "set"
as xa export --for 298 --to "$work/stick" >"$work/out" || fail "export"
as huyen import "$work/stick" --yes >"$work/out" || fail "import"
before=$(state huyen)
refuse "an old one after a newer changes nothing" "$bundle" 0
[ "$(as huyen show "$id" --json | field fields.hamlet)" = 'Thôn Mới' ] ||
	fail "the old value came back"
ok "the newer value stands"

# 5. Forms
lint() { # lint WHAT: $work/form.yaml is refused, soon
	want 1 "lint of $1" timeout 20 "$ansinh" form lint "$work/form.yaml"
	sound "$1"
	has "form.yaml:" "$work/out" "it says where"
}
printf 'form: a\ntitle: &t [x]\npages: [*t, *t]\n' >"$work/form.yaml"
lint "aliases"
python3 -c 'print("form: a\npages: " + "[" * 200000)' >"$work/form.yaml"
lint "lists in lists without end"
python3 -c '
for i in range(3000): print(" " * i + "a:")' >"$work/form.yaml"
lint "maps in maps without end"
python3 -c 'print("form: a\npages:\n" + "  - x\n" * 5000000)' \
	>"$work/form.yaml"
lint "a huge file"
python3 -c 'print("form: " + "a" * 5000000)' >"$work/form.yaml"
lint "a huge word"
head -c 20000 /dev/urandom >"$work/form.yaml"
lint "noise"
printf 'form: a\nform: b\npages: {a: 1, a: 2}\n' >"$work/form.yaml"
lint "names given twice"
: >"$work/form.yaml"
lint "an empty file"

# 6. A damaged register
damaged() { # damaged WHAT: check says so, and list does not read past it
	want 75 "check: $1" as ill check
	sound "$1"
	[ -s "$work/err" ] || fail "$1: without a message"
	as ill list person --json >"$work/out" 2>"$work/err"
	got=$?
	sound "$1, list"
	rm -rf "$work/ill"
}
db=$work/xa/db/data.mdb
size=$(stat -c %s "$db")
for n in 0 100 8192 $((size / 2)); do
	cp -r "$work/xa" "$work/ill"
	truncate -s "$n" "$work/ill/db/data.mdb"
	damaged "cut off after $n"
done
# The last pages may be free ones: then all is there without them.
whole=$(state xa)
for n in 1 2 4 8 16 32; do
	cp -r "$work/xa" "$work/ill"
	truncate -s $((size - n * 4096)) "$work/ill/db/data.mdb"
	as ill check >"$work/out" 2>"$work/err"
	got=$?
	sound "$n pages cut off"
	[ $got = 75 ] || [ $got = 0 ] || fail "$n pages cut off: exit $got"
	[ $got = 75 ] || [ "$(state ill)" = "$whole" ] ||
		fail "$n pages cut off, and nobody was told"
	rm -rf "$work/ill"
done
[ $got = 75 ] || fail "32 pages cut off, and nobody was told"
ok "what lies in the last pages is missed"
# The last bytes of a page are of what was put there first: never a header.
# The list of free pages is left alone: nothing seals it.
ill=0
whole=0
pages=$(python3 - "$db" <<'END'
import struct, sys
b = open(sys.argv[1], 'rb').read()
free = [struct.unpack_from('<Q', b, meta + 80)[0] for meta in (0, 4096)]
print(*[p for p in range(2, len(b) // 4096, 9) if p not in free])
END
)
for page in $pages; do
	cp -r "$work/xa" "$work/ill"
	printf '\252\125' | dd of="$work/ill/db/data.mdb" bs=1 \
		seek=$((page * 4096 + 4090)) conv=notrunc 2>"$work/err"
	as ill check >"$work/out" 2>"$work/err"
	got=$?
	sound "page $page"
	case $got in
	0) whole=$((whole + 1)) ;; # the page is not in use
	75) ill=$((ill + 1)) ;;
	*) fail "page $page flipped: exit $got" ;;
	esac
	as ill list person --json >"$work/out" 2>"$work/err"
	got=$?
	sound "page $page, list"
	rm -rf "$work/ill"
done
echo "$ill of $((ill + whole)) flips found"
[ $ill -gt 0 ] || fail "no flip was found"
ok "a flipped page is found where it is in use"
cp -r "$work/xa" "$work/ill"
rm "$work/ill/keys.json"
want 5 "without its keys" as ill list person
rm -rf "$work/ill"
cp -r "$work/xa" "$work/ill"
printf '{' >"$work/ill/keys.json"
as ill list person >"$work/out" 2>"$work/err"
got=$?
sound "broken keys"
[ $got = 75 ] || [ $got = 4 ] || [ $got = 3 ] || fail "broken keys: $got"
ok "with broken keys"
want 0 "the register itself is whole" as xa check

# 7. Killed at any time: what was acknowledged is there, and all verifies.
household_keys >"$work/keys"
python3 - "$ansinh" "$pass" "$work" <<'END' || fail "killed"
import json, os, shutil, subprocess, sys, time
ansinh, passphrase, work = sys.argv[1:]
def start(home, *args):
    return subprocess.Popen([ansinh, '--passphrase-file', passphrase, *args],
        env=dict(os.environ, ANSINH_HOME=work + '/' + home),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
def run(home, *args):
    p = start(home, *args)
    out, err = p.communicate()
    assert p.returncode == 0, (args, p.returncode, out[-300:], err[-300:])
    return out.decode()
def killed(home, after, *args):
    p = start(home, *args)
    time.sleep(after)
    p.kill()
    return p.communicate()[0].decode()
def took(home, *args):
    begin = time.monotonic()
    run(home, *args)
    return time.monotonic() - begin
fill = ('form', 'fill', 'household', '--keys', work + '/keys', '--json')
had = int(run('xa', 'list', 'household', '--count'))
whole = took('xa', *fill)
saved = []
for i in range(8):
    out = killed('xa', whole * (i + 1) / 8, *fill)
    if out.endswith('}\n'):
        saved.append(json.loads(out)['saved'])
run('xa', 'check')
there = [json.loads(l)['id'] for l in
    run('xa', 'list', 'household', '--json').splitlines()]
assert set(saved) <= set(there), 'a saved household is lost'
assert had + 1 + len(saved) <= len(there) <= had + 9
# a bundle is taken in whole, or not at all
bundle = sorted(os.listdir(work + '/stick/ANSINH'))[0]
take = ('import', work + '/stick/ANSINH/' + bundle, '--yes')
shutil.copytree(work + '/fresh', work + '/kill')
whole = took('kill', *take)
shutil.rmtree(work + '/kill')
shutil.copytree(work + '/fresh', work + '/kill')
for i in range(5):
    killed('kill', whole * (i + 1) / 6, *take)
    n = int(run('kill', 'list', 'person', '--count'))
    assert n in (0, 40), n
    run('kill', 'check')
run('kill', *take)
assert run('kill', 'list', 'person', '--count') == '40\n'
# a commune in the making
for i in range(3):
    killed('kill', whole * (i + 2) / 2, 'demo', '--seed', '5', '--persons',
        '3000')
    run('kill', 'check')
# the keys and the first page of a register
for i in range(4):
    killed('new%d' % i, whole * i / 4, 'init', '--role', 'commune', '--unit',
        '11149', '--officer', 'X', '--kdf-mib', '8')
    p = start('new%d' % i, 'init', '--role', 'commune', '--unit', '11149',
        '--officer', 'X', '--kdf-mib', '8')
    out, err = p.communicate()
    assert p.returncode in (0, 4), (p.returncode, err)
    run('new%d' % i, 'check')
END
ok "killed while it saves"
ok "killed while it takes in"
ok "killed while it makes a commune"
ok "killed while it sets up"
mkdir -p "$work/left/db"
: >"$work/left/keys.new"
want 0 "what a killed init left is in nobody's way" as left init \
	--role commune --unit 11149 --officer X --kdf-mib 8

# 8. A folder that may not be written to, and a disk that is full
before=$(state xa)
if [ "$(id -u)" != 0 ]; then
	cp -r "$work/xa" "$work/sealed"
	chmod -R a-w "$work/sealed"
	want 7 "a folder that may not be written to" as sealed set "$id" \
		hamlet=X --reason x
	sound "read only"
	chmod -R u+w "$work/sealed"
	[ "$(state sealed)" = "$before" ] || fail "read only, and changed"
fi
if unshare -m true 2>"$work/err"; then
	mkdir "$work/tiny"
	cat >"$work/full.sh" <<'END'
mount -t tmpfs -o size=20m none "$1/tiny" || exit 77
cp -r "$1"/xa/* "$1/tiny" || exit 77
ANSINH_HOME=$1/tiny
export ANSINH_HOME
set -- "$1" "$2" --passphrase-file "$3"
top=$1
shift
"$@" list person --json >"$top/tiny.before" || exit 1
"$@" demo --seed 9 --persons 20000 && exit 1
head -c 40000000 /dev/zero >"$top/tiny/filler" 2>"$top/filler.err"
"$@" check || exit 1
"$@" demo --seed 9 --persons 20000
status=$?
"$@" list person --json >"$top/tiny.after" || exit 1
cmp "$top/tiny.before" "$top/tiny.after" || exit 1
exit $status
END
	unshare -m sh "$work/full.sh" "$work" "$ansinh" "$pass" \
		>"$work/out" 2>"$work/err"
	got=$?
	sound "a full disk"
	[ $got = 77 ] || [ $got = 7 ] || {
		cat "$work/out" "$work/err"
		fail "a full disk: exit $got"
	}
	ok "a full disk"
fi
want 0 "at the end all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
