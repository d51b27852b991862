#!/bin/sh
# Filling forms, beside @getodk/xforms-engine with the same forms and keys.
. "$bench/lib.sh"
engine=$work/xforms-engine
[ -d "$engine/node_modules/@getodk" ] || {
	mkdir -p "$engine"
	npm install --prefix "$engine" --no-audit --no-fund \
		@getodk/xforms-engine@0.22.0 jsdom@27.2.0 >&2 ||
		echo "fill: no peer without npm" >&2
}
fill=$build/tests/bench/fill
"$fill" --xform set >"$work/set.xml"
"$fill" --xform record >"$work/record.xml"
"$fill" >"$work/fill.ours"
node "$bench/fill_peer.mjs" "$engine" "$work/set.xml" "$work/record.xml" \
	>"$work/fill.peer" || printf 'set -\nrecord -\n' >"$work/fill.peer"

of() { # of FILE NAME
	awk -v name="$2" '$1 == name { print $2 }' "$work/fill.$1"
}
peer="xforms-engine 0.22.0"
row - "value set, 200 fields, 100 calculations" /s "$(of ours set)" "$peer" \
	"$(of peer set)" "ratio>=1000"
row - "records of 80 answers" /s "$(of ours record)" "$peer" \
	"$(of peer record)" "ratio>=1000"
row - "records of 80 answers" /s "$(of ours record)" - - "ours>=50000"
