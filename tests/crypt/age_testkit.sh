#!/bin/sh
# The age test vectors of C2SP/CCTV.
exec python3 "$srcdir"/tests/crypt/age_testkit.py \
	tests/crypt/crypt_tool "$srcdir"/tests/data/age-testkit
