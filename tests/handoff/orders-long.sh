#!/bin/sh
# Every permutation of six bundles more than 80 times, each time with others
# doubled.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/handoff/orders.t >/dev/null
ORDERS=${ORDERS-60000} optimised/tests/handoff/orders.t 2>&1
echo "${ORDERS-60000} orders of six bundles, one digest"
