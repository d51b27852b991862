#!/bin/sh
# A wrong clock: the same work under clocks of six decades, real ones by
# faketime, gives the same records; it is noticed, and never stamped silently.
. "$srcdir/tests/cli/lib.sh"
unset ANSINH_NOW
export FAKETIME_DONT_FAKE_MONOTONIC=1
# at MOMENT COMMAND...
at() {
	moment=$1
	shift
	ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
		faketime "$moment" "$@"
}
# under MOMENT HOME COMMAND...: ansinh there and then
under() {
	ANSINH_HOME=$work/$2
	export ANSINH_HOME
	moment=$1
	shift 2
	at "$moment" "$ansinh" --passphrase-file "$pass" "$@"
}
quiet() {
	[ ! -s "$work/err" ] || { cat "$work/err"; fail "$1: warned"; }
	ok "$1: no warning"
}
now='2026-01-15 08:00:00'

want 0 "a commune" under "$now" xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
want 0 "a district" under "$now" huyen init --role district --unit 298 \
	--officer "Trần Thị Mẫu" --name "Huyện Tứ Kỳ" --kdf-mib 8
for u in xa huyen; do under "$now" $u card --out "$work/$u.card"; done >/dev/null
want 0 "trust" under "$now" huyen trust "$work/xa.card" --yes
want 0 "both ways" under "$now" xa trust "$work/huyen.card" --yes
want 0 "persons" under "$now" xa demo --seed 1 --persons 20
quiet "a clock that fits"
cat >"$work/keys" <<'END'
text "Nguyễn Thị Đào"
goto birth
text 1940
goto sex
text nu
goto hamlet
text "Thôn 1"
END
under "$now" xa form fill person --keys "$work/keys" --save --json >"$work/out" ||
	{ cat "$work/out"; fail "a person"; }
person=$(field saved <"$work/out")

# The same session under each clock: entry, export, import, receipt.
session() {
	moment=$1
	home=xa-$2
	far=huyen-$2
	shift 2
	cp -r "$work/xa" "$work/$home"
	cp -r "$work/huyen" "$work/$far"
	mkdir "$work/$home.stick" "$work/$home.back"
	under "$moment" "$home" "$@" set "$person" hamlet="Thôn 9" \
		--reason "kiểm tra" &&
	under "$moment" "$home" "$@" export --for 298 --to "$work/$home.stick" &&
	under "$moment" "$far" "$@" import "$work/$home.stick" --yes &&
	under "$moment" "$far" "$@" export --for 11149 --to "$work/$home.back" &&
	under "$moment" "$home" "$@" import "$work/$home.back" --yes &&
	under "$moment" "$home" "$@" check
}
# state HOME: every record as it stands there
state() {
	for form in household person; do
		under "$now" "$1" --today 2026-01-15 list $form --json
	done
}
want 0 "the session now" session "$now" now
quiet "the session now"
state xa-now >"$work/state.xa"
state huyen-now >"$work/state.huyen"
[ "$(wc -l <"$work/state.huyen")" -gt 20 ] || fail "the records did not arrive"
for moment in '1970-01-02 08:00:00' '2001-09-09 08:00:00' \
	'2038-01-19 10:14:00' '2038-01-19 10:14:10' '2099-12-31 08:00:00' \
	'2025-12-31 08:00:00'; do
	name=$(echo "$moment" | tr -d ' :-')
	want 0 "the session at $moment" session "$moment" "$name"
	has "đồng hồ máy ghi" "$work/err" "it warns"
	has "--today" "$work/err" "and says what to do"
	for u in xa huyen; do
		state $u-$name 2>/dev/null >"$work/state"
		cmp "$work/state.$u" "$work/state" || fail "$u differs"
	done
	ok "every record is the same"
	under "$moment" xa-$name history "$person" --json 2>/dev/null |
		tail -n 1 >"$work/last"
	has '"clock":"doubtful"' "$work/last" "the event is marked"
	case $moment in
	20[03]*) continue ;;
	esac
	# the same with the day typed
	want 0 "with --today" session "$moment" "$name-typed" --today 2026-01-16
	quiet "with --today"
	state xa-$name-typed >"$work/state" 2>/dev/null
	cmp "$work/state.xa" "$work/state" || fail "it differs with --today"
	under "$moment" xa-$name-typed --today 2026-01-16 history "$person" --json |
		tail -n 1 >"$work/last"
	has '"at":"2026-01-16T' "$work/last" "stamped with the day that was typed"
	has '"clock":"doubtful"' "$work/last" "and marked"
