#!/bin/sh
# init of the machine of power.py.  LEFT is the disk of a laptop that may have
# lost its power: says what is left of the register, makes one if there is none,
# and what is in it.  Then, on the disk HERE: PART=saving saves record after
# record in that register, PART=making makes one.  SYNCS is the library that
# says when something is synced, NO_SYNC_OF what it leaves out.
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
export ANSINH_DATA="$DATA" ANSINH_TEST_KDF=1 LANGUAGE=en LC_ALL=C.UTF-8 \
	ANSINH_HOME=/mnt/register
run() { "$ANSINH" --passphrase-file "$WORK/pass" "$@" 2>&1; }
make() {
	run init --role commune --unit 11149 --officer 'Nguyễn Văn Thử' \
		--kdf-mib 8
}
disk() { # DEVICE
	umount /mnt 2>/run/out
	mount -t ext4 "$1" /mnt || echo "no disk $1"
}
if [ -n "$LEFT" ]; then
	disk "$LEFT"
	echo left "$(ls -A /mnt/register 2>/run/out | tr '\n' ' ')"
	make >/run/out
	echo "init $? $(tail -n 1 /run/out)"
	run check >/run/out
	echo "check $? $(tail -n 1 /run/out)"
	run list household --json | sed 's/^/there /'
	echo listed
fi
[ "$LEFT" = "$HERE" ] || disk "$HERE"
echo begun
exec 3>&1
export LD_PRELOAD="$SYNCS"
case $PART in
saving)
	while run form fill household --keys "$WORK/keys" --json; do :; done
	echo ended ;;
making)
	make >/run/out
	echo "made $? $(tail -n 1 /run/out)" ;;
esac
unset LD_PRELOAD
sleep 1000
