#!/bin/sh
# Two units accept each other's cards on the screens, and can then hand over.
. "$srcdir/tests/cli/lib.sh"

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --kdf-mib 8
want 0 "a district is set up" as huyen init --role district --unit 298 \
	--officer "Trần Thị Mẫu" --kdf-mib 8
want 0 "the commune's card" as xa card --out "$work/xa.card"
want 0 "the district's card" as huyen card --out "$work/huyen.card"

drive=$PWD/tests/tui/drive
OUT=usb
NOTHING="không có thẻ"
mkdir "$work/$OUT"
export OUT NOTHING WORDS

# The first words of a card: a line of the screen holds no more.
words() {
	sed -n 's/^words: *//p' "$work/$1.card" | cut -d' ' -f1-4
}
play() {
	ANSINH_HOME=$work/$1
	WORDS=$(words "$2")
	export ANSINH_HOME
	(cd "$work" && "$drive" "$srcdir_abs/tests/tui/$3" "$ansinh") ||
		fail "$1: $3"
	ok "$1: $3"
}
play xa xa cards-write.keys
# the district's stick has no card yet either
mv "$work/$OUT" "$work/kept"
mkdir "$work/$OUT"
play huyen huyen cards-write.keys
cp "$work/kept/"*.card "$work/$OUT"
play xa huyen cards-accept.keys
play huyen xa cards-accept.keys
want 0 "the commune hands over" as xa export --for 298 --to "$work/$OUT"
want 0 "the district takes it in" as huyen import "$work/$OUT" --yes
echo "[  PASSED  ] $passed test(s)."