done

# So is what has no form: persons merged, cards and passphrases.
cp -r "$work/xa" "$work/merged"
other=$(under "$now" merged list person --json | field id)
[ "$other" != "$person" ] || fail "another person"
want 0 "a merge in 2001" under '2001-09-09 08:00:00' merged merge "$person" \
	"$other" --take "$person" --reason "kiểm tra"
under "$now" merged --today 2026-01-15 history "$person" --json |
	grep '"act":"merge"' >"$work/last"
has '"clock":"doubtful"' "$work/last" "the merge is marked"

# What was typed is remembered: the right clock is not asked about again.
cp -r "$work/xa" "$work/closed"
want 0 "an office that was closed for long" under '2026-06-01 08:00:00' closed \
	list person --count
has "đồng hồ máy ghi 01/06/2026" "$work/err" "is asked once"
want 0 "the clock is right" under '2026-06-01 08:00:00' closed --today 1/6/2026 \
	set "$person" hamlet="Thôn 8" --reason "kiểm tra"
under '2026-06-01 08:00:00' closed history "$person" --json | tail -n 1 >"$work/last"
grep -q doubtful "$work/last" && fail "clock and person agree"
ok "clock and person agree: not marked"
want 0 "the next day" under '2026-06-02 08:00:00' closed list person --count
quiet "the next day"
want 0 "set back" under '2026-05-02 08:00:00' closed list person --count
has "ngày gần nhất đã biết ở đây là 01/06/2026" "$work/err" "going backwards is seen"

# Checks that ask for today go by the day that was typed.
cat >"$work/keys" <<'E2'
text "Nguyễn Thị Đào"
goto birth
text 10012026
E2
under '2001-09-09 08:00:00' xa form fill person --keys "$work/keys" \
	--json >"$work/out" 2>/dev/null
python3 - "$work/out" <<'E2' || fail "a birth in the clock's future"
import json, sys
f = [x['field'] for x in json.load(open(sys.argv[1]))['findings'] if x['severity'] == 'error']
sys.exit('birth' not in f)
E2
ok "a birth in the clock's future is refused"
under '2001-09-09 08:00:00' xa --today 2026-01-16 form fill person \
	--keys "$work/keys" --json >"$work/out"
python3 - "$work/out" <<'E2' || { cat "$work/out"; fail "with --today"; }
import json, sys
f = [x['field'] for x in json.load(open(sys.argv[1]))['findings'] if x['severity'] == 'error']
sys.exit('birth' in f)
E2
ok "and taken on the day that was typed"

# A bundle of the district says what day it is there.
mkdir "$work/late"
want 0 "the district hands over" under '2026-02-10 08:00:00' huyen export \
	--for 11149 --to "$work/late"
want 0 "the commune is three weeks behind" under "$now" xa import "$work/late" --yes
has "gói ghi ngày 10/02/2026, còn ở đây là 15/01/2026" "$work/out" "it is told"
want 0 "and asked from then on" under "$now" xa list person --count
has "10/02/2026" "$work/err" "what the district's day was"
want 2 "no day" under "$now" xa --today 45 list person
want 2 "a month is no day" under "$now" xa --today 01/2026 list person
want 2 "before the program was made" under "$now" xa --today 31/12/2025 list person
echo "[  PASSED  ] $passed test(s)."
