#!/bin/sh
# SIGKILL at random moments of a real session: persons are entered and amended on
# the screens, a form is typed into key by key, commands hand over, take in, back
# up, change the passphrase and renew the recovery words (kill_rounds.sh).  What
# the screen said was saved is there, and so is what a command ended well for; of
# what was not said, each act is there or is not, in their order; what was seen in
# a form opens again from its draft, to the last letter; one passphrase opens;
# nothing is damaged.  KILLS is how many, SAVED how many saves must have been said
# to be done, MINUTES how long it may take, DESKS how many sessions go side by
# side: fewer of either, or longer, is a failure.
. "$srcdir/tests/cli/lib.sh"
kills=${KILLS-12}
saved=${SAVED-$((kills / 8))}
desks=${DESKS-1}
seed=${SEED-11149}
UNTIL=$(($(date +%s) + ${MINUTES-10} * 60))
export UNTIL

i=0
pids=
while [ $i -lt "$desks" ]; do
	KILLS=$(((kills + i) / desks)) SEED=$((seed + i)) PLANTED=$((i == 0)) \
		"$srcdir/tests/crash/kill_desk.sh" >"$work/desk.$i" 2>&1 &
	pids="$pids $!"
	i=$((i + 1))
done
failed=0
for pid in $pids; do
	wait "$pid" || failed=$((failed + 1))
done
cat "$work"/desk.*
[ $failed = 0 ] || fail "$failed of $desks desks"
# sum WHAT: of the counts that the desks ended with
sum() {
	sed -n "s/^counted: .*\<$1=\([0-9]*\).*/\1/p" "$work"/desk.* |
		awk '{ n += $1 } END { print n + 0 }'
}
killed=$(sum killed)
said=$(($(sum entries) + $(sum amendments)))
[ "$killed" -ge "$kills" ] || fail "only $killed kills of $kills"
[ "$said" -ge "$saved" ] || fail "only $said saves of $saved said to be done"
for what in entries amendments drafts commands keys; do
	[ "$kills" -lt 100 ] || [ "$(sum $what)" -gt 0 ] || fail "no $what"
done
passed=$(grep -h '^ok ' "$work"/desk.* | wc -l)
echo "$killed kills, $(sum in_keys) of them while keys were changed and" \
	"$(sum in_commands) in other commands: $(sum entries) entries and" \
	"$(sum amendments) amendments said to be saved, $(sum drafts) drafts" \
	"opened as seen, $(sum keys) changes of keys and $(sum commands) other" \
	"commands ended well, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
