#!/bin/sh
# From key to screen, in a terminal: keying into the form of 200 fields and 100
# calculations, and searching among 1,000,000; beside the least that a curses
# program can do at a key.
. "$bench/lib.sh"
export TERM=xterm-256color
screen=$build/tests/bench/screen
of() { # of FILE NAME
	awk -v name="$2" '$1 == name { print $2; found = 1 }
		END { if (!found) print "-" }' "$work/screen.$1"
}
floor="a curses program's echo"
rows() { # rows SIZE WHAT
	row "$1" "$2, median" ms "$(of ours wall_p50)" "$floor" \
		"$(of floor wall_p50)" -
	row "$1" "the same, p99" ms "$(of ours wall_p99)" "$floor" \
		"$(of floor wall_p99)" "ours<=16"
	row "$1" "the same, slowest" ms "$(of ours wall_max)" "$floor" \
		"$(of floor wall_max)" -
	row "$1" "the same, CPU, p99" ms "$(of ours cpu_p99)" "$floor" \
		"$(of floor cpu_p99)" -
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
"$screen" "" "$keys" 20 "$build/tests/bench/echo" >"$work/screen.floor"
filling "$screen" '\e[2~' "$keys" 20 "$ansinh" --passphrase-file "$pass" \
	>"$work/screen.ours"
rows - "key in a form of 200 fields"
filling "$bench/box" 256 10 "$screen" '\e[2~' "$(echo "$keys" | cut -c 1-80)" \
	150 "$ansinh" --passphrase-file "$pass" >"$work/screen.ours"
row - "the same in 256 MB and a tenth of a core, p99" ms \
	"$(of ours wall_p99)" - - -

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
	ANSINH_HOME=$home "$screen" '\eOR' "$keys" 40 "$ansinh" \
		--passphrase-file "$pass" >"$work/screen.ours"
	rows "$n" "key in the search of everything"
	[ "$n" = 100000 ] || continue
	ANSINH_HOME=$home "$bench/box" 256 10 "$screen" '\eOR' \
		"$(echo "$keys" | cut -c 1-28)" 250 "$ansinh" \
		--passphrase-file "$pass" >"$work/screen.ours"
	row "$n" "the same in 256 MB and a tenth of a core, p99" ms \
		"$(of ours wall_p99)" - - -
done
