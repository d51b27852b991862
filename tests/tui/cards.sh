#!/bin/sh
# Two units accept each other's cards on the screens, and can then hand over.
. "$srcdir/tests/tui/lib.sh"

desk xa huyen
OUT=usb
NOTHING="không có thẻ"
mkdir "$work/$OUT"
export OUT NOTHING WORDS

# accepting HOME OTHER SCRIPT: the first words of the other's card are seen; a
# line of the screen holds no more
accepting() {
	WORDS=$(sed -n 's/^words: *//p' "$work/$2.card" | cut -d' ' -f1-4)
	play "$1" "$3"
}
accepting xa xa cards-write
# the district's stick has no card yet either
mv "$work/$OUT" "$work/kept"
mkdir "$work/$OUT"
accepting huyen huyen cards-write
cp "$work/kept/"*.card "$work/$OUT"
accepting xa huyen cards-accept
accepting huyen xa cards-accept
want 0 "the commune hands over" as xa export --for 298 --to "$work/$OUT"
want 0 "the district takes it in" as huyen import "$work/$OUT" --yes
echo "[  PASSED  ] $passed test(s)."
