#!/bin/sh
# One durable save, and a first load, against bare LMDB and SQLite.
. "$bench/lib.sh"
peers() {
	rm -rf "$work/peers"
	mkdir "$work/peers"
	cp -r "$home/db" "$work/peers/lmdb"
}
for n in $(sizes 10000 100000 1000000); do
	world_copy "$n" "$work/save"
	peers
	"$build/tests/bench/save" "$home" "$pass" "$n" "$work/peers"
done
# least_of_rows: rows of several turns become one of each, with the least
least_of_rows() {
	awk -F '\t' -v OFS='\t' '
	{ row = $1 FS $2 FS $5 }
	!(row in ours) { name[++n] = row; line[row] = $0; ours[row] = $4
		theirs[row] = $6 }
	$4 < ours[row] { ours[row] = $4 }
	$6 < theirs[row] { theirs[row] = $6 }
	END { for (i = 1; i <= n; i++) {
		$0 = line[name[i]]; $4 = ours[name[i]]; $6 = theirs[name[i]]
		print } }'
}
if [ -n "$(sizes 100000)" ]; then
	home=$work/load
	for turn in 1 2 3; do
		rm -rf "$home"
		as "$home" init --role commune --unit 11149 --officer Bench \
			--kdf-mib 8 >/dev/null
		peers
		"$build/tests/bench/save" "$home" "$pass" 0 "$work/peers"
	done | least_of_rows
fi
rm -rf "$work/save" "$work/load" "$work/peers"
