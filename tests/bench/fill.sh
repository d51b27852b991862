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
peer="xforms-engine 0.22.0"
least=" ours>=50000"
[ -z "$boxed" ] || least= # a tenth of the core makes a tenth of them
for turn in $(turns -); do
	$box "$fill" >"$work/fill.ours"
	$box node "$bench/fill_peer.mjs" "$engine" "$work/set.xml" \
		"$work/record.xml" >"$work/fill.peer" ||
		printf 'set\t-\nrecord\t-\n' >"$work/fill.peer"
	row - "value set, 200 fields, 100 calculations" /s \
		"$(of fill.ours set)" "$peer" "$(of fill.peer set)" \
		"ratio>=1000"
	row - "records of 80 answers" /s "$(of fill.ours record)" "$peer" \
		"$(of fill.peer record)" "ratio>=1000$least"
done
