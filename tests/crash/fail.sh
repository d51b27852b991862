#!/bin/sh
# A disk that fails once: each call of a session that writes, syncs or renames
# fails as EIO, as ENOSPC, as a short write, or kills the program in it.  Then
# a message is shown, what was there before is there, the program starts and
# finds everything whole, and the same command passes.  FAIL_STEP=1 takes every
# call; else every so many-th of each command.
. "$srcdir/tests/cli/lib.sh"
step=${FAIL_STEP-23}
lib=$work/fail.so
${CC:-cc} -shared -fPIC -o "$lib" "$srcdir/tests/crash/fail.c" -ldl ||
	fail "fail.c does not build"
cases=0
shown=0
at=0

cat >"$work/person" <<'E'
text "Trần Thị Thử"
key Enter
text 1950
goto sex
text nu
goto hamlet
text "Thôn 1"
key F2
E
person() {
	as "$1" form fill person --keys "$work/person" --save
}
fails() {
	FAIL_UNDER=$work FAIL_AT=$1 FAIL_HOW=$2 FAIL_LOG=$work/count \
		ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
		LD_PRELOAD=$lib
	export FAIL_UNDER FAIL_AT FAIL_HOW FAIL_LOG ASAN_OPTIONS LD_PRELOAD
	shift 2
	"$@"
}
keep() {
	rm -rf "$work/before"
	mkdir "$work/before"
	for part in xa huyen stick copies xa2; do
		[ -e "$work/$part" ] && cp -a "$work/$part" "$work/before/"
	done
}
put_back() {
	rm -rf "$work/xa" "$work/huyen" "$work/stick" "$work/copies" "$work/xa2"
	for part in "$work"/before/*; do
		[ -e "$part" ] && cp -a "$part" "$work/"
	done
}
# persons HOME: how many are there; 0 where nothing is set up
persons() {
	[ -f "$work/$1/keys.json" ] || {
		echo 0
		return
	}
	as "$1" list person --count 2>"$work/err2" || echo unreadable
}
# each HOME COMMAND...: with every N-th call failing.  The command must add
# $adds persons to HOME.
each() {
	home=$1
	shift
	keep
	before=$(persons "$home")
	(fails 0 NONE "$@") >"$work/out" 2>"$work/err" || {
		cat "$work/err"
		fail "$*: does not pass"
	}
	all=$(cut -d' ' -f1 "$work/count")
	for how in EIO ENOSPC SHORT KILL; do
		at=$((cases * 7 % step + 1))
		while [ "$at" -le "$all" ]; do
			put_back
			one "$@"
			at=$((at + step))
		done
	done
	put_back
	"$@" >"$work/out" 2>&1 || fail "$*"
	ok "$1 $2: $all calls"
}
one() {
	(fails "$at" "$how" "$@") >"$work/out" 2>"$work/err"
	got=$?
	what="$* (call $at of $all, $(cut -d' ' -f2 "$work/count"), $how)"
	cases=$((cases + 1))
	grep -q 'Sanitizer\|runtime error' "$work/err" && {
		cat "$work/err"
		fail "$what: sanitizer"
	}
	if [ $got -ne 0 ] && [ $how != KILL ]; then
		grep -q '^ansinh: ' "$work/err" || fail "$what: no message"
		shown=$((shown + 1))
	fi
	now=$(persons "$home")
	[ "$now" = "$before" ] || [ "$now" = $((before + adds)) ] || {
		cat "$work/err" "$work/err2"
		fail "$what: $before persons became $now"
	}
	[ $got -ne 0 ] || [ "$now" = $((before + adds)) ] ||
		fail "$what: acknowledged, and is not there"
	if [ -f "$work/$home/keys.json" ]; then
		as "$home" check >"$work/out2" 2>&1 || {
			cat "$work/err" "$work/out2"
			fail "$what: then the check"
		}
	fi
}

adds=0
each xa as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8
as huyen init --role district --unit 298 --officer "Trần Thị Mẫu" \
	--kdf-mib 8 >"$work/out"
as xa card --out "$work/xa.card"
as huyen card --out "$work/huyen.card"
as huyen trust "$work/xa.card" --yes >"$work/out"
as xa trust "$work/huyen.card" --yes >"$work/out"
mkdir "$work/stick" "$work/copies"
adds=1
each xa person xa
# Planted: a disk that says it has written what it has not.
before=1
how=LOSE
caught=0
keep
for at in $(seq 1 "$all"); do
	put_back
	(one person xa) >"$work/planted" || {
		caught=1
		break
	}
done
put_back
[ $caught = 1 ] || fail "lost writes were not caught"
ok "a write that is lost and said to be done is caught"

adds=0
each xa as xa export --for 298 --to "$work/stick"
adds=1
each huyen as huyen import "$work/stick" --yes
adds=0
each xa as xa backup --to "$work/copies"
backup=$(echo "$work"/copies/*.backup)
adds=1
each xa2 as xa2 restore "$backup"
echo "$cases calls failed or killed, $shown messages, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
