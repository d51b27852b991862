#!/bin/sh
# Hostile bundles through the command; see the table.
exec python3 "$srcdir/tests/cli/bundles.py"
