#!/bin/sh
# 20,000 random keys on every screen, for each seed (SOAK_SEEDS), and 2,000 on
# each kind of terminal: what soak.c says must hold.
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
for seed in ${SOAK_SEEDS-1 2 3}; do
	soaked --seed "$seed" --lives 50 --keys 400
done
for DRIVE_TERM in linux vt100 tmux tmux-256color xterm-mono; do
	export DRIVE_TERM
	infocmp "$DRIVE_TERM" >/dev/null 2>&1 || continue
	soaked --seed 4 --lives 10 --keys 200
done
echo "[  PASSED  ] $passed test(s)."
