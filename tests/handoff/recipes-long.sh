#!/bin/sh
# A thousand bundles opened by stock tools, and a thousand of theirs by us.
set -eu
"$srcdir/tests/tools/long-build" optimised
make -s -C optimised tests/handoff/handoff_tool >/dev/null
BUILD=optimised RECIPES=${RECIPES-1000} \
	sh "$srcdir/tests/handoff/recipes.sh" 2>&1
echo "${RECIPES-1000} bundles each way"
