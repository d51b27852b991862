#!/bin/sh
# One durable save, and a first load, against bare LMDB and SQLite.
. "$bench/lib.sh"
in_box=10000
peers() {
	rm -rf "$work/peers"
	mkdir "$work/peers"
	cp -r "$home/db" "$work/peers/lmdb"
}
saves() { # saves SIZE; 0: a load
	peers
	$box "$build/tests/bench/save" "$home" "$pass" "$1" "$work/peers"
}
for n in $(sizes 10000 100000 1000000); do
	world_copy "$n" "$work/save"
	saves "$n"
done
for n in $(sizes 10000); do # what a load is does not hang on it
	home=$work/load
	for turn in $(turns "$n"); do
		rm -rf "$home"
		as "$home" init --role commune --unit 11149 --officer Bench \
			--kdf-mib 8 >/dev/null
		saves 0
	done
done
rm -rf "$work/save" "$work/load" "$work/peers"
