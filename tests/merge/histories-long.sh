#!/bin/sh
# 100,000 random histories, 5,000 of them by real bundles.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/merge/histories.t >/dev/null
exec env ANSINH_TEST_HISTORIES=95000 ANSINH_TEST_BUNDLES=5000 \
	optimised/tests/merge/histories.t
