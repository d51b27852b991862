#!/bin/sh
# The text rule against one written apart.
exec python3 "$srcdir/tests/base/text_rule.py" tests/base
