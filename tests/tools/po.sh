#!/bin/sh
# Every message of the source is in Vietnamese, and the lines of keys at the
# foot of the screens fit into 80 columns in both languages.
LC_ALL=C.UTF-8
export LC_ALL
for tool in xgettext msgmerge msgattrib msgcat msgfmt; do
	command -v $tool >/dev/null || exit 77
done
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail() {
	echo "po/vi.po: $*" >&2
	exit 1
}
catalogue=$(cd "$srcdir" && pwd)/po/vi.po

# The same words to look for as `make update-po`.
(cd "$srcdir" && xgettext --from-code=UTF-8 --sort-by-file \
	-k_ -kN_ -kngettext:1,2 --package-name=ansinh \
	-o "$dir/new.pot" src/*.c src/*/*.c src/*/*.h) || fail "no extraction"
msgmerge -q --no-fuzzy-matching --no-wrap -o "$dir/vi.po" "$catalogue" \
	"$dir/new.pot" || fail "no merge"
msgattrib --untranslated --no-obsolete "$dir/vi.po" >"$dir/rest"
msgattrib --only-fuzzy --no-obsolete "$dir/vi.po" >>"$dir/rest"
if test -s "$dir/rest"; then
	cat "$dir/rest" >&2
	fail "not complete; make update-po, and translate what is new"
fi
msgfmt -c -o /dev/null "$dir/vi.po" || fail "not well formed"

# A line of keys begins with a blank and the name of a key.
keys='" \(F[1-9]\|Enter\|Esc\|PgUp\|Ins\|Tab\|Ctrl-\).*"'
sed -n "s/^msg\(id\|str\) \($keys\)\$/\2/p" "$dir/vi.po" |
	sed 's/^"//; s/"$//' >"$dir/keys"
test -s "$dir/keys" || fail "no line of keys was found"
while IFS= read -r line; do
	width=$(printf '%s\n' "$line" | wc -L)
	test "$width" -le 80 || fail "$width columns: $line"
done <"$dir/keys"
