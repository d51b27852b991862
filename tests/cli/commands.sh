#!/bin/sh
# The fixed forms of the commands: what they print, the shape of their JSON,
# and their exit statuses.
. "$srcdir/tests/cli/lib.sh"

# ask NAME CHECK: the lines of $work/out as `o`, one JSON object each
ask() {
	python3 - "$work/out" "$2" <<'END' || fail "$1: $(cat "$work/out")"
import json, re, sys
o = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
ID = re.compile('[a-z2-7]{26}')
RECORD = ['id', 'form', 'version', 'state', 'standing', 'fields']
EVENT = ['event', 'feed', 'seq', 'officer', 'at', 'act', 'set', 'over',
    'reason']
assert o, 'nothing'
sys.exit(not eval('(' + sys.argv[2] + ')'))
END
	ok "$1"
}
records="all(list(r) == RECORD and ID.fullmatch(r['id']) and
r['version'].startswith('20') and r['standing'] == 'here' and
isinstance(r['fields'], dict) for r in o)"

# Help, with and without a command, and what is no command.
want 0 "--help" "$ansinh" --help
cp "$work/out" "$work/commands"
want 0 "--version" "$ansinh" --version
grep -qx 'ansinh [0-9.]*' "$work/out" || fail "--version"
while read -r name; do
	# shellcheck disable=SC2086
	want 0 "$name --help" "$ansinh" $name --help
	has "ansinh $name" "$work/out" "it shows how $name is called"
	has "  $name " "$work/commands" "--help names $name"
	tr -s ' ' <"$srcdir_abs/doc/ansinh.1" >"$work/man"
	has ".It Cm $name" "$work/man" "so does the manual"
done <<'END'
init
demo
card
trust
key export
export
inspect
import
list
find
show
history
form lint
form show
form fill
set
eval
check
backup
restore
END
want 0 "form --help" "$ansinh" form --help
want 2 "no such command" "$ansinh" nonsense
want 2 "half a command" "$ansinh" form
want 2 "no such option" "$ansinh" --nonsense list person

# What needs neither store nor passphrase.
ANSINH_HOME=$work/none
export ANSINH_HOME
want 0 "form show without a store" "$ansinh" form show person
has "full_name" "$work/out" "it shows the fields"
want 2 "form show of no form" "$ansinh" form show nonsense
for f in "$srcdir_abs"/forms/*.yaml; do
	want 0 "lint ${f##*/}" "$ansinh" form lint "$f"
done
want 1 "lint finds faults" "$ansinh" form lint \
	"$srcdir_abs/tests/data/forms/faults.yaml"
grep -Evq '^[^:]+:[0-9]+:[0-9]+: (error|warning): .' "$work/out" &&
	fail "a line of lint: $(cat "$work/out")"
ok "each on a line FILE:LINE:COL: error|warning: text"
[ "$(wc -l <"$work/out")" -gt 3 ] || fail "lint stopped early"
ok "it does not stop at the first"
want 2 "lint without a file" "$ansinh" form lint
[ ! -e "$work/none" ] || fail "a home was made"
want 5 "nothing is set up" as none list person

# Setting up.
want 2 "init without an officer" as xa init --role commune --unit 11149
want 2 "init with another role" as xa init --role province --unit 11149 \
	--officer X --kdf-mib 8
want 2 "init with a size that is none" as xa init --role commune \
	--unit 11149 --officer X --kdf-mib much
want 2 "init with a name for a code" as xa init --role commune \
	--unit "ky son" --officer X --kdf-mib 8
has "(11098)" "$work/err" "the codes that go by that name are told"
want 0 "init with an unknown code" as near init --role commune \
	--unit 11194 --officer X --kdf-mib 8
has "Xã Hà Kỳ (11149)" "$work/err" "the code that may be meant is told"
printf 'ngan\n' >"$work/short"
want 2 "a passphrase too short" env ANSINH_HOME="$work/xa" "$ansinh" \
	--passphrase-file "$work/short" init --role commune --unit 11149 \
	--officer X --kdf-mib 8
[ ! -e "$work/xa/keys.json" ] || fail "a refused init made keys"
want 0 "init" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --kdf-mib 8
want 0 "init of a district" as huyen init --role district --unit 298 \
	--officer "Trần Thị Mẫu" --kdf-mib 8
