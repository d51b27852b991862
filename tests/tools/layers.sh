#!/bin/sh
# The house keeps its order.
exec python3 "$srcdir/tests/tools/check-layers" "$srcdir/src"
