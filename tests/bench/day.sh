#!/bin/sh
# The hand-over of a day's work, 200 records, by a commune of 10,000 whose
# records the district has acknowledged.
. "$bench/lib.sh"
. "$bench/handover.sh"

[ -n "$(sizes 200)" ] || exit 0
handover 10000
rm -rf "$work/day" "$work/day-huyen" "$work/back" "$work/out" "$work/stock"
mkdir "$work/back" "$work/out" "$work/stock"
cp -r --reflink=auto "$home" "$work/day"
cp -r --reflink=auto "$huyen" "$work/day-huyen"
as "$work/day-huyen" import --yes "$stick" >/dev/null
as "$work/day-huyen" export --for 11149 --to "$work/back" >/dev/null
as "$work/day" import --yes "$work/back" >/dev/null
ours=$("$build/tests/bench/day" "$work/day" "$pass" "$work/out")
bundle=$(echo "$work"/out/ANSINH/*)
size=$(stat -c %s "$bundle")

cd "$work/stock"
tar xOf "$bundle" payload.tar.zst.age | age -d -i "$plain/recovery.key" |
	zstd -dq | tar xOf - data/events.ndjson | whole >all.ndjson
events=$(wc -l <all.ndjson)
[ "$events" -eq 200 ] || {
	echo "day: the bundle has $events events, not 200" >&2
	exit 1
}
theirs=
for turn in 1 2 3; do
	stock_tools all.ndjson
	theirs=$(least "$theirs" "$cpu")
done
row 200 CPU s "$ours" "tar, sha256sum, zstd -3, age, minisign" "$theirs" \
	"ratio<=0.7"
row 200 "size of the bundle" KB "$(calc "$size / 1e3")" \
	"zstd -3 of the events" "$(calc "$stock_zstd / 1e3")" -
rm -rf "$work/day" "$work/day-huyen" "$work/back" "$work/out" "$work/stock"
