#!/bin/sh
# Each header stands alone.
status=0
for h in "$srcdir"/src/*/*.h; do
	echo "#include \"${h#"$srcdir"/src/}\"" |
		${CC:-cc} -std=c17 -D_GNU_SOURCE -I"$srcdir/src" -Wall -Wextra \
			-Werror -fsyntax-only -x c - || status=1
done
exit $status
