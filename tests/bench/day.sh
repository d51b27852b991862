#!/bin/sh
# The hand-over of a day's work, 200 records, by a commune of 10,000 whose
# records the district has acknowledged.
. "$bench/lib.sh"
. "$bench/handover.sh"

[ -n "$(sizes 200)" ] || exit 0
handover 10000
rm -rf "$work/day" "$work/day-huyen" "$work/back" "$work/out" "$work/stock"
mkdir "$work/back" "$work/stock"
cp -r --reflink=auto "$home" "$work/day"
cp -r --reflink=auto "$huyen" "$work/day-huyen"
as "$work/day-huyen" import --yes "$stick" >/dev/null
as "$work/day-huyen" export --for 11149 --to "$work/back" >/dev/null
as "$work/day" import --yes "$work/back" >/dev/null
cd "$work/stock"
for turn in $(turns 200); do
	rm -rf "$work/today" "$work/out"
	cp -r --reflink=auto "$work/day" "$work/today"
	mkdir "$work/out"
	ours=$("$build/tests/bench/day" "$work/today" "$pass" "$work/out")
	bundle=$(echo "$work"/out/ANSINH/*)
	tar xOf "$bundle" payload.tar.zst.age |
		age -d -i "$plain/recovery.key" | zstd -dq |
		tar xOf - data/events.ndjson | whole >all.ndjson
	events=$(wc -l <all.ndjson)
	[ "$events" -eq 200 ] || {
		echo "day: the bundle has $events events, not 200" >&2
		exit 1
	}
	stock_tools all.ndjson
	row 200 "$time" ms "$ours" "tar, sha256sum, zstd -3, age, minisign" \
		"$(calc "$cost * 1000" 2)" "ratio<=0.7"
done
size=$(stat -c %s "$bundle")
row 200 "size of the bundle" KB "$(calc "$size / 1e3" 2)" \
	"zstd -3 of the events" "$(calc "$stock_zstd / 1e3" 2)" -
cd "$work"
rm -rf day day-huyen today back out stock
