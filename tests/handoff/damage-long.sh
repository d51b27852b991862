#!/bin/sh
# Every value of every byte of a bundle of 20 KB, and 1 in 50 through import.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/handoff/damage.t >/dev/null
DAMAGE=all optimised/tests/handoff/damage.t >damage-long.out 2>&1 ||
	{ cat damage-long.out; exit 1; }
cat damage-long.out
grep -E '^[0-9]+ (changes|lengths|damaged)' damage-long.out | paste -sd ';'
rm damage-long.out
