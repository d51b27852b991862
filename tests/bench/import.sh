#!/bin/sh
# Taking in the first hand-over of a commune.
. "$bench/lib.sh"
. "$bench/handover.sh"

for n in $(sizes 100000 1000000); do
	handover "$n"
	rm -rf "$work/in"
	cp -r "$huyen" "$work/in"
	export ANSINH_HOME="$work/in"
	meter "$ansinh" --passphrase-file "$pass" import --yes "$stick"
	row "$n" CPU s "$cpu" - - -
	row "$n" "peak memory" MiB "$peak" - - "ours<=64"
	rm -rf "$work/in"
done
