#!/bin/sh
# A disk that fails once: each call of a session that writes, syncs or renames
# fails as EIO, as ENOSPC, as a short write, or kills the program in it.  Then
# a message is shown, what was there before is there, the program starts and
# finds everything whole, and the same command passes.  FAIL_STEP=1 takes every
# call; else every so many-th of each command.
. "$srcdir/tests/cli/lib.sh"
step=${FAIL_STEP-67}
lib=$work/fail.so
${CC:-cc} -shared -fPIC -o "$lib" "$srcdir/tests/crash/fail.c" -ldl ||
	fail "fail.c does not build"
cases=0
failed=0
calls=0
shown=0
at=0
turn=0

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
# there HOME: what is there, in short; no ids, which are others each time
there() {
	[ -f "$work/$1/keys.json" ] || {
		echo nothing
		return
	}
	{
		as "$1" list person && as "$1" passphrase list
	} >"$work/there" 2>"$work/err2" || {
		echo unreadable
		return
	}
	sed 's/^[a-z2-7]\{26\} *//' "$work/there" | sort | cksum
}
# persons HOME: how many are there, for those who read this
persons() {
	as "$1" list person --count 2>/dev/null || echo no
}
# each HOME COMMAND...: with every N-th call failing.  HOME is afterwards as it
# was, or as the command leaves it, which it must be if the command says so.
each() {
	home=$1
	shift
	keep
	before=$(there "$home")
	(fails 0 NONE "$@") >"$work/out" 2>"$work/err" || {
		cat "$work/err"
		fail "$*: does not pass"
	}
	after=$(there "$home")
	all=$(cut -d' ' -f1 "$work/count")
	for how in EIO ENOSPC SHORT KILL; do
		turn=$((turn + 1))
		at=$((turn * 29 % step + 1))
		while [ "$at" -le "$all" ]; do
			put_back
			one "$@"
			at=$((at + step))
		done
	done
	put_back
	"$@" >"$work/out" 2>&1 || fail "$*"
	calls=$((calls + all))
	ok "$*: $all calls"
}
one() {
	(fails "$at" "$how" "$@") >"$work/out" 2>"$work/err"
	got=$?
	what="$* (call $at of $all, $(cut -d' ' -f2 "$work/count"), $how)"
	cases=$((cases + 1))
	[ $how = KILL ] || failed=$((failed + 1))
	grep -q 'Sanitizer\|runtime error' "$work/err" && {
		cat "$work/err"
		fail "$what: sanitizer"
	}
	if [ $got -ne 0 ] && [ $how != KILL ]; then
		grep -q '^ansinh: ' "$work/err" || fail "$what: no message"
		shown=$((shown + 1))
	fi
	now=$(there "$home")
	[ "$now" = "$before" ] || [ "$now" = "$after" ] || {
		cat "$work/err" "$work/err2"
		fail "$what: half done, $(persons "$home") persons are there"
	}
	[ $got -ne 0 ] || [ "$now" = "$after" ] ||
		fail "$what: acknowledged, and is not there"
	if [ -f "$work/$home/keys.json" ]; then
		as "$home" check >"$work/out2" 2>&1 || {
			cat "$work/err" "$work/out2"
			fail "$what: then the check"
		}
	fi
}

each xa as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8
each huyen as huyen init --role district --unit 298 --officer "Trần Thị Mẫu" \
	--kdf-mib 8
each xa as xa card --out "$work/xa.card"
as huyen card --out "$work/huyen.card"
each huyen as huyen trust "$work/xa.card" --yes
each xa as xa trust "$work/huyen.card" --yes
mkdir "$work/stick" "$work/copies"
each xa person xa
# Planted: a disk that says it has written what it has not.
keep
before=$(there xa)
(fails 0 NONE person xa) >"$work/out" 2>&1
after=$(there xa)
how=LOSE
caught=0
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

each xa as xa demo --seed 1 --persons 40
id=$(as xa find "Trần Thị Thử" | head -n 1 | cut -d' ' -f1)
each xa as xa set "$id" full_name="Trần Thị Mẫu" --reason "gõ sai"
other=$(as xa list person | grep -vF "$id" | head -n 1 | cut -d' ' -f1)
each xa as xa merge "$id" "$other" --reason "một người"
each xa as xa split "$id" "$other" --reason "hai người"
printf 'mot hai ba bon nam cay\n' >"$work/pass2"
each xa as xa passphrase add --officer "Lê Thị Mẫu" --new-file "$work/pass2"
each xa as xa passphrase remove 2
each xa as xa key renew
each xa as xa export --for 298 --to "$work/stick"
each huyen as huyen import "$work/stick" --yes
each huyen as huyen export --for 11149 --to "$work/stick"
each xa as xa import "$work/stick" --yes
each xa person xa
each xa as xa export --for 298 --to "$work/stick"
each huyen as huyen import "$work/stick" --yes
each xa as xa backup --to "$work/copies"
backup=$(echo "$work"/copies/*.backup)
each xa2 as xa2 restore "$backup"
[ "$step" -gt 1 ] || [ $failed -ge 2000 ] ||
	fail "only $failed calls failed, where 2,000 are wanted"
echo "$failed of $calls calls failed, $((cases - failed)) killed," \
	"$shown messages, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
