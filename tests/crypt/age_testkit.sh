#!/bin/sh
# The age test vectors of C2SP/CCTV.
exec python3 "$srcdir"/tests/crypt/age_testkit.py tests/crypt/crypt_tool \
	tests/crypt/crypt_tool_planted "$srcdir"/tests/data/age-testkit
