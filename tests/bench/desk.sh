#!/bin/sh
# What the desk does at once: opening, and searching at each key; beside
# SQLite's full-text search over the same persons.
. "$bench/lib.sh"
fts=$build/tests/bench/fts
of() { # of FILE NAME
	awk -v name="$2" '$1 == name { print $2; found = 1 }
		END { if (!found) print "-" }' "$work/desk.$1"
}
for n in $(sizes 10000 100000 1000000); do
	world "$n"
	db=$work/fts-$n.db
	[ -f "$db" ] || {
		rm -f "$db.new"
		"$build/tests/bench/desk" "$home" "$pass" persons |
			"$fts" make "$db.new"
		mv "$db.new" "$db"
	}
	"$build/tests/bench/desk" "$home" "$pass" >"$work/desk.ours"
	"$fts" search "$db" >"$work/desk.peer"
	start_cpu=- start_rss=-
	[ "$n" != 100000 ] || start_cpu="ours<=150" start_rss="ours<=48"
	row "$n" "start, CPU" ms "$(of ours start_cpu)" "FTS5, open and search" \
		"$(of peer start_cpu)" "$start_cpu"
	row "$n" "start, resident" MiB "$(of ours start_rss)" \
		"FTS5, open and search" "$(of peer start_rss)" "$start_rss"
	row "$n" "key in the list of persons, median" ms \
		"$(of ours search_p50)" FTS5 "$(of peer search_p50)" -
	row "$n" "the same, p99" ms "$(of ours search_p99)" FTS5 \
		"$(of peer search_p99)" "ours<=16"
	row "$n" "the same, slowest" ms "$(of ours search_max)" FTS5 \
		"$(of peer search_max)" "ratio<=1"
	row "$n" "key in the search of everything, p99" ms "$(of ours any_p99)" \
		- - "ours<=16"
	row "$n" "key in the list of applications, p99" ms \
		"$(of ours through_p99)" - - "ours<=16"
done
