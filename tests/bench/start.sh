#!/bin/sh
# The program from exec to its first screen, in a terminal; after an orderly end
# and after a kill.  Beside it SQLite's full-text index, opened and asked once.
. "$bench/lib.sh"
. "$bench/fts.sh"
export TERM=xterm-256color

start() { # start HOW: in that way the one before ended, or this one ends
	cold "$home/db"
	"$build/tests/bench/start" "$1" "$home" "$pass" $box "$ansinh" \
		>"$work/start.ours"
	if [ -n "$boxed" ]; then
		cost=$(calc "$(of start.ours wall)" 0)
	else
		cost=$(of start.ours cpu)
		cost=$(calc "$cost - $(of start.ours kdf)" 1)
	fi
}
bound=150
[ -z "$boxed" ] || bound=1500 # as much CPU, a tenth of it at a time
for n in $(sizes 10000 100000 1000000); do
	fts "$n"
	peer="SQLite FTS5, opened and asked"
	time_bound=- resident_bound=-
	[ "$n" != 100000 ] ||
		time_bound="ours<=$bound" resident_bound="ours<=48"
	for turn in $(turns "$n"); do
		start ends
		cold "$db"
		ours=$cost
		meter "$build/tests/bench/fts" open "$db"
		row "$n" "start, $time" ms "$ours" "$peer" \
			"$(calc "$cost * 1000" 2)" "$time_bound"
		[ -n "$boxed" ] || {
			row "$n" "start, resident" MB \
				"$(of start.ours resident)" "$peer" "$peak" \
				"$resident_bound"
			row "$n" "start, most resident on the way" MB \
				"$(of start.ours peak)" - - -
		}
		start killed
		start ends
		row "$n" "start after a kill or a power cut, $time" ms "$cost" \
			- - "$time_bound"
	done
done
