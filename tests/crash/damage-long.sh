#!/bin/sh
# The same at every page, with 10,000 bits and as many heads and pages.
"$srcdir/tests/tools/long-build" optimised &&
	make -s -C optimised tests/crash/damage >/dev/null || exit 1
. "$srcdir/tests/crash/damage-lib.sh"
damage=optimised/tests/crash/damage
damages --tags 100 --fault seal
damages --heads 1000 --fault pages
commands
damages --cuts 100000 --flips 10000 --tags 1000 --heads 10000 --zeros 5000 \
	--swaps 5000
