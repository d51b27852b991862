# A disk that does not answer, or fails (hold.c), for tests of the screens.
preload tui/hold
HOLD=$work/hold HOLD_FAIL=$work/hold.fail
export HOLD HOLD_FAIL

# held HOME SCRIPT [OPTION...]: the program at HOME, driven by SCRIPT.keys
held() {
	ANSINH_HOME=$work/$1
	export ANSINH_HOME
	script=$srcdir_abs/tests/tui/$2.keys
	shift 2
	rm -f "$HOLD" "$HOLD_FAIL"
	ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
		tests/tui/drive "$@" "$script" \
		/usr/bin/env LD_PRELOAD="$lib" "$ansinh"
}
# caught HOME SCRIPT: planted, as when there is no thread to be had, a save is
# waited for, and the script misses the word that it is on its way
caught() {
	cp -a "$work/$1" "$work/planted"
	: >"$HOLD.alone"
	held planted "$2" --patience 2000 >"$work/waited" &&
		fail "a save that waits"
	grep -q 'not seen: Đang lưu' "$work/waited" || {
		cat "$work/waited"
		fail "a save that waits was missed otherwise"
	}
	rm -rf "$HOLD.alone" "$work/planted"
	ok "$2: a save that is waited for is caught"
}
