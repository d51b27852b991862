#!/bin/sh
# Searching at each key, beside SQLite's full-text search over the same persons.
. "$bench/lib.sh"
. "$bench/fts.sh"
key() { # key MEASURE NAME BOUND
	row "$n" "key in the list of persons, $1" ms "$(of search.ours "$2")" \
		FTS5 "$(of search.peer "$2")" "$3"
}
for n in $(sizes 10000 100000 1000000); do
	fts "$n"
	cold "$home/db" "$db"
	for turn in $(turns "$n"); do
		$box "$build/tests/bench/desk" search "$home" "$pass" \
			>"$work/search.ours"
		$box "$build/tests/bench/fts" search "$db" >"$work/search.peer"
		key median search_p50 "ratio<=1"
		key p99 search_p99 "ours<=16 ratio<=1"
		key slowest search_max "ratio<=1"
		[ -z "$boxed" ] || continue
		row "$n" "key in the search of everything, p99" ms \
			"$(of search.ours any_p99)" - - "ours<=16"
		row "$n" "key in the list of applications, p99" ms \
			"$(of search.ours through_p99)" - - "ours<=16"
	done
done
