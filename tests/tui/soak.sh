#!/bin/sh
# Random keys on every screen, and on every kind of terminal a few: what
# soak.c says must hold.  SOAK_LIVES lives of the program on each screen, of
# SOAK_KEYS keys.
. "$srcdir/tests/tui/lib.sh"

soak=$PWD/tests/tui/soak
ANSINH_TEST_STICK=$work/usb
export ANSINH_TEST_STICK
mkdir "$work/usb" "$work/desk"

desk xa
want 0 "with people" as xa demo --seed 1 --persons 30
# soaked ARGUMENT...: in a folder where what is typed as a path does no harm
soaked() {
	(cd "$work/desk" && "$soak" "$@" "$work/xa" "$work/soaked" \
		"$ansinh") || fail "soak $*"
	ok "soak $*"
}
lives=${SOAK_LIVES-1}
keys=${SOAK_KEYS-24}
few="--lives $(((lives + 4) / 5)) --keys $((keys / 3))"
for seed in ${SOAK_SEEDS-1}; do
	soaked --seed "$seed" --lives "$lives" --keys "$keys"
done
for DRIVE_TERM in linux vt100 tmux tmux-256color xterm-mono; do
	export DRIVE_TERM
	infocmp "$DRIVE_TERM" >/dev/null 2>&1 || continue
	soaked --seed 2 $few
done
unset DRIVE_TERM
NO_COLOR=1
export NO_COLOR
soaked --seed 3 $few --size 10x40
soaked --seed 4 $few --size 60x200
echo "[  PASSED  ] $passed test(s)."
