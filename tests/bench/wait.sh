#!/bin/sh
# Does a key press wait for the disk?  The screens through a pty, on a disk of
# 60 writes a second.
. "$bench/lib.sh"
world_copy 1000 "$work/slow"
export ANSINH_HOME="$home"
LD_PRELOAD=$build/tests/bench/slow.so "$build/tests/bench/typist" "$ansinh" \
	--passphrase-file "$pass"
rm -rf "$work/slow"
if [ -x "$build/tests/bench/acts" ]; then
	. "$bench/acts.sh"
	acts() { # PRELOADED
		rm -rf "$work/acts/slow"
		cp -r "$one" "$work/acts/slow"
		ANSINH_HOME=$work/acts/slow LD_PRELOAD=$1 \
			"$build/tests/bench/acts" "$bench/acts.steps" \
			"$ansinh" --passphrase-file "$pass"
	}
	acts "$build/tests/bench/slow.so"
	# planted: without a thread they wait, and that must be seen
	cc -shared -fPIC -o "$work/acts/hold.so" "$top/tests/tui/hold.c" -ldl
	export HOLD="$work/acts/hold"
	: >"$HOLD.alone"
	if acts "$build/tests/bench/slow.so:$work/acts/hold.so" \
		>"$work/acts/planted" 2>&1; then
		echo "wait: acts that wait were not seen" >&2
		exit 1
	fi
	grep -q 'the disk had answered' "$work/acts/planted"
	rm -rf "$work/acts"
fi
