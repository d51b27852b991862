#!/bin/sh
# 20,000 random keys on every screen for each seed (SOAK_SEEDS), and 1,330 on
# each kind of terminal.  Of the build it is started from: it wants sanitizers.
SOAK_LIVES=50 SOAK_KEYS=400 SOAK_SEEDS=${SOAK_SEEDS-1 2 3}
export SOAK_LIVES SOAK_KEYS SOAK_SEEDS
exec "$srcdir/tests/tui/soak.sh"
