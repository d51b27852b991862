#!/bin/sh
# The faults of Makemodule.am must be found by feeding the corpus: planted, a
# crash that only changes of the corpus find, and NAME_planted, the target NAME
# with a wrong result of what it tests, which only its MUST_HOLD can see.
seen=0
lost=0
for program in tests/fuzz/*planted.t; do
	name=$(basename "$program" .t)
	name=${name%_planted}
	"$program" "$srcdir/tests/fuzz/corpus/$name"/* \
		>"tests/fuzz/$name.said" 2>&1
	status=$?
	if [ $status -ne 0 ] && { [ "$name" = planted ] ||
		grep -q 'does not hold' "tests/fuzz/$name.said"; }; then
		seen=$((seen + 1))
	else
		echo "the fault in $name is not seen: exit $status"
		lost=$((lost + 1))
	fi
	rm -f "tests/fuzz/$name.said"
done
[ $lost -eq 0 ] || echo "[  FAILED  ] $lost test(s)."
echo "[  PASSED  ] $seen test(s)."
[ $lost -eq 0 ] && [ $seen -gt 1 ]
