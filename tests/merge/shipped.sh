#!/bin/sh
# The planted faults are in the tests' copy of the store and not in the program.
set -eu
grep -q store_mutant tests/merge/histories.t
! grep -q store_mutant ansinh
