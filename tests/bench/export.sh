#!/bin/sh
# Writing the first hand-over of a commune, against stock tools with the same
# events.
. "$bench/lib.sh"
. "$bench/handover.sh"

stock() {
	rm -rf "$work/stock"
	mkdir "$work/stock"
	cd "$work/stock"
	ln -s "$plain/all.ndjson" .
	cold "$plain"
	stock_tools all.ndjson
	cd "$work"
	rm -rf "$work/stock"
}

for n in $(sizes 100000 1000000); do
	handover "$n"
	for turn in $(turns "$n"); do
		rm -rf "$work/out"
		mkdir "$work/out"
		again export --for 298 --to "$work/out"
		ours=$(calc "$cost")
		ours_peak=$peak
		stock
		row "$n" "$time" s "$ours" \
			"tar, sha256sum, zstd -3, age, minisign" \
			"$(calc "$cost")" "ratio<=1.2"
		row "$n" "peak memory" MB "$ours_peak" - - "ours<=64"
		size=$(cat "$work"/out/ANSINH/* | wc -c)
	done
	[ -n "$boxed" ] ||
		row "$n" "size of the bundles" MB "$(calc "$size / 1e6" 2)" \
			"zstd -3 of the events" "$(calc "$stock_zstd / 1e6" 2)" \
			"ratio<=0.8"
	rm -rf "$work/out"
done
