# The rounds of kill_desk.sh: each runs something on the desk xa, kills it at a
# moment, and looks at what is there.  What must be there is in the files said
# (the persons, as they were last said to be saved or found), handed (the names
# that a hand-over must bring) and xa.pass.
DRIVE_TERM=xterm-256color
export DRIVE_TERM
killed=0 in_keys=0 in_commands=0
entries=0 amendments=0 drafts=0 commands=0 keys=0
round=0
newest=
patience=20000
never=1000000 # ms
fault=
login() {
	printf 'see Mật khẩu\ntype %s\nkey Enter\nsee Trang đầu\n' "$(cat "$work/xa.pass")"
}
whole_entry=1000 whole_typing=1000 whole_amendment=1000
whole_rekeying=200 whole_handing=200
: >"$work/said"
: >"$work/handed"

cp "$pass" "$work/xa.pass"
# pass_of HOME: sets $file
pass_of() {
	file=$work/$1.pass
	[ -f "$file" ] || file=$pass
}
as() {
	pass_of "$1"
	ANSINH_HOME=$work/$1
	export ANSINH_HOME
	shift
	"$ansinh" --passphrase-file "$file" "$@"
}
quiet() {
	"$@" >"$work/out" 2>&1 || {
		cat "$work/out"
		fail "$*"
	}
}
seed=${SEED-11149}
random() { # N: sets $r, below it
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	r=$((seed / 65536 % $1))
}
now_ms() { echo $(($(date +%s%N) / 1000000)); }
syllable() { # DIGIT: one that no way of typing changes
	set -- "$1" Ba Cu Ki Mo Nu Ti Vo Ha Le Gu
	shift $(($1 + 1))
	syllable=$1
}
# word: of the round, in a word that no way of typing changes
word_of() {
	word=
	left=$((round + 10000))
	for vowel in a i u e; do
		set -- $((left % 10 + 1)) b c k m n t v h l g
		shift "$1"
		word=$word$1$vowel
		left=$((left / 10))
	done
}
# text N: so many syllables by chance
text_of() {
	text=
	for i in $(seq "$1"); do
		random 10
		syllable "$r"
		text="$text${text:+ }$syllable"
	done
}
keyed() { # TEXT: three keys a step
	echo "$1" | sed 's/.../&\n/g' | sed '/^$/d; s/^/type /'
}

# any KIND: killed at some moment: the opening and, where something is saved, the
# save more often than the rest.
any() {
	eval "whole=\$whole_$1"
	random 4
	case $r$1 in
	0*) random $((whole / 3 + 1)) ;;
	3entry | 3amendment)
		random 20
		after=$r
		random $(($1_saves))
		"$1" "$((r + 1))+$after"
		return ;;
	*) random $((whole * 4 / 3 + 1)) ;;
	esac
	"$1" "$r"
}
entry_saves=2 amendment_saves=1
# went KIND BEGUN KILLED: how long the kind takes, for the next moment
went() {
	eval "was=\$whole_$1"
	[ "$3" = 1 ] && was=$((was + was / 32 + 1)) || was=$(($(now_ms) - $2))
	eval "whole_$1=$was"
}
# drive KIND MOMENT: the screens of xa by $work/keys; sets $line, where in the
# script they were, behind its end if nobody killed them.
# MOMENT is in ms, or SAVE+MS: after the key that begins that save
drive() {
	case $2 in
	*+*) moment=$(sed -n "${2%+*}p" "$work/saves")+${2#*+} ;;
	*) moment=$2 ;;
	esac
	rm -f "$work/killed"
	begun=$(now_ms)
	ANSINH_HOME=$work/xa tests/tui/drive --quiet 3 --kill "$moment" \
		"$work/killed" "$work/keys" "$ansinh" >"$work/out" || {
		cat "$work/out"
		fail "round $round: $1"
	}
	[ ! -f "$work/killed" ]
	went "$1" "$begun" $?
	line=1000
	if [ -f "$work/killed" ]; then
		killed=$((killed + 1))
		line=$(head -n 1 "$work/killed")
	else
		: >"$work/killed"
	fi
	[ -z "$fault" ] || $fault
}
# shown LINE FILE: what a form, or a record, shows on that line of the paper
shown() {
	sed -n "s/^[ >] *$1 .\{34\} *//p" "$2"
}
# drafted LINE TEXT: the draft opens with it there
drafted() {
	[ -n "$(find "$work/xa/drafts" -name '*.draft')" ] ||
		fail "round $round: \"$2\" was seen and is in no draft"
	{
		login
		printf 'see Bản nháp\nkey Enter\nsee Trang\nkey F6\ntype %s\n' \
			"$1"
		printf 'key Enter\nsee %s\n' "$2"
	} >"$work/again"
	ANSINH_HOME=$work/xa tests/tui/drive --quiet 3 --patience $patience \
		"$work/again" "$ansinh" >"$work/out" || {
		cat "$work/killed" "$work/out"
		fail "round $round: the draft lacks \"$2\""
	}
	drafts=$((drafts + 1))
}

