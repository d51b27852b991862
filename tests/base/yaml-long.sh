#!/bin/sh
set -e
"$srcdir/tests/tools/long-build" optimised
exec python3 "$srcdir/tests/base/yaml-long.py" optimised/ansinh
