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
	stock_tools all.ndjson
	cd "$work"
	rm -rf "$work/stock"
}

for n in $(sizes 100000 1000000); do
	handover "$n"
	ours=
	theirs=
	for turn in $(turns "$n"); do
		rm -rf "$work/out"
		mkdir "$work/out"
		again export --for 298 --to "$work/out"
		ours=$(least "$ours" "$cpu")
		ours_peak=$peak
		stock
		theirs=$(least "$theirs" "$cpu")
	done
	size=$(cat "$work"/out/ANSINH/* | wc -c)
	row "$n" "CPU" s "$ours" "tar, sha256sum, zstd -3, age, minisign" \
		"$theirs" "ratio<=1.2"
	row "$n" "peak memory" MiB "$ours_peak" - - "ours<=64"
	row "$n" "size of the bundles" MB "$(calc "$size / 1e6")" \
		"zstd -3 of the events" "$(calc "$stock_zstd / 1e6")" "ratio<=0.8"
	rm -rf "$work/out"
done
if [ -n "$(sizes 100000)" ]; then
	handover 100000
	rm -rf "$work/out" "$work/again"
	mkdir "$work/out"
	cp -r --reflink=auto "$home" "$work/again"
	export ANSINH_HOME="$work/again"
	meter_boxed "$ansinh" --passphrase-file "$pass" export --for 298 \
		--to "$work/out"
	row 100000 "in 256 MB and a tenth of a core" s "$wall" - - -
	rm -rf "$work/out" "$work/again"
fi
