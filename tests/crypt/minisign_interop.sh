#!/bin/sh
# The stock `minisign` checks what we sign, and we check what it signs.
set -eu
tool=$PWD/tests/crypt/crypt_tool
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

passed=0
fail() { echo "FAILED: $*"; exit 1; }
ok() { passed=$((passed + 1)); }

minisign -G -W -p their.pub -s their.key >/dev/null
theirs=$(tail -n 1 their.pub)

for size in 0 1 65535 65536 65537 131072 200000; do
	comment="gói số $size của xã Hà Kỳ"
	head -c "$size" /dev/urandom >body
	"$tool" sign our.pub "$comment" <body >body.minisig
	minisign -V -p our.pub -m body | grep -qF "$comment" ||
		fail "minisign does not take our signature of $size bytes"
	ok
	minisign -S -W -s their.key -m body -t "$comment" >/dev/null
	[ "$("$tool" verify "$theirs" body.minisig <body)" = "$comment" ] ||
		fail "a signature of minisign over $size bytes"
	ok
done

# minisign's own comment has tabs in it.
minisign -S -s their.key -m body >/dev/null
"$tool" verify "$theirs" body.minisig <body | grep -q timestamp: ||
	fail "the usual comment"
ok

refused() { # WHAT ERROR
	if "$tool" verify "$theirs" body.minisig <body >/dev/null 2>said; then
		fail "$1 is taken"
	fi
	grep -q " $2 " said || fail "$1: $(cat said)"
	ok
}
sed -i 's/timestamp:1/timestamp:2/' body.minisig
refused "another comment" ERR_SIGNATURE
minisign -S -s their.key -m body >/dev/null
printf x >>body
refused "another body" ERR_SIGNATURE
"$tool" sign our.pub "" <body >body.minisig
refused "another key" ERR_TRUST
minisign -S -l -s their.key -m body >/dev/null
refused "the old kind of signature" ERR_FORMAT
echo "[  PASSED  ] $passed test(s)."
