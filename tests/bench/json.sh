#!/bin/sh
# Reading canonical JSON, beside jansson and, where a C++ compiler and it are
# there, simdjson.
. "$bench/lib.sh"
json=$build/tests/bench/json
"$json" make "$work/events.ndjson"
: >"$work/json.rows"
# simdjson as anybody would build it, and for this very machine; all take turns.
for machine in "" -march=native; do
	"$json" read "$work/events.ndjson" >>"$work/json.rows"
	# shellcheck disable=SC2086
	if g++ -O3 $machine -o "$work/json_simd" "$bench/json_simd.cc" \
		-lsimdjson >&2; then
		"$work/json_simd" "$work/events.ndjson" >>"$work/json.rows"
	fi
done
[ "$(awk '$1 == "sum" { print $2 }' "$work/json.rows" | uniq | wc -l)" = 1 ] || {
	echo "json: not the same was read" >&2
	exit 1
}
# of NAME: the best figure it has
of() {
	awk -v name="$1" 'BEGIN { best = "-" }
		$1 == name && (best == "-" || $2 > best) { best = $2 }
		END { print best }' "$work/json.rows"
}
row - "events read" MB/s "$(of ours)" jansson "$(of jansson)" "ratio>=10"
row - "events read" MB/s "$(of ours)" "simdjson, on demand" "$(of simdjson)" \
	"ratio>=1"
