#!/bin/sh
# Random keys on every screen, and on every kind of terminal a few: what
# soak.c says must hold.  soak-long.sh does more of it.
. "$srcdir/tests/cli/lib.sh"

soak=$PWD/tests/tui/soak
ANSINH_TEST_STICK=$work/usb
export ANSINH_TEST_STICK
mkdir "$work/usb" "$work/desk"

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
want 0 "with people" as xa demo --seed 1 --persons 30
# soaked ARGUMENT...: in a folder where what is typed as a path does no harm
soaked() {
	(cd "$work/desk" && "$soak" "$@" "$work/xa" "$work/soaked" \
		"$ansinh") || fail "soak $*"
	ok "soak $*"
}
soaked --seed "${SOAK_SEED-1}" --keys 25
for DRIVE_TERM in linux vt100 tmux-256color xterm-mono; do
	export DRIVE_TERM
	infocmp "$DRIVE_TERM" >/dev/null 2>&1 || continue
	soaked --seed 2 --keys 8
done
unset DRIVE_TERM
NO_COLOR=1
export NO_COLOR
soaked --seed 3 --keys 8 --size 10x40
soaked --seed 4 --keys 8 --size 60x200
echo "[  PASSED  ] $passed test(s)."
