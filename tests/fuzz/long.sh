#!/bin/bash
# Fuzzing for FUZZ_SECONDS, one hour: so long for all targets together, as many
# at a time as there are cores.  With 18 targets and 2 cores that is 400 s each;
# FUZZ_SECONDS=36000 gives each more than an hour.  New inputs are kept in
# fuzzing/new/NAME of the build folder; what breaks the program is in
# fuzzing/broken and fails.  The targets with a fault in them (FUZZ_PLANTED)
# must be broken in the same run.
set -eu
seconds=${FUZZ_SECONDS-3600}
"$srcdir/tests/tools/long-build" fuzzing CC=clang --enable-fuzz
cd fuzzing
targets=$(make -s print-fuzz-targets)
planted=$(make -s print-fuzz-planted)
make -s -j"$(nproc)" $targets $planted >make.out 2>&1 ||
	{ cat make.out; exit 1; }
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

# Starts from nothing but the corpus; that of the crash is found by itself.
for t in $planted; do
	name=$(basename "$t" .t)
	corpus=$srcdir/tests/fuzz/corpus/${name%_planted}
	[ "$name" != planted ] || corpus=
	rm -rf "new/$name"
	mkdir -p "new/$name" "broken/$name"
	if "$t" -max_total_time=300 -artifact_prefix="broken/$name/" \
		"new/$name" $corpus >"logs/$name" 2>&1; then
		echo "the fault in $name was not found"
		exit 1
	fi
done
echo "$n targets, $each s each, $runs runs, none broken;" \
	"$(echo $planted | wc -w) planted faults found"
