#!/bin/sh
# Which key presses wait for the disk?  The screens through a pty, on a disk of
# 60 writes a second: none while a record is keyed and saved (typist), none of
# the acts on records (acts.steps); and what waits by its nature (waits.steps).
. "$bench/lib.sh"
world_copy 1000 "$work/slow"
export ANSINH_HOME="$home"
LD_PRELOAD=$build/tests/bench/slow.so "$build/tests/bench/typist" "$ansinh" \
	--passphrase-file "$pass"
rm -rf "$work/slow"
[ -x "$build/tests/bench/acts" ] || {
	row - "acts on records, and what waits: not seen without libvterm" \
		ms - - - "ours<=100"
	exit 0
}
. "$bench/acts.sh"
export OUT="$work/acts/out" IN="$work/acts/in"
PASSPHRASE=$(cat "$pass")
export PASSPHRASE
acts() { # STEPS PRELOADED
	rm -rf "$work/acts/slow"
	cp -r "$one" "$work/acts/slow"
	ANSINH_HOME=$work/acts/slow LD_PRELOAD=$2 "$build/tests/bench/acts" \
		"$bench/$1.steps" "$ansinh" --passphrase-file "$pass"
}
slow=$build/tests/bench/slow.so
acts acts "$slow"
ANSINH_NOW=2001-01-01T07:30:00 acts waits "$slow"
# planted: without a thread they wait, and that must be seen
cc -shared -fPIC -o "$work/acts/hold.so" "$top/tests/tui/hold.c" -ldl
export HOLD="$work/acts/hold"
: >"$HOLD.alone"
if acts acts "$slow:$work/acts/hold.so" >"$work/acts/planted" 2>&1; then
	echo "wait: acts that wait were not seen" >&2
	exit 1
fi
grep -q 'the disk had answered' "$work/acts/planted"
rm -rf "$work/acts"
