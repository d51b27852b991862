#!/bin/sh
# One durable save, and a first load, against bare LMDB and SQLite.
. "$bench/lib.sh"
peers() {
	rm -rf "$work/peers"
	mkdir "$work/peers"
	cp -r "$home/db" "$work/peers/lmdb"
}
for n in $(sizes 10000 100000 1000000); do
	world_copy "$n" "$work/save"
	peers
	"$build/tests/bench/save" "$home" "$pass" "$n" "$work/peers"
done
if [ -n "$(sizes 100000)" ]; then
	home=$work/load
	rm -rf "$home"
	as "$home" init --role commune --unit 11149 --officer Bench \
		--kdf-mib 8 >/dev/null
	peers
	"$build/tests/bench/save" "$home" "$pass" 0 "$work/peers"
fi
rm -rf "$work/save" "$work/load" "$work/peers"
