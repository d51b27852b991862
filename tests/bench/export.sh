#!/bin/sh
# Writing the first hand-over of a commune, against stock tools with the same
# events.
. "$bench/lib.sh"
. "$bench/handover.sh"

stock() {
	rm -rf "$work/stock"
	mkdir "$work/stock"
	cd "$work/stock"
	minisign -G -f -W -p m.pub -s m.key >/dev/null 2>&1
	age-keygen -o age.key 2>/dev/null
	to=$(age-keygen -y age.key)
	cat >stock.sh <<S
set -e
ln -s $plain/all.ndjson .
tar chf all.tar all.ndjson
sha256sum all.ndjson >sums
zstd -3 -q -c all.tar >all.tar.zst
age -r $to -o all.tar.zst.age all.tar.zst
minisign -S -s m.key -m all.tar.zst.age >/dev/null
S
	meter sh stock.sh
	stock_size=$(stat -c %s all.tar.zst.age)
	cd "$work"
	rm -rf "$work/stock"
}

for n in $(sizes 100000 1000000); do
	handover "$n"
	rm -rf "$work/out"
	mkdir "$work/out"
	again export --for 298 --to "$work/out"
	ours=$cpu
	ours_peak=$peak
	size=$(cat "$work"/out/ANSINH/* | wc -c)
	stock
	row "$n" "CPU" s "$ours" "tar, sha256sum, zstd -3, age, minisign" \
		"$cpu" "ratio<=1.2"
	row "$n" "peak memory" MiB "$ours_peak" - - "ours<=64"
	row "$n" "size of the bundles" MB "$(calc "$size / 1e6")" "zstd -3" \
		"$(calc "$stock_size / 1e6")" "ratio<=0.8"
	rm -rf "$work/out"
done
