#!/bin/sh
# A disk that fails once: each call of a session that writes, syncs or renames
# fails as EIO, as ENOSPC, as a short write, or kills the program in it.  Then
# a message is shown, what was there before is there, the program starts and
# finds everything whole, and the same command passes.  FAIL_STEP=1 takes every
# call; else every so many-th of each command.
. "$srcdir/tests/crash/once.sh"
step=${FAIL_STEP-67}
hows='EIO ENOSPC SHORT KILL'
preload crash/fail

each xa as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8
each huyen as huyen init --role district --unit 298 --officer "Trần Thị Mẫu" \
	--kdf-mib 8
each xa as xa card --out "$work/xa.card"
as huyen card --out "$work/huyen.card"
each huyen as huyen trust "$work/xa.card" --yes
each xa as xa trust "$work/huyen.card" --yes
mkdir "$work/stick" "$work/copies"
each xa person xa
# Planted: a disk that says it has written what it has not.
keep
before=$(there xa)
(fails 0 NONE person xa) >"$work/out" 2>&1
after=$(there xa)
how=LOSE
caught=0
for at in $(seq 1 "$all"); do
	put_back
	(one person xa) >"$work/planted" || {
		caught=1
		break
	}
done
put_back
[ $caught = 1 ] || fail "lost writes were not caught"
ok "a write that is lost and said to be done is caught"

each xa as xa demo --seed 1 --persons 40
id=$(as xa find "Trần Thị Thử" | head -n 1 | cut -d' ' -f1)
each xa as xa set "$id" full_name="Trần Thị Mẫu" --reason "gõ sai"
other=$(as xa list person | grep -vF "$id" | head -n 1 | cut -d' ' -f1)
each xa as xa merge "$id" "$other" --reason "một người"
each xa as xa split "$id" "$other" --reason "hai người"
printf 'mot hai ba bon nam cay\n' >"$work/pass2"
each xa as xa passphrase add --officer "Lê Thị Mẫu" --new-file "$work/pass2"
each xa as xa passphrase remove 2
each xa as xa key renew
for words in "muoi ba con ga trong" "$(cat "$pass")"; do
	echo "$words" >"$pass.new"
	each xa as xa passphrase change --new-file "$pass.new"
	mv "$pass.new" "$pass"
done
each xa as xa export --for 298 --to "$work/stick"
each huyen as huyen import "$work/stick" --yes
each huyen as huyen export --for 11149 --to "$work/stick"
each xa as xa import "$work/stick" --yes
each xa person xa
each xa as xa export --for 298 --to "$work/stick"
each huyen as huyen import "$work/stick" --yes
each xa as xa backup --to "$work/copies"
backup=$(echo "$work"/copies/*.backup)
each xa2 as xa2 restore "$backup"
[ "$step" -gt 1 ] || [ $failed -ge 2000 ] ||
	fail "only $failed calls failed, where 2,000 are wanted"
echo "$calls calls: $failed times one failed, $((cases - failed)) times it" \
	"killed, $shown messages, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
