#!/bin/sh
# init of the machine of stick_power.py: a stick on /dev/ubda, on /dev/ubdb the
# disk of a laptop with desks.  Says what is on the stick, then works on it as
# WRITER says.  SHIM is the library that says what is done to the stick, and
# spoils it as STICK_FAULT says.
mount -t proc proc /proc
for m in nls/nls_cp437 nls/nls_iso8859-1 fat/fat fat/vfat; do
	insmod "$MODULES/fs/$m.ko"
done
mount -t ext4 /dev/ubdb /mnt || echo "no laptop"
mkdir -p /mnt/stick
mount -t vfat /dev/ubda /mnt/stick || echo "no stick"
cd /mnt || echo "no /mnt"
export ANSINH_DATA="$DATA" LANGUAGE=vi ANSINH_TEST_KDF=1 LC_ALL=C.UTF-8
if [ -d stick/ANSINH ]; then
	echo "folder $(stat -c %s stick/ANSINH)"
	"$TOOL" whole checker stick/ANSINH/*.ansinh |
		sed 's|^stick/ANSINH/|file |'
fi
echo begun
exec 3>&1
export LD_PRELOAD="$SHIM"

add() { # DESK
	"$TOOL" add "$1" Thử || stop
}
stop() {
	unset LD_PRELOAD
	echo ended
	sleep 1000
}
export_() { # DESK UNIT: sets $path
	echo "exporting $2"
	path=$("$TOOL" export "$1" "$2" stick) || stop
	echo "$path"
}
# with the fault of who takes in alone
import() { # DESK
	echo "taking ${path##*/}"
	STICK_FAULT=$TAKE_FAULT "$TOOL" import "$1" "$path" >/dev/null || stop
	echo took
}
case $WRITER in
exports) "$TOOL" exports commune 298 stick ;;
program)
	export ANSINH_HOME=/mnt/home
	while "$ANSINH" --passphrase-file "$WORK/pass" \
		export --for 298 --to stick; do :; done ;;
# Three bundles for the district, which takes in the last and answers, and one
# for another district that never does.
rounds)
	while :; do
		for i in 1 2 3; do
			add commune
			export_ commune 298
		done
		import district
		add district
		export_ district 11149
		import commune
		export_ commune 299
	done ;;
esac
stop
