#!/bin/sh
# SIGKILL at random moments of a real session: a person is entered on the
# screens, a form is typed into key by key, and commands hand over, take in and
# back up.  What the screen said was saved is there, and so is what a command
# ended well for; what was seen in a form opens again from its draft, to the
# last letter; nothing is damaged.  KILLS is how many.
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
# letters TEXT: one key a step
letters() {
	echo "$1" | sed 's/./type &\n/g' | sed '/^$/d'
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
drive() { # the screens of xa, whoever was the last to run a command
	ANSINH_HOME=$work/xa
	export ANSINH_HOME
	tests/tui/drive --quiet 5 "$@" "$ansinh"
}

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
		# it opens where it was left, perhaps on another page
		printf '%s\nsee Bản nháp\nkey Enter\nsee Trang\nkey F6\n%s' \
			"$login" "type 1
key Enter
see $seen
" >"$work/again"
		drive "$work/again" >"$work/out" || {
			cat "$work/killed" "$work/out"
			fail "round $round: the draft lacks \"$seen\""
		}
	fi
	rm -f "$work"/xa/drafts/*.draft
	persons=$now
}
# The four texts that are typed into a survey, by the lines of the paper.
texts_of() {
	name_of
	line_1=$name
	name_of
	line_3=$name
	random 1000000
	line_4=09$r
	name_of
	line_6=$name
	{
		printf '%s\nkey Ins\nsee Trang 1/4\n' "$login"
		for i in 1 3 4 6; do
			eval "text=\$line_$i"
			printf 'key F6\ntype %s\nkey Enter\n' $i
			letters "$text"
			echo "key Enter"
		done
	} >"$work/keys"
}
# shown LINE FILE: what a screen shows on that line of the paper
shown() {
	sed -n "s/^[ >] *$1 .\{34\}//p" "$2"
}
# typing MS [cut]: a survey, killed between two keys or in one.  Each field
# opens with what was seen in it, and nothing that was not typed; the planted
# fault cuts the last key off the draft.
typing() {
	texts_of
	rm -f "$work/killed" "$work/again.screen"
	drive --kill "$1" "$work/killed" "$work/keys" >"$work/out" || {
		cat "$work/out"
		fail "the survey"
	}
	draft=$(find "$work/xa/drafts" -name '*.draft' 2>/dev/null)
	patience=20000
	[ -z "${2-}" ] || patience=2000
	[ -z "${2-}" ] || [ -z "$draft" ] || truncate -s -1 "$draft"
	seen=
	for i in 1 3 4 6; do
		[ ! -f "$work/killed" ] || seen=$seen$(shown $i "$work/killed")
	done
	if [ -n "$seen" ]; then
		[ -n "$draft" ] || fail "round $round: \"$seen\" was seen" \
			"and is in no draft"
		{
			printf '%s\nsee Bản nháp\nkey Enter\n' "$login"
			for i in 1 3 4 6; do
				shown $i "$work/killed" | sed '/./s/^/see /'
			done
			echo "screen again.screen"
		} >"$work/again"
		DRIVE_UPDATE=1 drive --patience "$patience" "$work/again" \
			>"$work/out" || {
			cat "$work/out"
			fail "round $round: \"$seen\" was seen and is not" \
				"in the draft"
		}
	fi
	for i in 1 3 4 6; do
		[ -n "$seen" ] || break
		before=$(shown $i "$work/killed")
		after=$(shown $i "$work/again.screen")
		eval "text=\$line_$i"
		case $after in "$before"*) ;; *)
			fail "round $round: \"$before\" was seen and is" \
				"\"$after\" in the draft" ;;
		esac
		case $text in "$after"*) ;; *)
			fail "round $round: \"$after\" was never typed" ;;
		esac
	done
	[ -z "$seen" ] || typed=$((typed + 1))
	rm -f "$work"/xa/drafts/*.draft
}
# at HOME COMMAND...: becomes ansinh there, so that it is what is killed
at() {
	ANSINH_HOME=$work/$1
	export ANSINH_HOME
	shift
	exec "$ansinh" --passphrase-file "$pass" "$@"
}
# One command, killed after MS; what ended well must hold.
command_of() {
	after=$1
	random 5
	[ "$sent" -gt 0 ] || r=0
	mkdir "$work/copies/$round"
	case $r in
	0) set -- xa export --for 298 --to "$work/stick" ;;
	1) set -- huyen import "$work/stick" --yes ;;
	2) set -- xa backup --to "$work/copies/$round" ;;
	3) set -- huyen export --for 11149 --to "$work/stick" ;;
	4) set -- xa import "$work/stick" --yes ;;
	esac
	at "$@" >"$work/out" 2>&1 &
	pid=$!
	sleep "$(printf '0.%03d' "$after")"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	got=$?
	case $got in
	0) ;;
	137) killed=$((killed + 1)) ;;
	*)
		cat "$work/out"
		fail "round $round: $*: exit $got" ;;
	esac
	case $got$1$2 in
	0huyenimport)
		n=$(as huyen list person --count)
		[ "$n" -ge "$sent" ] && [ "$n" -le "$persons" ] ||
			fail "round $round: taken in: $n of $sent" ;;
	0xaexport) sent=$persons ;;
	0xabackup)
		newest=$(echo "$work/copies/$round"/*.backup)
		[ -f "$newest" ] || fail "round $round: no backup" ;;
	esac
	quiet as "$1" check
}

persons=0
sent=0
acknowledged=0
typed=0
round=0
killed=0
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
texts_of
begun=$(now_ms)
drive "$work/keys" >"$work/out" || {
	cat "$work/out"
	fail "a survey that nobody kills"
}
survey=$(($(now_ms) - begun))
rm -f "$work"/xa/drafts/*.draft
ok "an entry takes $whole ms, a survey $survey, $opening of it to open"
# moment WHOLE: of so many ms, every fourth of the opening, later ones more often
moment() {
	random 4
	if [ "$r" = 0 ]; then
		random $((opening + 1))
	else
		random $((($1 - opening) * 4 / 3 + 2))
		r=$((opening + r))
	fi
}
while [ $round -lt "$kills" ] && [ "$(date +%s)" -lt $until ]; do
	round=$((round + 1))
	case $((round % 4)) in
	0)
		random 150
		command_of "$r" ;;
	2)
		moment $survey
		typing "$r" ;;
	*)
		moment $whole
		entry "$r" ;;
	esac
	[ $((round % 8)) != 0 ] || quiet as xa check
done
quiet as xa check
if [ -n "$newest" ]; then
	quiet as xa2 restore "$newest"
	quiet as xa2 check
fi
# planted WHAT WHOLE ROUND-OF FAULT TEXT: it must be missed, killed a little
# later each time, and past the end, since the machine may have become slower
planted() {
	tries=0
	while [ $tries -lt 60 ]; do
		tries=$((tries + 1))
		persons=$(as xa list person --count)
		("$3" $((opening / 2 + tries * $2 / 40)) "$4") \
			>"$work/planted" || break
	done
	grep -q "$5" "$work/planted" || {
		cat "$work/planted"
		fail "$1 was not missed in $tries tries"
	}
	ok "$1 is missed: $(tail -n 1 "$work/planted")"
	rm -f "$work"/xa/drafts/*.draft
}
planted "a draft that is lost" $whole entry lose 'is in no draft'
planted "a key that is lost" $survey typing cut 'in the draft'
echo "$round kills, $killed of them of commands: $acknowledged entries said to" \
	"be saved, $typed drafts opened as seen, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
