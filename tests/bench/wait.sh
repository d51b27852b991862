#!/bin/sh
# Does a key press wait for the disk?  The screens through a pty, on a disk of
# 60 writes a second.
. "$bench/lib.sh"
world_copy 1000 "$work/slow"
export ANSINH_HOME="$home"
LD_PRELOAD=$build/tests/bench/slow.so "$build/tests/bench/typist" "$ansinh" \
	--passphrase-file "$pass"
rm -rf "$work/slow"
