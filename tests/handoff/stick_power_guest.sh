#!/bin/sh
# init of the machine of stick_power.py: a stick on /dev/ubda, a desk that
# writes bundle after bundle to it.  DEVICE is new each time, so that no name is
# used twice on one stick.  PRELOAD is a library that spoils the writing.
mount -t proc proc /proc
for m in nls/nls_cp437 nls/nls_iso8859-1 fat/fat fat/vfat; do
	insmod "$MODULES/fs/$m.ko"
done
mount -t tmpfs -o size=1g tmpfs /mnt
mkdir /mnt/stick
mount -t vfat /dev/ubda /mnt/stick || echo "no stick"
cd /mnt || echo "no /mnt"
[ ! -d stick/ANSINH ] || echo "folder $(stat -c %s stick/ANSINH)"
if [ "$WRITER" = none ]; then
	cp -r "$WORK/district" district
	"$TOOL" whole district /mnt/stick/ANSINH/*.ansinh
	echo ended
	sleep 1000
fi
if [ "$WRITER" = tool ]; then
	"$TOOL" new desk 11149 commune "$DEVICE" 'Xã Thử'
	"$TOOL" trust desk "$WORK/district/card"
	echo begun
	LD_PRELOAD=$PRELOAD "$TOOL" exports desk 298 /mnt/stick
else
	cp -r "$WORK/home" home
	export ANSINH_HOME=/mnt/home ANSINH_DATA="$DATA" LANGUAGE=vi \
		ANSINH_TEST_KDF=1 \
		LC_ALL=C.UTF-8 LD_PRELOAD="$PRELOAD"
	echo begun
	while "$ANSINH" --passphrase-file "$WORK/pass" \
		export --for 298 --to /mnt/stick; do :; done
fi
echo ended
sleep 1000
