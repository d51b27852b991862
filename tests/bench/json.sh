#!/bin/sh
# Reading canonical JSON, beside jansson and, where a C++ compiler and it are
# there, simdjson.
. "$bench/lib.sh"
json=$build/tests/bench/json
events=$work/events.ndjson
"$json" make "$events"
# simdjson as anybody would build it, and for this very machine.
simd=
for machine in "" -march=native; do
	# shellcheck disable=SC2086
	g++ -O3 $machine -o "$work/json_simd$machine" "$bench/json_simd.cc" \
		-lsimdjson >&2 && simd="$simd $work/json_simd$machine"
done
for turn in $(turns -); do
	$box "$json" read "$events" >"$work/json.rows"
	for program in $simd; do
		$box "$program" "$events" >>"$work/json.rows"
	done
	[ "$(awk '$1 == "sum" { print $2 }' "$work/json.rows" | uniq |
		wc -l)" = 1 ] || {
		echo "json: not the same was read" >&2
		exit 1
	}
	row - "events read" MB/s "$(of json.rows ours)" jansson \
		"$(of json.rows jansson)" "ratio>=10"
	# of its builds and ways the best of this turn
	best=$(awk '$1 == "simdjson" && $2 > best { best = $2 }
		END { print best == "" ? "-" : best }' "$work/json.rows")
	row - "events read" MB/s "$(of json.rows ours)" "simdjson, on demand" \
		"$best" "ratio>=1"
done
