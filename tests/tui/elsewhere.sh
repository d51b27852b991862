#!/bin/sh
# What the register lies on, and which LMDB it is: what is not fit is refused
# before anything is written, and what is not known is said once (SAFETY D1, D12).
. "$srcdir/tests/tui/lib.sh"

preload tui/elsewhere
ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
# where NAME=VALUE COMMAND...: ansinh at xa, there
where() {
	/usr/bin/env ANSINH_HOME="$work/xa" LD_PRELOAD="$lib" "$1" "$ansinh" \
		--passphrase-file "$pass" "$2" $3
}
nothing_begun() {
	for left in "$work/xa"/db "$work/xa"/keys*; do
		[ ! -e "$left" ] || fail "$left was made"
	done
}
set_up="--role commune --unit 11149 --officer Thử --kdf-mib 8"

for magic in 4d44 2011bab0 5346544e 7366746e 6969 517b ff534d42 fe534d42 \
	65735546; do
	want 4 "nothing is set up on $magic" where FS_MAGIC=$magic init "$set_up"
	has "có thể làm mất" "$work/err" "the reason is said"
	nothing_begun
done
for patch in 23 25 31; do
	want 4 "nor with LMDB 0.9.$patch" where LMDB_PATCH=$patch init "$set_up"
	has "LMDB 0.9.$patch không dùng được" "$work/err" "the reason is said"
	nothing_begun
done

rm -rf "$work/xa"
desk xa
for magic in ef53 1021994 794c7630; do
	want 0 "$magic is known" where FS_MAGIC=$magic check ""
	[ ! -s "$work/err" ] || { cat "$work/err"; fail "something is said"; }
done
for patch in 24 32 33; do
	want 0 "LMDB 0.9.$patch is fit" where LMDB_PATCH=$patch check ""
done
want 4 "what was moved to a stick is not opened" where FS_MAGIC=4d44 check ""
want 4 "nor with another LMDB" where LMDB_PATCH=30 check ""

strange="chương trình không biết"
want 0 "a file system of an unknown kind" where FS_MAGIC=abcdef check ""
has "$strange" "$work/err" "is said"
want 0 "the second time" where FS_MAGIC=abcdef check ""
[ ! -s "$work/err" ] || { cat "$work/err"; fail "it is said again"; }
ANSINH_HOME=$work/xa
export ANSINH_HOME
at_login() { # PROGRAM...
	"$drive" --patience 3000 "$srcdir/tests/tui/elsewhere.keys" "$@" >"$work/out"
}
at_login /usr/bin/env FS_MAGIC=c0ffee LD_PRELOAD="$lib" "$ansinh" ||
	{ cat "$work/out"; fail "another kind at login"; }
ok "another kind is said at login"
at_login /usr/bin/env FS_MAGIC=c0ffee LD_PRELOAD="$lib" "$ansinh" &&
	fail "and again"
grep -q 'not seen: Nơi để sổ' "$work/out" || { cat "$work/out"; fail "else"; }
ok "and once"
echo "[  PASSED  ] $passed test(s)."