person() { # NAME HAMLET: as the list has it
	echo "$1  1950  $2  (Phiếu thông tin cá nhân)"
}
persons_of() { # HOME FILE
	as "$1" list person >"$work/list" 2>"$work/err" || {
		cat "$work/err"
		fail "round $round: $1 cannot be opened"
	}
	sed 's/^[a-z2-7]* *//' "$work/list" | sort >"$2"
}
# found_of: $found is how many of the acts that the script has are there, state.0
# being the persons before it; as many as were said to be done, at least
found_of() {
	persons_of xa "$work/now"
	found=
	for i in 0 1 2; do
		[ -f "$work/state.$i" ] || break
		! cmp -s "$work/now" "$work/state.$i" || found=$i
	done
	acked=0
	for at in $(grep -n '^see Đã lưu' "$work/keys" | cut -d: -f1); do
		[ "$line" -gt "$at" ] || { [ "$line" = "$at" ] &&
			grep -q 'Đã lưu' "$work/killed"; } || break
		acked=$((acked + 1))
	done
	[ -n "$found" ] || {
		diff "$work/state.0" "$work/now"
		fail "round $round: the persons are not what they were"
	}
	[ "$found" -ge "$acked" ] || fail "round $round: what was said to be" \
		"saved is lost (line $line)"
	cp "$work/now" "$work/said"
}
# amending HAMLET: the steps, from the record to what it is then
amending() {
	printf 'key F2\nsee Trang 1/5\nkey F6\ntype hamlet\nkey Enter\n'
	keyed "$1"
	cat <<-'S'
		see Trang 2/5
		key F2
		see Lý do
		type chuyen nha
		key Enter
		see Đã lưu
		key Esc
	S
}
script_is_written() {
	# the key after which a save is on its way
	grep -n -B1 '^see Đã lưu' "$work/keys" | sed -n 's/-key.*//p' \
		>"$work/saves"
}

