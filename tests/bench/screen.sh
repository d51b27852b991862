#!/bin/sh
# From key to screen, in a terminal: keying into the form of 200 fields and 100
# calculations, and searching among 1,000,000; beside the least that a curses
# program can do at a key.
. "$bench/lib.sh"
export TERM=xterm-256color
screen=$build/tests/bench/screen
floor="a curses program's echo"
figure() { # figure SIZE MEASURE NAME BOUND
	row "$1" "$2" ms "$(of screen.ours "$3")" "$floor" \
		"$(of screen.floor "$3")" "$4"
}
rows() { # rows SIZE WHAT
	figure "$1" "$2, median" wall_p50 -
	figure "$1" "$2, p99" wall_p99 "ours<=16"
	figure "$1" "$2, slowest" wall_max -
	[ -n "$boxed" ] || figure "$1" "$2, CPU, p99" cpu_p99 -
}

# A program's data with this one form.
data=$work/data
rm -rf "$data" "$work/filling"
mkdir -p "$data/forms"
ln -s "$top/conf" "$top/po" "$data"
ln -s "$top/forms/choices" "$data/forms"
"$build/tests/bench/fill" --yaml set >"$data/forms/bench.yaml"
filling() { # filling COMMAND...: with that data
	ANSINH_DATA=$data ANSINH_HOME=$work/filling "$@"
}
filling "$ansinh" --passphrase-file "$pass" init --role commune --unit 11149 \
	--officer Bench --kdf-mib 8 >/dev/null
keys=$(awk 'BEGIN { for (i = 0; i < 199; i++) printf "%d\\r", i * 7 % 90 + 10 }')
"$screen" "" "$keys" 20 $box "$build/tests/bench/echo" >"$work/screen.floor"
for turn in $(turns -); do
	rm -rf "$work/filling/drafts"
	filling "$screen" '\e[2~' "$keys" 20 $box "$ansinh" \
		--passphrase-file "$pass" >"$work/screen.ours"
	rows - "key in a form of 200 fields"
done

# Each letter, and each letter taken away again.
keys=$(awk 'BEGIN {
	n = split("nguyen thi dao,tran van tu,do thi lan,030140,xuan", text, ",")
	for (i = 1; i <= n; i++) {
		printf "%s", text[i]
		for (k = length(text[i]); k > 0; k--)
			printf "%c", 127
	}
}')
for n in $(sizes 100000 1000000); do
	world "$n"
	for turn in 1 2 3; do
		ANSINH_HOME=$home "$screen" '\eOR' "$keys" 40 $box "$ansinh" \
			--passphrase-file "$pass" >"$work/screen.ours"
		rows "$n" "key in the search of everything"
	done
done