want 4 "init once more" as xa init --role commune --unit 11149 --officer X \
	--kdf-mib 8
want 0 "the passphrase from a descriptor" sh -c \
	'ANSINH_HOME=$1 ANSINH_PASSPHRASE_FD=7 "$2" list person --count \
	7<"$3"' sh "$work/xa" "$ansinh" "$pass"
want 2 "no passphrase and no terminal" setsid env ANSINH_HOME="$work/xa" \
	"$ansinh" list person
printf 'mot mat khau khac han\n' >"$work/wrong"
want 3 "another passphrase" env ANSINH_HOME="$work/xa" "$ansinh" \
	--passphrase-file "$work/wrong" check

# A demo commune; the same seed makes the same one.
want 2 "demo without a seed" as xa demo --persons 20
want 0 "demo" as xa demo --seed 7 --persons 20
[ "$(as xa list person --count)" = 20 ] || fail "demo: not 20 persons"
ok "as many persons as asked for"
as ya init --role commune --unit 11149 --officer X --kdf-mib 8 >"$work/out" ||
	fail "init"
as ya demo --seed 7 --persons 20 >"$work/out" || fail "demo"
for home in xa ya; do
	as $home list person --json | sed 's/"id":"[^"]*"//;
		s/"household":"[^"]*"//' >"$work/$home.demo"
done
cmp "$work/xa.demo" "$work/ya.demo" || fail "the same seed, another commune"
ok "the same seed makes the same commune"

# list, find, show, history, set
want 0 "list --json" as xa list person --json
ask "its shape" "$records and len(o) == 20"
id=$(head -n 1 "$work/out" | field id)
name=$(head -n 1 "$work/out" | field fields.full_name)
want 0 "list" as xa list person
[ "$(wc -l <"$work/out")" = 20 ] || fail "a line a record"
want 2 "list of no form" as xa list nonsense
want 2 "list without a form" as xa list
want 0 "find --json" as xa find "$name" --json
ask "its shape" "$records and any(r['id'] == '$id' for r in o)"
want 5 "find what is not there" as xa find 'Không Có Ai' --json
[ ! -s "$work/out" ] || fail "find said something"
want 0 "show" as xa show "$id"
has "$name" "$work/out" "it shows the name"
has "Trạng thái: Đ" "$work/out" "its state in words"
grep -E '^ +Ngày, tháng, năm sinh: .*[0-9]{4}-' "$work/out" &&
	fail "a day as the screens do not show it"
sed -n '3p' "$work/out" | grep -q 'Trạng thái' || fail "the paper's order"
ok "its days as on the screens, in the order of the paper"
want 4 "a state that asks for more" as xa set "$id" state=dead --reason x
has "Ngày chết" "$work/err" "what is missing is named"
want 0 "show --json" as xa show "$id" --json
ask "its shape" "$records and len(o) == 1 and o[0]['id'] == '$id'"
want 5 "show what is not there" as xa show aaaaaaaaaaaaaaaaaaaaaaaaaa
want 2 "show what is no id" as xa show 'nobody'

want 0 "set" as xa set "$id" hamlet='Thôn Mới' phone=0912345678 \
	--reason 'chuyển thôn'
want 0 "history --json" as xa history "$id" --json
ask "its shape" "all(list(h) == EVENT and len(h['event']) == 64 and
ID.fullmatch(h['feed']) and isinstance(h['over'], list) for h in o) and
[h['act'] for h in o] == ['create', 'amend'] and
o[1]['set'] == {'hamlet': 'Thôn Mới', 'phone': '0912345678'} and
o[1]['officer'] == 'Nguyễn Văn Thử' and o[1]['reason'] == 'chuyển thôn' and
o[1]['over'] == [o[0]['event']] and o[1]['seq'] > o[0]['seq']"
cp "$work/out" "$work/history"
want 0 "history" as xa history "$id"
grep -Eq '^[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}' "$work/out" ||
	fail "days of the history"
ok "its days, too"
has "chuyển thôn" "$work/out" "it says why"
want 5 "history of what is not there" as xa history \
	aaaaaaaaaaaaaaaaaaaaaaaaaa
