#!/bin/sh
# Taking in the first hand-over of a commune, against stock tools and SQLite.
. "$bench/lib.sh"
. "$bench/handover.sh"

# stock SQL...: from the sealed payloads to tables with the indexes that these
# files make.  Nothing is verified but by age.
stock() {
	rm -rf "$work/stock"
	mkdir "$work/stock"
	cat "$@" - >"$work/stock/load.sql" <<S
COMMIT;
S
	cat >"$work/stock/stock.sh" <<S
set -e
cd "$work/stock"
for b in "$stick"/ANSINH/*.ansinh; do
	tar xOf "\$b" payload.tar.zst.age |
		age -d -i "$plain/recovery.key" | zstd -dq |
		tar xOf - data/events.ndjson
done | sqlite3 -init load.sql load.db .quit
S
	cold "$stick"
	meter sh "$work/stock/stock.sh"
	rm -rf "$work/stock"
}

# ours; and opening the register once after it, for the second row
take_in() {
	rm -rf "$work/in"
	cp -r "$huyen" "$work/in"
	export ANSINH_HOME="$work/in"
	cold "$work/in" "$stick"
	meter "$ansinh" --passphrase-file "$pass" import --yes "$stick"
	opened=$($box "$build/tests/bench/desk" open "$work/in" "$pass")
	rm -rf "$work/in"
}

for n in $(sizes 100000 1000000); do
	handover "$n"
	for turn in $(turns "$n"); do
		take_in
		ours=$(calc "$cost")
		ours_peak=$peak
		stock "$bench/import.sql"
		row "$n" "$time" s "$ours" \
			"age -d, zstd -d, sqlite3 with the same indexes" \
			"$(calc "$cost")" "ratio<=0.4"
		stock "$bench/import.sql" "$bench/import_search.sql"
		row "$n" "$time, and the directory read into memory" s \
			"$(calc "$ours + $opened / 1000")" \
			"the same, and indexes to search by, FTS5" \
			"$(calc "$cost")" "ratio<=0.4"
		row "$n" "peak memory" MB "$ours_peak" - - "ours<=64"
	done
done
