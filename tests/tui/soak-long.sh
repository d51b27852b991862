#!/bin/sh
# 20,000 random keys on every screen for each seed (SOAK_SEEDS), and 2,000 on
# each other kind of terminal and from each other size; under sanitizers, several
# at once, since most of the time one waits.  SOAK_KEYS, SOAK_FEW and SOAK_JOBS
# are other numbers.
set -eu
"$srcdir/tests/tools/long-build" sanitizers --enable-debug
cd sanitizers
make -s tests/tui/soak >/dev/null
SOAK_KEYS=${SOAK_KEYS-20000} SOAK_FEW=${SOAK_FEW-2000}
SOAK_JOBS=${SOAK_JOBS-$((4 * $(nproc)))} SOAK_SANITIZERS=yes
export SOAK_KEYS SOAK_FEW SOAK_JOBS SOAK_SANITIZERS
exec "$srcdir/tests/tui/soak.sh"
