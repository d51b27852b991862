#!/bin/sh
# Files of the stock `age` open here, ours open there, at the sizes around a
# chunk; to one recipient, and to three of which each can read.
set -eu
tool=$PWD/tests/crypt/crypt_tool
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

passed=0
fail() { echo "FAILED: $*"; exit 1; }
same() { cmp "$1" "$2" || fail "$3"; passed=$((passed + 1)); }

age-keygen -o theirs.key 2>/dev/null
"$tool" age-keygen >ours.key
"$tool" age-keygen >third.key
theirs=$(age-keygen -y theirs.key)
ours=$(age-keygen -y ours.key)
third=$(age-keygen -y third.key)
[ "$ours" = "$(sed -n 's/^# public key: //p' ours.key)" ] ||
	fail "age-keygen reads another public key from our identity"
their_secret=$(grep ^AGE theirs.key)
our_secret=$(grep ^AGE ours.key)

for size in 0 1 65535 65536 65537 131072 200000; do
	head -c "$size" /dev/urandom >plain
	age -r "$ours" -o sealed plain
	"$tool" age-by "$our_secret" <sealed >opened
	same plain opened "reading $size bytes of age"

	"$tool" age-to "$theirs" <plain >sealed
	age -d -i theirs.key -o opened sealed
	same plain opened "age reading our $size bytes"

	"$tool" age-to "$third" "$theirs" "$ours" <plain >sealed
	for key in ours theirs third; do
		age -d -i $key.key -o opened sealed
		same plain opened "age reading $size bytes as $key"
	done
	age -r "$third" -r "$theirs" -r "$ours" -o sealed plain
	"$tool" age-by "$their_secret" <sealed >opened
	same plain opened "reading $size bytes of age for three"
done

# A stranger is refused, and so is a changed byte.
"$tool" age-keygen >stranger.key
if "$tool" age-by "$(grep ^AGE stranger.key)" <sealed >/dev/null 2>said; then
	fail "a stranger reads"
fi
grep -q '^open ERR_RECIPIENT' said || fail "$(cat said)"
{ head -c 150000 sealed
	head -c 150001 sealed | tail -c 1 | tr '\000-\377' '\001-\377\000'
	tail -c +150002 sealed; } >changed
if "$tool" age-by "$our_secret" <changed >/dev/null 2>said; then
	fail "a changed byte is not seen"
fi
grep -q '^next ERR_HASH' said || fail "$(cat said)"
echo "[  PASSED  ] $((passed + 2)) test(s)."
