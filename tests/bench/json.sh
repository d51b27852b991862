#!/bin/sh
# Reading canonical JSON, beside jansson and, where a C++ compiler and it are
# there, simdjson.
. "$bench/lib.sh"
json=$build/tests/bench/json
"$json" make "$work/events.ndjson"
"$json" read "$work/events.ndjson" >"$work/json.rows"
if g++ -O2 -o "$work/json_simd" "$bench/json_simd.cc" -lsimdjson >&2; then
	"$work/json_simd" "$work/events.ndjson" >>"$work/json.rows"
fi
[ "$(awk '$1 == "sum" { print $2 }' "$work/json.rows" | uniq | wc -l)" = 1 ] || {
	echo "json: not the same was read" >&2
	exit 1
}
of() {
	awk -v name="$1" '$1 == name { print $2; found = 1 }
		END { if (!found) print "-" }' "$work/json.rows"
}
row - "events read" MB/s "$(of ours)" jansson "$(of jansson)" "ratio>=10"
row - "events read" MB/s "$(of ours)" "simdjson, on demand" "$(of simdjson)" -
