#!/bin/sh
# Taking in the first hand-over of a commune, against stock tools and SQLite.
. "$bench/lib.sh"
. "$bench/handover.sh"

# From the sealed payloads to tables with indexes; nothing is verified but by
# age.
stock() {
	rm -rf "$work/stock"
	mkdir "$work/stock"
	cat >"$work/stock/stock.sh" <<S
set -e
cd "$work/stock"
for b in "$stick"/ANSINH/*.ansinh; do
	tar xOf "\$b" payload.tar.zst.age |
		age -d -i "$plain/recovery.key" | zstd -dq |
		tar xOf - data/events.ndjson
done | sqlite3 -init "$bench/import.sql" load.db .quit
S
	meter sh "$work/stock/stock.sh"
	rm -rf "$work/stock"
}

take_in() {
	rm -rf "$work/in"
	cp -r "$huyen" "$work/in"
	export ANSINH_HOME="$work/in"
	"$1" "$ansinh" --passphrase-file "$pass" import --yes "$stick"
	rm -rf "$work/in"
}

for n in $(sizes 100000 1000000); do
	handover "$n"
	ours=
	theirs=
	for turn in $(turns "$n"); do
		take_in meter
		ours=$(least "$ours" "$cpu")
		ours_peak=$peak
		stock
		theirs=$(least "$theirs" "$cpu")
	done
	row "$n" CPU s "$ours" "age -d, zstd -d, sqlite3 with indexes" \
		"$theirs" "ratio<=0.4"
	row "$n" "peak memory" MiB "$ours_peak" - - "ours<=64"
done
if [ -n "$(sizes 100000)" ]; then
	handover 100000
	take_in meter_boxed
	row 100000 "in 256 MB and a tenth of a core" s "$wall" - - -
fi
