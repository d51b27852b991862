#!/bin/sh
# The recipes of the text for two hundred bundles of rising size, and as many of
# theirs.  bundles-many.py has the 10,000 of SAFETY (d) 20.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/handoff/handoff_tool >/dev/null
BUILD=optimised RECIPES=${RECIPES-200} \
	sh "$srcdir/tests/handoff/recipes.sh" 2>&1
echo "${RECIPES-200} bundles each way"
