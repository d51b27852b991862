#!/bin/sh
# What the desk does at once: opening, and searching at each key.
. "$bench/lib.sh"
for n in $(sizes 10000 100000 1000000); do
	world "$n"
	"$build/tests/bench/desk" "$home" "$pass" "$n"
done
