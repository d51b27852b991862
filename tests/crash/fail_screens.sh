#!/bin/sh
# A disk that fails once under the screens: each call of two sessions in a pty
# that writes, syncs or renames fails as EIO, as ENOSPC or as a short write.  In
# the first a form is typed into, and the power goes: the draft opens with all
# that was seen, each text in its field.  In the second the draft is resumed,
# left, resumed, saved, and the record amended: what is said not to be saved is
# saved at the next F2.  Each failure is told, the keys go on, and the next start
# finds everything whole.  FAIL_STEP=1 takes every call; else every so many-th.
. "$srcdir/tests/crash/once.sh"
step=${FAIL_STEP-60}
hows='EIO ENOSPC SHORT'
preload crash/fail
refused=0
patience=20000
# words NUMBER: of an error, in the program's language
words() {
	python3 -c 'import locale, os, sys
locale.setlocale(locale.LC_ALL, "")
print(os.strerror(int(sys.argv[1])))' "$1"
}
why_eio=$(words 5)
why_enospc=$(words 28)

as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8 >"$work/out" || fail "a desk"

# screens SCRIPT [PROGRAM...]: the screens of xa, driven by it
screens() {
	ANSINH_HOME=$work/xa
	export ANSINH_HOME
	script=$srcdir_abs/tests/crash/screens-$1.keys
	shift
	tests/tui/drive --quiet 10 --patience $patience --log "$work/log" "$script" "$@" "$ansinh"
}
# failing SCRIPT: the same, where call $at fails as $how says
failing() {
	rm -f "$work/count"
	screens "$1" /usr/bin/env FAIL_UNDER="$work/xa" FAIL_AT="$at" \
		FAIL_HOW="$how" FAIL_LOG="$work/count" LD_PRELOAD="$lib" \
		ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0"
}
counted() {
	[ -f "$work/count" ] && wc -l <"$work/count" || echo 0
}
call() {
	sed -n "s/^$at //p" "$work/count"
}
wrong() {
	cat "$work/out"
	fail "call $at of $1 ($(call), $how): $2"
}
# A program that cannot start says why, and does all of it the next time.
not_started() {
	grep -q 'not seen: \(Mật khẩu\|Trang đầu\|Bản nháp\)$' "$work/out" &&
		grep -q '^ansinh: ' "$work/out" || wrong "$1" "then this"
	refused=$((refused + 1))
	screens "$1" >"$work/out2" || {
		cat "$work/out2"
		wrong "$1" "the next start"
	}
}
# What goes wrong is told.  Not half a write that is made whole, nor a folder that
# is there already or is made again, nor the last of a draft whose record is saved
# next, nor a sync of it as the power goes, nor that of the folder after it was
# discarded, nor that the store was closed well: the next start verifies it; nor
# that a start found no room for its token, which is renewed when there is.
told() {
	why=$why_eio
	[ "$how" = EIO ] || why=$why_enospc
	case $how$(call) in
	SHORT* | LOSE* | *mkdir* | *'fsync ' | *' /lock') return ;;
	esac
	typing=$(grep -n ' write /drafts' "$work/count" | head -n 1 | cut -d: -f1)
	[ "$how" != ENOSPC ] || [ "$at" -ge "${typing:-1}" ] || return 0
	# a message may take two lines
	if tr -s ' \n' ' ' <"$work/log" | grep -qF "$why"; then
		shown=$((shown + 1))
		return
	fi
	next=$(sed "1,${at}d" "$work/count" |
		grep -v '\(sync\|ftruncate\) /drafts' | head -n 1)
	case "$(sed -n "$((at - 1))p" "$work/count"):$(call):$next" in
	*:*' /drafts/'*:*' /db/data.mdb') ;;
	*:f*'sync /drafts'*:) ;;
	*' /db/data.mdb:fsync /drafts:'*) ;;
	*) wrong "$1" "and is not told" ;;
	esac
}
# one_of SCRIPT: call $at of it fails; false if there are not so many
one_of() {
	put_back
	if failing "$1" >"$work/out"; then
		[ "$(counted)" -ge "$at" ] || return 1
		told "$1"
	else
		not_started "$1"
	fi
	cases=$((cases + 1))
	! grep -q 'Sanitizer\|runtime error' "$work/log" ||
		wrong "$1" "sanitizer"
	"after_$1"
	as xa check >"$work/out" 2>&1 || wrong "$1" "then the check"
}
after_typed() {
	screens found >"$work/out" || wrong typed "what was seen is lost"
}
after_saved() {
	as xa list person >"$work/out" 2>&1
	[ "$(grep -c 'Ba Cu Ki  1950  Ha Moi' "$work/out")" = 1 ] &&
		[ "$(wc -l <"$work/out")" = 1 ] ||
		wrong saved "what was said to be saved is lost"
	screens left >"$work/out" || wrong saved "the start after it"
}
# every SCRIPT: every $step-th call of it, from another one on for each way
every() {
	keep
	begun=$cases
	for how in $hows; do
		turn=$((turn + 1))
		at=$((step == 1 ? 1 : 30 + turn * 29 % step))
		while one_of "$1"; do
			at=$((at + step))
		done
	done
	put_back
	ok "$1: $((cases - begun)) times a call failed"
}

# planted SCRIPT FILE WORDS: of the writes to the file after the first key, one is
# lost and said to be done.  That one must be caught is what the words say.
planted() {
	put_back
	at=0 how=NONE
	failing "$1" >"$work/out" || wrong "$1" "though no call fails"
	calls=$(sed -n "/write .drafts/,\$ s:^\([0-9]*\) p*writev* $2.*:\1:p" \
		"$work/count")
	how=LOSE
	patience=3000
	for at in $calls; do
		(one_of "$1") >"$work/planted" || break
	done
	patience=20000
	grep -q "$3" "$work/planted" || {
		cat "$work/planted"
		fail "lost writes to $2 were not caught"
	}
	ok "caught: $(tail -n 1 "$work/planted")"
}

every typed
planted typed /drafts/ 'what was seen is lost'
put_back
screens typed >"$work/out" || fail "a draft"
every saved
planted saved /db/data.mdb 'is lost$\|then the check$\|the start after it$\|then this$'
[ "$step" -gt 1 ] || [ $cases -ge 400 ] ||
	fail "only $cases calls failed, where 400 are wanted"
echo "$cases calls failed, $shown were told of on the screens, $refused times" \
	"the program said that it could not start, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
