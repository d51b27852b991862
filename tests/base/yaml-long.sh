#!/bin/sh
set -e
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/base/yaml_tool >/dev/null
exec python3 "$srcdir/tests/base/yaml-long.py" optimised/ansinh \
	optimised/tests/base/yaml_tool
