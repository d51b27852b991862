#!/bin/sh
# 5,000 stored logs, four in five of them edited.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/merge/edits.t >/dev/null
exec env ANSINH_TEST_EDITS=5000 ANSINH_TEST_PROGRESS=60 \
	optimised/tests/merge/edits.t
