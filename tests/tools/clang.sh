#!/bin/sh
# clang has other warnings than gcc: none of them is in the program either.
set -u
dir=clang-warnings
mkdir -p "$dir"
top=$(cd "$srcdir" && pwd)
if ! (cd "$dir" && "$top/configure" -q CC=clang CFLAGS=-O0 --enable-werror \
	>configure.out 2>&1); then
	cat "$dir/configure.out"
	echo "FAILED: configure with clang"
	exit 1
fi
if ! make -s -k -C "$dir" all >"$dir/make.out" 2>&1; then
	cat "$dir/make.out"
	echo "FAILED: clang warns"
	exit 1
fi
# which it would, were there something
printf 'int one(void);\nint one(void) { int x; return x; }\n' >"$dir/planted.c"
if clang -Wall -Werror -fsyntax-only "$dir/planted.c" 2>"$dir/planted.out"; then
	echo "FAILED: clang does not warn"
	exit 1
fi
rm -r "$dir"
echo "[  PASSED  ] 1 test(s)."
