# What fail.sh and memory.sh share: one call of a command fails, and then all is
# as it was, or as the command leaves it.  preload says which library counts the
# calls; $hows is in which ways each is to fail, $step
# every how many-th.
. "$srcdir/tests/cli/lib.sh"
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
	rm -f "$work/count"
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
	for part in xa huyen stick copies xa2 pass pass.new; do
		[ -e "$work/$part" ] && cp -a "$work/$part" "$work/before/"
	done
}
put_back() {
	rm -rf "$work/xa" "$work/huyen" "$work/stick" "$work/copies" "$work/xa2"
	for part in "$work"/before/*; do
		[ -e "$part" ] && cp -a "$part" "$work/"
	done
}
look() {
	{
		as "$1" list person && as "$1" passphrase list
	} >"$work/there" 2>"$work/err2"
}
# The passphrase that is to be is the one that is, and the other way round.
swap() {
	mv "$pass" "$pass.old"
	mv "$pass.new" "$pass"
	mv "$pass.old" "$pass.new"
}
# there HOME: what is there, in short, and what opens it; no ids, which are others
# each time
there() {
	[ -f "$work/$1/keys.json" ] || {
		echo nothing
		return
	}
	look "$1" || {
		[ -f "$pass.new" ] && swap && look "$1"
	} || {
		echo unreadable
		return
	}
	cat "$work/there" "$pass" | sed 's/^[a-z2-7]\{26\} *//' | sort | cksum
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
	all=$(sort -n "$work/count" | tail -n 1 | cut -d' ' -f1)
	for how in $hows; do
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
	what="$* (call $at of $all$(sed -n "s/^$at /: /p" "$work/count"), $how)"
	cases=$((cases + 1))
	[ $how = KILL ] || failed=$((failed + 1))
	# who dies for want of memory (base_die) leaves all as it lies
	sane='Sanitizer\|runtime error'
	! grep -q '^ansinh: \(hết bộ nhớ\|out of memory\)$' "$work/err" ||
		sane='ERROR: AddressSanitizer\|runtime error'
	grep -q "$sane" "$work/err" && {
		cat "$work/err"
		fail "$what: sanitizer"
	}
	if [ $got -ne 0 ] && [ $how != KILL ]; then
		grep -q '^ansinh: ' "$work/err" && [ $got -lt 128 ] || {
			cat "$work/err"
			fail "$what: exit $got without a message"
		}
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
