#!/bin/sh
# Ten million random strings, and every code point, under the text rule
# (SAFETY (d) 26).
set -e
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/base/text_tool tests/base/text_zero_width \
	tests/base/text_five_marks tests/base/text_uncomposed >/dev/null
TEXT_ROUNDS=${TEXT_ROUNDS-10000000} SEED=${SEED-0} EVERY=1 CORES=$(nproc) \
	python3 "$srcdir/tests/base/text_rule.py" optimised/tests/base
