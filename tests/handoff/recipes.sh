#!/bin/sh
# The recipes of doc/format-bundle.md, run as they stand there: a bundle of
# ours opens with stock tools alone, and one that they make is taken in.
# RECIPES is how often each way (once; recipes-long.sh: 200 times, of rising
# size).
set -eu
tool=$PWD/${BUILD-.}/tests/handoff/handoff_tool
doc=$srcdir/doc/format-bundle.md
case $doc in /*) ;; *) doc=$PWD/$doc ;; esac
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT

for program in age age-keygen minisign zstd b2sum basenc; do
	command -v $program >/dev/null || { echo "no $program"; exit 77; }
done

passed=0
fail() { echo "FAILED: $*"; exit 1; }
ok() { passed=$((passed + 1)); }
recipe() { # the block ```sh NAME
	awk -v want="$1" '$0 == "```sh " want {on = 1; next} /^```/ {on = 0} on' \
		"$doc" >"$top/$1.sh"
	[ -s "$top/$1.sh" ] || fail "no recipe $1"
}
for name in open whole card events make; do recipe $name; done
# README.txt stands in the text, byte for byte
awk '$0 == "```text" {on = 1; next} /^```/ {on = 0} on' "$doc" >"$top/README.txt"

cd "$top"
"$tool" new commune 11149 commune K7Q2 'Xã Hà Kỳ'
"$tool" new district 298 district D2DD 'Huyện Tứ Kỳ'
"$tool" trust commune district/card
"$tool" trust district commune/card
"$tool" add commune 'Nguyễn Thị Đào'
mkdir stick
file=$("$tool" export commune 298 stick)

# 1. Ours with theirs
mkdir opened && cd opened
FILE=../$file SENDER=$(sed -n 's/^minisign: //p' ../commune/card)
KEY=../district/age.key
. ../open.sh >out || fail "the stock tools do not open ours: $(cat out)"
cmp README.txt ../README.txt || fail "README.txt is not that of the text"
ok
grep -q '"Nguyễn Thị Đào"' data/events.ndjson || fail "no such name"
ok
# the ids by hand; a letter changed far above would be seen below
heads() { grep -o '"head":"[0-9a-f]*","key"' data/head.json | cut -c 9-72; }
whole() { # EVENTS: are they what the head says?
	. ../whole.sh
	[ "$(wc -l <events.whole)" = "$1" ] && ! grep -q '"prev":""' events.whole &&
		[ "$(tail -n 1 events.whole | cut -c 1-64)" = "$(heads)" ]
}
whole 2 || fail "the ids by hand: $(cat events.whole data/head.json)"
cut -c 1-64 events.whole | head -n 1 >first
grep -qF "\"prev\":\"$(cat first)\"" events.whole || fail "not linked"
grep -qF '"prev":""' data/events.ndjson || fail "nothing was left out"
ok
mkdir planted && cd planted
mkdir data && cp ../data/head.json data
sed '1s/"clock":"ok"/"clock":"doubtful"/' ../data/events.ndjson \
	>data/events.ndjson
cp ../../whole.sh .. && whole 2 && fail "a changed line is not seen"
cd .. && rm -r planted whole.sh
ok
# the header says what is true
header=$(sed -n 's/^trusted comment: //p' payload.tar.zst.age.minisig)
size=$(stat -c %s payload.tar.zst.age)
sum=$(sha256sum payload.tar.zst.age | cut -c 1-64)
raw=$(age -d -i "$KEY" payload.tar.zst.age | zstd -d | wc -c)
[ "$header" = "ansinh 1 from=11149/K7Q2 to=298 n=1 prev=- size=$size raw=$raw events=2 sha256=$sum trust=0" ] ||
	fail "header: $header"
ok
# stock tar makes the same bytes of the same files
tar --format=ustar -b1 --mode=0644 --owner=0 --group=0 --numeric-owner \
	--mtime=@0 -cf again README.txt payload.tar.zst.age \
	payload.tar.zst.age.minisig
cmp again "$FILE" || fail "tar makes another file"
ok
oxum=$(sed -n 's/^Payload-Oxum: //p' bag-info.txt)
[ "$oxum" = "$(cat data/* | wc -c).2" ] || fail "Payload-Oxum: $oxum"
ok
cd ..

# 2. Theirs with ours
mkdir made && cd made
cp ../README.txt .
UNIT=11150 DEVICE=H2ND NAME='Xã Tay Không' TO=298 N=1
FORM=person FORM_HASH=$("$tool" pack ../district)
SET='{"name":"Trần Văn Tay"}'
AGE=$(sed -n 's/^age: //p' ../district/card)
{ . ../card.sh && . ../events.sh && . ../make.sh; } >out 2>&1 ||
	fail "the recipe does not run: $(cat out)"
made=$PWD/11150-H2ND-000001.ansinh
cd ..
if "$tool" import district "$made" 2>said; then
	fail "a stranger's bundle is taken"
fi
grep -q ERR_TRUST said || fail "$(cat said)"
ok
"$tool" trust district made/sender.card
[ "$("$tool" import district "$made")" = "fresh 2, set aside 0" ] ||
	fail "what the stock tools made is not taken in"
ok
"$tool" names district | grep -qx 'Trần Văn Tay' || fail "no such record"
ok
[ "$("$tool" import district "$made")" = "taken in already" ] || fail "twice"
ok

# ... and with lines that leave out whom they follow
cd made
N=2
. ../events.sh
sed -i 's/"prev":"[0-9a-f]*"/"prev":""/' data/events.ndjson
. ../make.sh >out 2>&1 || fail "the recipe does not run: $(cat out)"
cd ..
[ "$("$tool" import district made/11150-H2ND-000002.ansinh)" = \
	"fresh 2, set aside 0" ] || fail "an empty prev is not taken in"
ok
rm made/11150-H2ND-000002.ansinh

# 3. What tar leaves by itself, without the recipe's options, is refused.
cd made
tar cf "$top/loose.ansinh" README.txt payload.tar.zst.age \
	payload.tar.zst.age.minisig
cd ..
if "$tool" import district loose.ansinh 2>said; then
	fail "loose tar is taken"
fi
grep -q ERR_FORMAT said || fail "$(cat said)"
ok

# 4. Many, ever larger: nothing is acknowledged, so each holds all before it.
i=1
while [ $i -lt "${RECIPES-1}" ]; do
	i=$((i + 1))
	"$tool" add commune "$(head -c $((i * 37 % 4000 + 1)) /dev/urandom |
		od -An -v -tx1 | tr -d ' \n')"
	FILE=$PWD/$("$tool" export commune 298 stick)
	mkdir many && cd many
	SENDER=$(sed -n 's/^minisign: //p' ../commune/card)
	KEY=../district/age.key
	. ../open.sh >out || fail "bundle $i does not open: $(cat out)"
	[ "$(wc -l <data/events.ndjson)" = $((i + 1)) ] || fail "events of $i"
	[ $i -gt 20 ] || whole $((i + 1)) || fail "the ids of $i by hand"
	tar --format=ustar -b1 --mode=0644 --owner=0 --group=0 \
		--numeric-owner --mtime=@0 -cf again README.txt \
		payload.tar.zst.age payload.tar.zst.age.minisig
	cmp again "$FILE" || fail "tar makes another file of $i"
	cd ..
	rm -r many
	rm "$FILE"
	cd made
	N=$((i + 1))
	SET="{\"name\":\"$(head -c $((i * 91 % 8000)) /dev/urandom |
		od -An -v -tx1 | tr -d ' \n')\"}"
	{ . ../events.sh && . ../make.sh; } >out 2>&1 ||
		fail "recipe $i does not run: $(cat out)"
	made=$PWD/$UNIT-$DEVICE-$(printf %06d $N).ansinh
	cd ..
	[ "$("$tool" import district "$made")" = "fresh 2, set aside 0" ] ||
		fail "bundle $i of the stock tools is not taken in"
	rm "$made"
	passed=$((passed + 2))
done
echo "[  PASSED  ] $passed test(s)."
