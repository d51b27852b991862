# What the command tests share.  Each test has a folder of its own.
set -u
ansinh=${ANSINH-$PWD/ansinh}
work=$(mktemp -d "${TMPDIR-/tmp}/ansinh-test.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
export ANSINH_DATA=$srcdir_abs
passed=0

pass=$work/pass
printf 'lang rung suoi bien nui\n' >"$pass"

# as HOME COMMAND...: ansinh there, with the passphrase
as() {
	ANSINH_HOME=$work/$1
	export ANSINH_HOME
	shift
	"$ansinh" --passphrase-file "$pass" "$@"
}
fail() {
	echo "FAILED: $*"
	exit 1
}
ok() {
	passed=$((passed + 1))
	echo "ok $passed - $*"
}
# preload FILE: makes $lib, for LD_PRELOAD, of tests/FILE.c
preload() {
	lib=$work/$(basename "$1").so
	${CC:-cc} -shared -fPIC -o "$lib" "$srcdir/tests/$1.c" -ldl ||
		fail "$1.c does not build"
}
# want STATUS WHAT COMMAND...: the command's exit status
want() {
	status=$1
	what=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" = "$status" ] || {
		cat "$work/out" "$work/err"
		fail "$what: exit $got, wanted $status"
	}
	ok "$what"
}
# has TEXT FILE WHAT
has() {
	grep -qF -- "$1" "$2" || {
		cat "$2"
		fail "$3: no \"$1\""
	}
	ok "$3"
}
# field NAME: of the one-line JSON object on standard input
field() {
	python3 -c '
import json, sys
o = json.loads(sys.stdin.readline())
for k in sys.argv[1].split("."):
    o = o[k]
print(o if isinstance(o, str) else json.dumps(o, ensure_ascii=False))' "$1"
}
# device HOME: as its card $work/HOME.card names it
device() {
	sed -n 's/^device: *//p' "$work/$1.card"
}
# desk HOME...: sets it up, the district if it is called huyen, else a laptop of
# the commune; its card is $work/HOME.card
desk() {
	for home in "$@"; do
		role=commune unit=11149 name="Xã Hà Kỳ" officer="Nguyễn Văn Thử"
		[ "$home" != huyen ] || role=district unit=298 \
			name="Huyện Tứ Kỳ" officer="Trần Thị Mẫu"
		want 0 "the desk $home is set up" as "$home" init --role $role \
			--unit $unit --officer "$officer" --name "$name" \
			--kdf-mib 8
		as "$home" card --out "$work/$home.card" >"$work/out" ||
			fail "the card of $home"
	done
}
# desks HOME...: the same, and each accepts the cards of the others
desks() {
	desk "$@"
	for home in "$@"; do
		for other in "$@"; do
			[ "$home" = "$other" ] || want 0 "$home trusts $other" \
				as "$home" trust "$work/$other.card" --yes
		done
	done
}
# carry FROM TO: a stick goes from one to the other
carry() {
	rm -rf "$work/usb"
	mkdir "$work/usb"
	unit=11149
	[ "$2" != huyen ] || unit=298
	as "$1" export --for "$unit/$(device "$2")" --to "$work/usb" \
		>"$work/out" 2>&1 || { cat "$work/out"; fail "export $1 $2"; }
	as "$2" import "$work/usb" --yes >"$work/out" 2>&1 ||
		{ cat "$work/out"; fail "import $1 $2"; }
	ok "a stick goes from $1 to $2"
}
