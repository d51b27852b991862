#!/bin/sh
# The main job in a real terminal: a commune's officer enters the five forms,
# finds them, amends one and takes it back, and hands them over; the district
# takes them in; its receipt comes home.
. "$srcdir/tests/tui/lib.sh"

desks xa huyen
OUT=usb # from the test's folder, whose name is another each time
BACK=back
mkdir "$work/$OUT" "$work/$BACK"
export OUT BACK
play xa story-xa huyen
play huyen story-huyen xa
play xa story-back huyen
want 0 "all is verified" as xa check
want 0 "also there" as huyen check
echo "[  PASSED  ] $passed test(s)."
