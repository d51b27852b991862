#!/bin/sh
# 100,000 random histories by real bundles, 5,000 under two sets of clocks.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/merge/histories.t >/dev/null
exec env ANSINH_TEST_HISTORIES=100000 ANSINH_TEST_CLOCKS=5000 \
	ANSINH_TEST_PROGRESS=60 optimised/tests/merge/histories.t
