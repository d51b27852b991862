#!/bin/sh
# The main job in a real terminal: a commune's officer enters the five forms,
# finds them, amends one and takes it back, and hands them over; the district
# takes them in; its receipt comes home.
. "$srcdir/tests/cli/lib.sh"

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
want 0 "a district is set up" as huyen init --role district --unit 298 \
	--officer "Trần Thị Mẫu" --name "Huyện Tứ Kỳ" --kdf-mib 8
want 0 "the commune's card" as xa card --out "$work/xa.card"
want 0 "the district's card" as huyen card --out "$work/huyen.card"
want 0 "the district accepts it" as huyen trust "$work/xa.card" --yes
want 0 "the commune accepts it" as xa trust "$work/huyen.card" --yes

DRIVE_SCREENS=$srcdir_abs/tests/tui

drive=$PWD/tests/tui/drive
OUT=usb # from the test's folder, whose name is another each time
BACK=back
mkdir "$work/$OUT" "$work/$BACK"
export DRIVE_SCREENS OUT BACK

device() {
	sed -n 's/^device: *//p' "$work/$1.card"
}
# play HOME OTHER SCRIPT: the screens of HOME driven by a script
play() {
	ANSINH_HOME=$work/$1
	DEVICE=$(device "$1")
	OTHER=$(device "$2")
	export ANSINH_HOME DEVICE OTHER
	(cd "$work" && "$drive" "$srcdir_abs/tests/tui/$3" "$ansinh") ||
		fail "$3"
	ok "$3"
}
play xa huyen story-xa.keys
play huyen xa story-huyen.keys
play xa huyen story-back.keys
want 0 "all is verified" as xa check
want 0 "also there" as huyen check
echo "[  PASSED  ] $passed test(s)."
