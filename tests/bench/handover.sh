# Sourced by export.sh and import.sh: bundles of the first hand-over of a whole
# commune, and the same events as a plain file.

# handover N: sets home (the commune), huyen (the district), stick and plain
# (a folder with all.ndjson).  Made once a run.
handover() {
	world "$1"
	huyen=$work/huyen-$1
	stick=$work/stick-$1
	plain=$work/plain-$1
	[ ! -f "$plain/made" ] || return 0
	rm -rf "$huyen" "$stick" "$plain"
	mkdir "$stick" "$plain"
	as "$huyen" init --role district --unit 298 --officer Bench \
		--kdf-mib 8 >/dev/null
	as "$home" card --out "$work/xa.card" >/dev/null
	as "$huyen" card --out "$work/huyen.card" >/dev/null
	as "$huyen" trust "$work/xa.card" --yes >/dev/null
	as "$home" trust "$work/huyen.card" --yes >/dev/null
	as "$home" export --for 298 --to "$stick" >/dev/null
	as "$home" key export --out "$plain/recovery.key" >/dev/null
	for b in "$stick"/ANSINH/*.ansinh; do
		(cd "$plain" && tar xf "$b" payload.tar.zst.age &&
			age -d -i recovery.key payload.tar.zst.age | zstd -dq |
			tar xOf - data/events.ndjson | whole >>all.ndjson &&
			rm -rf payload*)
	done
	: >"$plain/made"
}

# whole: the events of a bundle, of which a line leaves out the hash of the line
# before, as they are stored and hashed (doc/format-bundle.md, part 3)
whole() {
	python3 -c '
import hashlib, sys
before = b""
for line in sys.stdin.buffer:
    line = line.replace(b"\"prev\":\"\"", b"\"prev\":\"%s\"" % before, 1)
    before = hashlib.blake2b(line[:-1], digest_size=32).hexdigest().encode()
    sys.stdout.buffer.write(line)'
}

# again COMMAND...: a command of the commune with a copy of its register
again() {
	rm -rf "$work/again"
	cp -r --reflink=auto "$home" "$work/again"
	ANSINH_HOME=$work/again
	export ANSINH_HOME
	meter "$ansinh" --passphrase-file "$pass" "$@"
	rm -rf "$work/again"
}

# stock_tools FILE: sets cpu to what the same takes with stock tools, and
# stock_zstd to the size of zstd -3 of the file.  Works in this folder.
stock_tools() {
	[ -f m.key ] || minisign -G -f -W -p m.pub -s m.key >/dev/null 2>&1
	[ -f age.key ] || age-keygen -o age.key 2>/dev/null
	cat >stock.sh <<S
set -e
tar chf all.tar $1
sha256sum $1 >sums
zstd -3 -q -f -c all.tar >all.tar.zst
age -r $(age-keygen -y age.key) -o all.tar.zst.age all.tar.zst
minisign -S -s m.key -m all.tar.zst.age >/dev/null
S
	meter sh stock.sh
	stock_zstd=$(zstd -3 -q <"$1" | wc -c)
}
