#!/bin/sh
# conf/words.txt is what its maker prints, and holds what words.h promises.
LC_ALL=C
export LC_ALL
words=$srcdir/conf/words.txt
fail() {
	echo "words.txt: $*" >&2
	exit 1
}
"$srcdir/tests/tools/make-words" | cmp - "$words" || fail "not as made"
test "$(wc -l <"$words")" -eq 2048 || fail "not 2,048 words"
grep -vxE '[a-z]{3,6}' "$words" && fail "not 3 to 6 plain letters"
sort -cu "$words" || fail "not sorted"
cut -c1-4 "$words" | uniq -d | grep . && fail "not known by four letters"
# a word of three letters must not begin another
awk '{ if (length(last) == 3 && index($0, last) == 1) exit 1; last = $0 }' \
	"$words" || fail "a word begins another"
