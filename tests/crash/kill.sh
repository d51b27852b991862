#!/bin/sh
# SIGKILL at random moments of a real session: a person is entered on the
# screens, and commands hand over, take in and back up.  What the screen said
# was saved is there, and so is what a command ended well for; what was typed
# and seen opens again from its draft; nothing is damaged.  KILLS is how many.
. "$srcdir/tests/cli/lib.sh"
kills=${KILLS-12}
until=$(($(date +%s) + ${MINUTES-60} * 60))
DRIVE_TERM=xterm-256color
export DRIVE_TERM

quiet() {
	"$@" >"$work/out" 2>&1 || {
		cat "$work/out"
		fail "$*"
	}
}
quiet as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8
quiet as huyen init --role district --unit 298 --officer "Trần Thị Mẫu" \
	--kdf-mib 8
quiet as xa card --out "$work/xa.card"
quiet as huyen card --out "$work/huyen.card"
quiet as huyen trust "$work/xa.card" --yes
quiet as xa trust "$work/huyen.card" --yes
mkdir "$work/stick" "$work/copies"

seed=${SEED-11149}
random() { # N: sets $r, below it
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	r=$((seed / 65536 % $1))
}
# Syllables that no way of typing changes.
name_of() {
	name=
	for i in 1 2 3 4 5 6 7; do
		set -- Ba Cu Ki Mo Nu Ti Vo Ha Le Gu
		random 10
		shift "$r"
		name="$name${name:+ }$1"
	done
}
login='see Mật khẩu
type lang rung suoi bien nui
key Enter
see Trang đầu'
# The script of an entry; the line that says "saved" is the last but one.
script_of() {
	{
		printf '%s\nkey Down\nkey Ins\nsee Trang 1/5\n' "$login"
		echo "$name" | sed 's/.../&\n/g' | sed 's/^/type /'
		cat <<-'E'
			key Enter
			type 1950
			key Enter
			type nu
			key F6
			type hamlet
			key Enter
			type Ha Ni
			key Enter
			key F2
			see Đã lưu
			key Esc
		E
	} >"$work/keys"
	lines=$(wc -l <"$work/keys")
}
drive() {
	tests/tui/drive --quiet 5 "$@" "$ansinh"
}
ANSINH_HOME=$work/xa
export ANSINH_HOME

# How much of the name the screen shows, if that is enough to know it by.
seen_of() {
	seen=
	n=${#name}
	while [ "$n" -gt 4 ]; do
		part=$(printf %.${n}s "$name")
		if grep -qF -- "$part" "$1"; then
			seen=$part
			break
		fi
		n=$((n - 1))
	done
}
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# entry MS [lose]: one entry, killed after a while; the planted fault loses its
# draft.
entry() {
	name_of
	script_of
	rm -f "$work/killed"
	drive --kill "$1" "$work/killed" "$work/keys" >"$work/out" || {
		cat "$work/out"
		fail "the entry"
	}
	[ -z "${2-}" ] || rm -f "$work"/xa/drafts/*.draft
	line=$lines
	[ ! -f "$work/killed" ] || line=$(head -n 1 "$work/killed")
	[ -f "$work/killed" ] || : >"$work/killed"
	seen_of "$work/killed"
	now=$(as xa list person --count) || fail "not to be opened"
	drafts=$(find "$work/xa/drafts" -name '*.draft' 2>/dev/null | wc -l)
	if [ "$line" -ge "$lines" ]; then
		acknowledged=$((acknowledged + 1))
		[ "$now" = $((persons + 1)) ] || fail "round $round: an entry" \
			"that was said to be saved is lost (line $line)"
	fi
	[ "$now" = "$persons" ] || [ "$now" = $((persons + 1)) ] ||
		fail "round $round: $persons persons became $now"
	if [ -n "$seen" ] && [ "$now" = "$persons" ]; then
		typed=$((typed + 1))
		[ "$drafts" = 1 ] || fail "round $round: \"$seen\" was seen" \
			"and is in no draft"
		printf '%s\nsee Bản nháp\nkey Enter\nsee %s\n' "$login" \
			"$seen" >"$work/again"
		drive "$work/again" >"$work/out" || {
			cat "$work/killed" "$work/out"
			fail "round $round: the draft lacks \"$seen\""
		}
	fi
	rm -f "$work"/xa/drafts/*.draft
	persons=$now
}
# One command, killed after a while; what ended well must hold.
command_of() {
	random 3
	[ "$sent" -gt 0 ] || [ "$r" != 1 ] || r=0
	case $r in
	0) set -- "$1" xa export --for 298 --to "$work/stick" ;;
	1) set -- "$1" huyen import "$work/stick" --yes ;;
	2) set -- "$1" xa backup --to "$work/copies/$round" ;;
	esac
	mkdir "$work/copies/$round"
	after=$1
	shift
	as "$@" >"$work/out" 2>&1 &
	pid=$!
	sleep "$(printf '0.%03d' "$after")"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	got=$?
	[ $got = 0 ] || [ $got = 137 ] || {
		cat "$work/out"
		fail "round $round: $*: exit $got"
	}
	if [ $got = 0 ] && [ "$2" = import ]; then
		n=$(as huyen list person --count)
		[ "$n" -ge "$sent" ] && [ "$n" -le "$persons" ] || fail "round $round: taken in: $n of $sent"
	fi
	if [ $got = 0 ] && [ "$2" = export ]; then
		sent=$persons
	fi
	for file in "$work"/copies/*/*.backup; do
		[ -f "$file" ] && newest=$file
	done
	[ $got != 0 ] || [ "$2" != backup ] ||
		[ -f "$newest" ] || fail "round $round: no backup"
	quiet as huyen check
}

persons=0
sent=0
acknowledged=0
typed=0
round=0
newest=
name_of
script_of
begun=$(now_ms)
drive "$work/keys" >"$work/out" || {
	cat "$work/out"
	fail "an entry that nobody kills"
}
whole=$(($(now_ms) - begun))
persons=1
echo "$login" >"$work/keys"
begun=$(now_ms)
drive "$work/keys" >"$work/out" || fail "the login"
opening=$(($(now_ms) - begun))
ok "an entry takes $whole ms, $opening of it to open"
# a moment of the whole, every fourth of the opening, later ones more often
moment() {
	random 4
	if [ "$r" = 0 ]; then
		random $((opening + 1))
	else
		random $(((whole - opening) * 4 / 3 + 2))
		r=$((opening + r))
	fi
}
while [ $round -lt "$kills" ] && [ "$(date +%s)" -lt $until ]; do
	round=$((round + 1))
	if [ $((round % 4)) = 0 ]; then
		random 400
		command_of "$r"
	else
		moment
		entry "$r"
	fi
	[ $((round % 8)) != 0 ] || quiet as xa check
done
quiet as xa check
if [ -n "$newest" ]; then
	quiet as xa2 restore "$newest"
	quiet as xa2 check
fi
# Planted: a draft that is lost must be missed.
planted=0
while [ "${planted_tries=0}" -lt 20 ]; do
	planted_tries=$((planted_tries + 1))
	moment
	persons=$(as xa list person --count)
	(entry "$r" lose) >"$work/planted" || {
		planted=1
		break
	}
done
[ $planted = 1 ] && grep -q 'is in no draft' "$work/planted" || fail "a lost draft was not missed"
ok "a draft that is lost is missed: $(tail -n 1 "$work/planted")"
echo "$round kills: $acknowledged entries said to be saved, $typed drafts" \
	"opened as seen, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
