#!/bin/sh
# Random keys on every screen, and on every kind of terminal: what soak.c says
# must hold.  A screen gets SOAK_KEYS of them under xterm, where the window
# takes all sizes, and SOAK_FEW on each other terminal and from each other size;
# without that, on one of these.  A question or a page gets a quarter.
. "$srcdir/tests/tui/lib.sh"
. "$srcdir/tests/tui/worlds.sh"

soak=$PWD/tests/tui/soak
keys=${SOAK_KEYS-24}
few=${SOAK_FEW-}
# What only sanitizers notice is planted where they are, and where they must be.
sanitizers=
if [ -n "${SOAK_SANITIZERS-}" ] || grep -q '^#define ANSINH_DEBUG' config.h; then
	sanitizers="--sanitizers yes"
fi
cat >"$work/others" <<'END'
--term linux
--term vt100
--term tmux
--term tmux-256color
--term xterm-mono
--mono yes --size 10x40
--mono yes --size 60x200
END

"$soak" --list >"$work/scenes" || fail "the list of scenes"
sed -n 's/^static const struct screen \([a-z_]*\) = {$/\1/p' \
	"$srcdir"/src/tui/*.c >"$work/screens"
[ -s "$work/screens" ] || fail "no screen is found"
while read -r screen; do
	grep -q " $screen\$" "$work/scenes" || fail "$screen has no scene"
done <"$work/screens"
ok "each of the $(wc -l <"$work/screens") screens has a scene"

make_worlds
preload tui/fall

# call SCENE SCREEN KEYS OPTION...
call() {
	n=$3
	[ "$2" != - ] || n=$(((n + 3) / 4))
	scene=$1
	shift 3
	echo "--scene $scene --keys $n --life ${SOAK_LIFE-400} $*"
}
for seed in ${SOAK_SEEDS-1}; do
	at=0
	while read -r scene screen; do
		call "$scene" "$screen" "$keys" --seed "$seed"
		line=0
		while read -r other; do
			[ -z "$few" ] && [ $((at % 7)) != $line ] ||
				call "$scene" "$screen" "${few:-$keys}" \
					--seed "$seed$line" "$other"
			line=$((line + 1))
		done <"$work/others"
		at=$((at + 1))
	done <"$work/scenes"
done >"$work/calls"
# The faults first: without them the rest says nothing.
if [ -n "$few" ]; then
	head -n 5 "$work/others"
fi >"$work/terms"
echo >>"$work/terms"
while read -r other; do
	"$soak" --plant "$lib" $sanitizers $other "$work/worlds" "$work" \
		"$ansinh" || fail "planted faults $other"
	ok "planted faults $other"
done <"$work/terms"

# counted CALLS SAID: each scene has the keys that it was to get
counted() {
	awk '
	FNR == NR { want[$2] += $4; next }
	$5 == "keys," {
		got[$1] += $4; keys += $4; lives += $6; redraws += $8
		unsure += $10; drafts += $12; lines += $14
	}
	END {
		for (scene in want) {
			scenes++
			if (got[scene] >= want[scene])
				continue
			print scene " has " got[scene] + 0 " keys of " \
				want[scene]
			bad = 1
		}
		printf "%d scenes, %d keys in %d lives, %d screens drawn " \
			"anew (%d unsure), %d drafts opened after a kill " \
			"with %d lines\n", scenes, keys, lives, redraws, \
			unsure, drafts, lines
		exit bad
	}' "$1" "$2"
}
export soak work ansinh
# Several at once: most of the time they wait.
xargs -P "${SOAK_JOBS-4}" -L 1 sh -c \
	'"$soak" "$@" "$work/worlds" "$work" "$ansinh"' sh <"$work/calls" \
	>"$work/said" || {
	cat "$work/said"
	fail "falls: $(($(wc -l <"$work/calls") -
		$(grep -c ' keys, ' "$work/said"))) of $(wc -l <"$work/calls")"
}
cat "$work/said"
ok "nothing fell"
counted "$work/calls" "$work/said" >"$work/sum" || {
	cat "$work/sum"
	fail "keys are missing"
}
echo "--scene nobody --keys 1" | cat "$work/calls" - >"$work/more"
counted "$work/more" "$work/said" >"$work/out" && fail "no missing key is seen"
ok "a scene without its keys is noticed"
echo "[  PASSED  ] $passed test(s)."
cat "$work/sum"