want 2 "set without a reason" as xa set "$id" hamlet=X
want 2 "set without a value" as xa set "$id" hamlet --reason x
want 2 "set of no field" as xa set "$id" nonsense=1 --reason x
want 5 "set of no record" as xa set aaaaaaaaaaaaaaaaaaaaaaaaaa hamlet=X \
	--reason x
want 1 "set to what is no choice" as xa set "$id" sex=khac --reason x
want 1 "set against a rule" as xa set "$id" hamlet=X full_name=Mot --reason x
want 0 "the history afterwards" as xa history "$id" --json
cmp "$work/out" "$work/history" || fail "a refused set left a change"
ok "what was refused has changed nothing"

# form fill
cat >"$work/keys" <<'END'
# a comment
text "Nguyễn Thị Đào"
goto birth
text 031938
goto sex
text nu
END
fill() {
	as xa form fill person --keys "$work/keys" "$@"
}
want 1 "form fill --save with a gap" fill --save --json
ask "its shape" "list(o[0]) == ['values', 'findings', 'cursor', 'saved'] and
o[0]['saved'] is False and all(list(f) == ['field', 'line', 'severity',
'message'] for f in o[0]['findings']) and
('hamlet', '7', 'error') in [(f['field'], f['line'], f['severity'])
for f in o[0]['findings']]"
want 0 "form fill --json" fill --json
ask "the values" "o[0]['values']['full_name'] == 'Nguyễn Thị Đào' and
o[0]['values']['birth'] == '1938-03' and o[0]['values']['sex'] == 'female'
and isinstance(o[0]['cursor'], str) and o[0]['saved'] is False"
[ "$(as xa list person --count)" = 20 ] || fail "fill saved unasked"
ok "nothing is saved unasked"
printf 'goto hamlet\ntext "Thôn 1"\nkey F2\n' >>"$work/keys"
want 0 "form fill by key F2" fill --json
ask "saved" "ID.fullmatch(o[0]['saved'])"
saved=$(field saved <"$work/out")
want 0 "what was saved" as xa show "$saved" --json
ask "is there" "o[0]['fields']['birth'] == '1938-03'"
# A forced warning is kept with its reason.
cat >"$work/keys" <<'END'
text "Nguyễn Thị Cả"
goto birth
text 1880
force "giấy khai sinh gốc"
goto sex
text nu
goto hamlet
text "Thôn 1"
END
want 0 "form fill --save with a forced warning" fill --save --json
forced=$(field saved <"$work/out")
want 0 "what was forced" as xa show "$forced" --json
ask "its reason" "o[0]['fields']['birth?force'] == 'giấy khai sinh gốc'"
want 0 "the history of it" as xa history "$forced"
has "giấy khai sinh gốc" "$work/out" "the history says the reason"
printf 'key F99\n' >"$work/keys"
want 2 "form fill with no such key" fill
has "keys:1" "$work/err" "it says where"
printf 'text x\ngoto nowhere\n' >"$work/keys"
want 5 "form fill to no such field" fill --save
has "keys:2" "$work/err" "it says where"
want 2 "form fill without a script" as xa form fill person
[ "$(as xa list person --count)" = 22 ] || fail "fill left something"
ok "a script that fails leaves nothing"

# Cards, trust, keys
want 0 "card" as xa card --out "$work/xa.card"
python3 - "$work/xa.card" <<'END' || fail "the card: $(cat "$work/xa.card")"
import re, sys
want = ['ansinh-card 1', 'unit: 11149', 'role: commune', 'name: .+',
    'device: [A-Z2-7]{4}', 'minisign: RW.{54}', 'age: age1.{58}',
    'words: ([a-z]+ ){7}[a-z]+']
lines = open(sys.argv[1], encoding='utf-8').read().splitlines()
lines = [l for l in lines
    if not re.match('(recovery|restricted): age1', l)]
sys.exit(len(lines) != len(want) or
    not all(re.fullmatch(w, l) for w, l in zip(want, lines)))
END
ok "its lines"
as huyen card --out "$work/huyen.card" >"$work/out" || fail "card"
want 2 "card without a file" as xa card
mkfifo "$work/pipe"
want 4 "card to what is no file" as xa card --out "$work/pipe"
[ -p "$work/pipe" ] || fail "the pipe was replaced"
want 5 "card to no folder" as xa card --out "$work/nowhere/xa.card"
want 4 "export to a stranger" as xa export --for 298 --to "$work/stick"
want 4 "trust, asked of nobody" setsid env ANSINH_HOME="$work/xa" "$ansinh" \
	--passphrase-file "$pass" trust "$work/huyen.card"