# A new person, who is amended as soon as she is there.
entry() {
	word_of
	text_of 2
	name="$text $word"
	{
		login
		printf 'key Down\nkey Ins\nsee Trang 1/5\n'
		keyed "$name"
		printf 'key Enter\ntype 1950\nkey Enter\ntype nu\n'
		printf 'key F6\ntype hamlet\nkey Enter\ntype %s\n' "Ha $word"
		printf 'key Enter\nkey F2\nsee Đã lưu\n'
		amending "No $word"
	} >"$work/keys"
	script_is_written
	cp "$work/said" "$work/state.0"
	person "$name" "Ha $word" | sort "$work/said" - >"$work/state.1"
	person "$name" "No $word" | sort "$work/said" - >"$work/state.2"
	drive entry "$1"
	found_of
	[ $acked = 0 ] || entries=$((entries + 1))
	[ $acked -lt 2 ] || amendments=$((amendments + 1))
	seen_1=$(shown 1 "$work/killed")
	seen_7=$(shown 7 "$work/killed")
	case $found$seen_7 in
	0?*) drafted hamlet "$seen_7" ;;
	0) [ -z "$seen_1" ] || drafted 1 "$seen_1" ;;
	"1Ha $word") ;;
	1?*) drafted hamlet "$seen_7" ;;
	esac
	rm -f "$work"/xa/drafts/*.draft
}
# One of those who are there.
amendment() {
	word_of
	random "$(wc -l <"$work/said")"
	name=$(sed -n "$((r + 1))s/  1950.*//p" "$work/said")
	lived=$(sed -n "s/^$name  1950  \([^(]*\)  (.*/\1/p" "$work/said")
	{
		login
		printf 'key Down\nkey Enter\nsee Tìm\n'
		keyed "${name##* }"
		printf 'see > %s\nkey Enter\nsee F8\nsee 1950\n' "$name"
		amending "Le $word"
	} >"$work/keys"
	script_is_written
	rm -f "$work/state.2"
	cp "$work/said" "$work/state.0"
	{
		grep -v "^$name  " "$work/said"
		person "$name" "Le $word"
	} | sort >"$work/state.1"
	drive amendment "$1"
	found_of
	[ $acked = 0 ] || amendments=$((amendments + 1))
	seen_7=$(shown 7 "$work/killed")
	case $found$seen_7 in
	0 | "0$lived") ;;
	0*) drafted hamlet "$seen_7" ;;
	esac
	rm -f "$work"/xa/drafts/*.draft
}

# The four texts that are typed into a survey, by the lines of the paper.
texts_of() {
	text_of 7
	line_1=$text
	text_of 7
	line_3=$text
	random 1000000
	line_4=09$r
	text_of 7
	line_6=$text
	{
		login
		printf 'key Ins\nsee Trang 1/4\n'
		for i in 1 3 4 6; do
			eval "text=\$line_$i"
			printf 'key F6\ntype %s\nkey Enter\n' $i
			printf 'letters %s\nkey Enter\n' "$text"
		done
	} >"$work/keys"
}
# A survey, killed between two keys or in one.  Each field opens with what was seen
# in it, and nothing that was not typed.
typing() {
	texts_of
	rm -f "$work/again.screen"
	drive typing "$1"
	draft=$(find "$work/xa/drafts" -name '*.draft' 2>/dev/null)
	seen=
	for i in 1 3 4 6; do
		seen=$seen$(shown $i "$work/killed")
	done
	if [ -n "$seen" ]; then
		[ -n "$draft" ] || fail "round $round: \"$seen\" was seen" \
			"and is in no draft"
		{
			login
			printf 'see Bản nháp\nkey Enter\nsee Trang 1/4\n'
			for i in 1 3 4 6; do
				shown $i "$work/killed" | sed '/./s/^/see /'
			done
			echo "screen again.screen"
		} >"$work/again"
		ANSINH_HOME=$work/xa DRIVE_UPDATE=1 tests/tui/drive --quiet 3 \
			--patience "$patience" "$work/again" "$ansinh" \
			>"$work/out" || {
			cat "$work/out"
			fail "round $round: \"$seen\" was seen and is not" \
				"in the draft"
		}
		drafts=$((drafts + 1))
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
	rm -f "$work"/xa/drafts/*.draft
}

# at HOME COMMAND...: becomes ansinh there, so that it is what is killed
at() {
	pass_of "$1"
	ANSINH_HOME=$work/$1
	export ANSINH_HOME
	shift
	exec "$ansinh" --passphrase-file "$file" "$@"
}
# run KIND MS HOME COMMAND...: sets $got, 137 if it was killed
run() {
	kind=$1 ms=$2
	shift 2
	at "$@" >"$work/said.out" 2>&1 &
	pid=$!
	if [ "$ms" -lt $never ]; then
		sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
		kill -9 $pid 2>/dev/null
	fi
	wait $pid 2>/dev/null
	got=$?
	case $got in
	0) ;;
	137) killed=$((killed + 1)) ;;
	*)
		cat "$work/said.out"
		fail "round $round: $*: exit $got" ;;
	esac
	eval "was=\$whole_$kind"
	[ $got = 0 ] && was=$((was - was / 8)) || was=$((was + was / 8 + 1))
	eval "whole_$kind=$was"
	[ -z "$fault" ] || $fault
}
# One's own passphrase is changed, an officer let in or taken out, the recovery
# words renewed.  The key file is the one before, or the one after.
rekeying() {
	cp "$work/xa/keys.json" "$work/keys.before"
	word_of
	random 4
	case $r in
	0 | 1)
		echo "mot con duong $word" >"$work/pass.new"
		what=change
		run rekeying "$1" xa passphrase change \
			--new-file "$work/pass.new" ;;
	2)
		what=renew
		run rekeying "$1" xa key renew ;;
	3)
		what=officers
		slot=$(as xa passphrase list |
			sed -n 's/^ *\([0-9]*\)  Lê Thị Mẫu.*/\1/p')
		printf 'mot hai ba bon nam cay\n' >"$work/pass.other"
		if [ -n "$slot" ]; then
			run rekeying "$1" xa passphrase remove "$slot"
		else
			run rekeying "$1" xa passphrase add --officer \
				"Lê Thị Mẫu" --new-file "$work/pass.other"
		fi ;;
	esac
	[ $got != 137 ] || in_keys=$((in_keys + 1))
	if cmp -s "$work/xa/keys.json" "$work/keys.before"; then
		changed=0
	else
		changed=1
	fi
	[ $got$changed != 00 ] || fail "round $round: $what: was said to be" \
		"done, and no key is another"
	[ $got != 0 ] || keys=$((keys + 1))
	case $what$changed in
	change1)
		rekeyed "$work/xa.pass" && fail "round $round: the old" \
			"passphrase opens, too"
		cp "$work/pass.new" "$work/xa.pass" ;;
	change0)
		rekeyed "$work/pass.new" && fail "round $round: the new" \
			"passphrase opens, too" ;;
	renew1) [ $got != 0 ] || words_open ;;
	esac
	rm -f "$work/xa/tries"
	persons_of xa "$work/now"
	cmp -s "$work/now" "$work/said" || fail "round $round: the persons" \
		"are not what they were"
	quiet as xa check
}
rekeyed() { # FILE: opens
	ANSINH_HOME=$work/xa "$ansinh" --passphrase-file "$1" \
		list person --count >/dev/null 2>&1
}
# The words that were shown let an officer in, at a copy of the desk.
words_open() {
	sed -n 's/^    //p' "$work/said.out" >"$work/words"
	rm -rf "$work/copy"
	cp -a "$work/xa" "$work/copy"
	echo "cau qua con song $word" >"$work/pass.new"
	quiet as copy passphrase add --officer "Lê Thị Bích" --recovery-file \
		"$work/words" --new-file "$work/pass.new"
}

