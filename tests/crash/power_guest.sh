#!/bin/sh
# init of the machine of power.py: a laptop whose disk is /dev/ubda.  It says
# what it finds of the register, makes one if there is none, and saves record
# after record.  PRELOAD is a library that spoils the writing.
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t ext4 /dev/ubda /mnt || echo "no disk"
export ANSINH_HOME=/mnt/register ANSINH_DATA="$DATA" ANSINH_TEST_KDF=1 \
	LANGUAGE=en LC_ALL=C.UTF-8
run() { "$ANSINH" --passphrase-file "$WORK/pass" "$@" 2>&1; }

if [ -d "$ANSINH_HOME" ]; then
	echo begun
	run init --role commune --unit 11149 --officer 'Nguyễn Văn Thử' \
		--kdf-mib 8 >/run/init
	echo "init $?"
	run check >/run/check
	echo "check $? $(tail -n 1 /run/check)"
	run list household --json | sed 's/^/there /'
	echo listed
else
	echo begun
	LD_PRELOAD=$PRELOAD run init --role commune --unit 11149 \
		--officer 'Nguyễn Văn Thử' --kdf-mib 8 >/run/init
	echo "made $?"
fi
while LD_PRELOAD=$PRELOAD run form fill household --keys "$WORK/keys" \
	--json; do :; done
echo ended
sleep 1000
