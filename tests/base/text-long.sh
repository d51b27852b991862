#!/bin/sh
# Ten million random strings under the text rule (SAFETY (d) 26).
set -e
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/base/text.t >/dev/null
TEXT_ROUNDS=${TEXT_ROUNDS-10000000} optimised/tests/base/text.t
echo "${TEXT_ROUNDS-10000000} random strings, every code point"