names_of() { # FILE
	sed 's/  1950.*//' "$1" | sort
}
# A command that hands over, takes in or backs up; what ended well must hold.
handing() {
	ms=$1
	random 5
	[ -s "$work/handed" ] || r=0
	[ $r != 2 ] || mkdir -p "$work/copies/$round"
	case $r in
	0) set -- xa export --for 298 --to "$work/stick" ;;
	1) set -- huyen import "$work/stick" --yes ;;
	2) set -- xa backup --to "$work/copies/$round" ;;
	3) set -- huyen export --for 11149 --to "$work/stick" ;;
	4) set -- xa import "$work/stick" --yes ;;
	esac
	run handing "$ms" "$@"
	[ $got != 137 ] || in_commands=$((in_commands + 1))
	[ $got != 0 ] || commands=$((commands + 1))
	case $got$1$2 in
	0huyenimport)
		persons_of huyen "$work/taken"
		names_of "$work/taken" >"$work/names"
		comm -23 "$work/handed" "$work/names" >"$work/missing"
		[ ! -s "$work/missing" ] || {
			cat "$work/missing"
			fail "round $round: taken in, and is not there"
		} ;;
	0xaexport) names_of "$work/said" >"$work/handed" ;;
	0xabackup)
		newest=$(echo "$work/copies/$round"/*.backup)
		cp "$work/xa.pass" "$work/xa2.pass"
		[ -f "$newest" ] || fail "round $round: no backup"
		find "$work/copies" -mindepth 1 -maxdepth 1 -type d \
			! -name "$round" -exec rm -rf {} + ;;
	esac
	quiet as "$1" check
}
