#!/bin/bash
# An hour of fuzzing: FUZZ_SECONDS (3600) divided among the targets, as many at
# a time as there are cores.  New inputs are kept in fuzzing/new/NAME of the
# build folder; what breaks the program is in fuzzing/broken and fails.  A
# target with a fault in it (planted.c) must be broken in the same run.
set -eu
seconds=${FUZZ_SECONDS-3600}
"$srcdir/tests/tools/long-build" fuzzing CC=clang --enable-fuzz
cd fuzzing
make -s -j"$(nproc)" check_PROGRAMS=tests/fuzz/planted.t \
	tests/fuzz/planted.t >make.out 2>&1
targets=$(make -s print-fuzz-targets)
make -s -j"$(nproc)" $targets >>make.out 2>&1 || { cat make.out; exit 1; }
rm -rf broken
mkdir -p new broken logs
n=$(echo $targets | wc -w)
each=$((seconds * $(nproc) / n))
[ "$each" -gt 0 ] || each=1

# one TARGET: fuzzes it for its share
one() {
	name=$(basename "$1" .t)
	mkdir -p "new/$name" "broken/$name"
	"$1" -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="broken/$name/" \
		"new/$name" "$srcdir/tests/fuzz/corpus/$name" \
		>"logs/$name" 2>&1 || echo "$name" >>broken/names
}
for t in $targets; do
	while [ "$(jobs -r | wc -l)" -ge "$(nproc)" ]; do sleep 1; done
	one "$t" &
done
wait
mkdir -p new/planted broken/planted
if tests/fuzz/planted.t -max_total_time=300 -artifact_prefix=broken/planted/ \
	new/planted >logs/planted 2>&1; then
	echo "the planted fault was not found"
	exit 1
fi
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' logs/* |
	awk '{ n += $1 } END { printf "%d", n }')
if [ -f broken/names ]; then
	for name in $(cat broken/names); do
		echo "--- $name"
		tail -n 30 "logs/$name"
	done
	echo "broken: $(tr '\n' ' ' <broken/names)"
	exit 1
fi
echo "$n targets, $each s each, $runs runs, none broken; planted fault found"
