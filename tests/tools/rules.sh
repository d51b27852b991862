#!/bin/sh
# Whoever meets a rule by its number finds it in doc/rules.md, and the files and
# tests that stand there are there.
LC_ALL=C
export LC_ALL
rules=$srcdir/doc/rules.md
# find_all PATTERN [OPTION...]: what matches in the code and the texts
find_all() {
	pattern=$1
	shift
	grep -rhoE "$@" --exclude=rules.md --exclude-dir=data \
		--include='*.[ch]' --include='*.sh' --include='*.py' \
		--include='*.md' -e "$pattern" \
		"$srcdir/src" "$srcdir/tests" "$srcdir/doc"
}
cited() {
	find_all '[DWHREI][0-9]{1,2}|L[0-9]{2}' -w
	find_all '\(d\) [0-9]+( and [0-9]+)?' | sed 's/ and /\n(d) /'
}
listed() {
	sed -n 's/^- \*\*\([^*]*\)\*\*.*/\1/p' "$rules"
}
# without NUMBER: what is cited and would not be listed, were NUMBER not
without() {
	listed | grep -vxF -e "$1" | {
		known=$(cat)
		cited | sort -u | grep -vxF -e "$known"
	}
}
status=0
fail() {
	echo "doc/rules.md: $*" >&2
	status=1
}

twice=$(listed | sort | uniq -d)
[ -z "$twice" ] || fail "listed twice: $twice"
unknown=$(without none)
[ -z "$unknown" ] || fail "cited, and not listed:" $unknown
for planted in R7 '(d) 5' L23; do
	without "$planted" | grep -qxF -e "$planted" ||
		fail "nobody would miss $planted"
done

for path in $(grep -oE '`[a-z]+/[A-Za-z0-9_./-]+`' "$rules" | tr -d '`'); do
	[ -f "$srcdir/$path" ] || [ -f "$srcdir/src/$path" ] ||
		fail "$path is not there"
done
for name in $(grep -oE '`test_[a-z_]+`' "$rules" | tr -d '`'); do
	grep -rqw --include='*.c' "^$name" "$srcdir/tests" ||
		fail "$name is not there"
done
exit $status