want 0 "trust" as xa trust "$work/huyen.card" --yes
want 0 "trust once more" as xa trust "$work/huyen.card" --yes
want 0 "trust there" as huyen trust "$work/xa.card" --yes
want 0 "key export" as xa key export --out "$work/key"
grep -q '^AGE-SECRET-KEY-1' "$work/key" || fail "no age identity"
ok "it is an age identity"
[ "$(stat -c %a "$work/key")" = 600 ] || fail "others may read the key"
ok "nobody else may read it"

# The hand-over: one stick for both ways, and for other units.
mkdir "$work/stick"
want 2 "export to nobody" as xa export --to "$work/stick"
want 4 "import of an empty stick" as huyen import "$work/stick" --yes
want 7 "export to a stick that is not there" as xa export --for 298 \
	--to "$work/nowhere"
[ ! -e "$work/nowhere" ] || fail "export made a folder"
want 0 "export" as xa export --for 298 --to "$work/stick"
bundle=$(echo "$work"/stick/ANSINH/11149-*.ansinh)
want 0 "inspect" "$ansinh" inspect "$bundle"
has "11149" "$work/out" "it says from whom"
want 4 "inspect of what is no bundle" "$ansinh" inspect "$work/xa.card"
want 5 "inspect of nothing" "$ansinh" inspect "$work/nothing"
want 4 "import, asked of nobody" setsid env ANSINH_HOME="$work/huyen" \
	"$ansinh" --passphrase-file "$pass" import "$work/stick"
[ "$(as huyen list person --count)" = 0 ] || fail "it was taken in unasked"
want 0 "import" as huyen import "$work/stick" --yes
[ "$(as huyen list person --count)" = 22 ] || fail "not all came over"
want 0 "export back on the same stick" as huyen export --for 11149 \
	--to "$work/stick"
want 0 "import of a stick with our own on it" as xa import "$work/stick" \
	--yes
[ "$(as xa show "$id" --json | field standing)" = received ] ||
	fail "no receipt"
ok "the receipt is home"
want 4 "import of our own by name" as xa import "$bundle" --yes
want 5 "import of nothing" as xa import "$work/nothing" --yes

# Busy, damaged, and full.
python3 - "$ansinh" "$pass" "$work/xa" <<'END' || fail "two at once"
import os, pty, select, subprocess, sys
ansinh, passphrase, home = sys.argv[1:]
env = dict(os.environ, ANSINH_HOME=home, TERM='xterm')
def count():
    return subprocess.run([ansinh, '--passphrase-file', passphrase, 'list',
        'person', '--count'], env=env, capture_output=True).returncode
pid, fd = pty.fork()
if pid == 0:
    os.execve(ansinh, ['ansinh', '--passphrase-file', passphrase], env)
seen = b''
while b'11149' not in seen and select.select([fd], [], [], 20)[0]:
    seen += os.read(fd, 65536)
second = count()
os.kill(pid, 9)
os.waitpid(pid, 0)
third = count()
print(second, third)
sys.exit((second, third) != (6, 0))
END
ok "while the screens are open nobody else comes in"
want 0 "check" as xa check
want 0 "backup" as xa backup --to "$work/backup"
want 2 "backup to nowhere" as xa backup
want 4 "restore over a register" as xa restore "$work"/backup/*
want 3 "restore with another passphrase" env ANSINH_HOME="$work/xa2" \
	"$ansinh" --passphrase-file "$work/wrong" restore "$work"/backup/*
want 0 "restore" as xa2 restore "$work"/backup/*
as xa list person --json | sed 's/"standing":"[a-z]*"//' >"$work/one"
as xa2 list person --json | sed 's/"standing":"[a-z]*"//' >"$work/two"
cmp "$work/one" "$work/two" || fail "the restored register differs"
ok "the restored register is the same"
want 7 "no room to print to" sh -c \
	'ANSINH_HOME=$1 "$2" --passphrase-file "$3" list person >/dev/full' \
	sh "$work/xa" "$ansinh" "$pass"
echo "[  PASSED  ] $passed test(s)."
