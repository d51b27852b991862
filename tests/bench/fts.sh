# Sourced by search.sh and start.sh.

# fts N: sets home to the commune of N persons, and db to SQLite's full-text
# index of them.  Made once a run.
fts() {
	world "$1"
	db=$work/fts-$1.db
	[ -f "$db" ] || {
		rm -f "$db.new"
		"$build/tests/bench/desk" persons "$home" "$pass" |
			"$build/tests/bench/fts" make "$db.new"
		mv "$db.new" "$db"
	}
}
