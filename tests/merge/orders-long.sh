#!/bin/sh
# Every order of every small history, about a million.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/merge/orders.t >/dev/null
exec env ANSINH_TEST_ORDERS=all ANSINH_TEST_PROGRESS=60 \
	optimised/tests/merge/orders.t
