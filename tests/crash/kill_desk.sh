#!/bin/sh
# One desk of kill.sh: KILLS kills until UNTIL (seconds since 1970), from SEED on.
# The last line has what was counted.  PLANTED=1: then something that was promised
# is taken away after a kill, in each way there is, and must be missed.
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/crash/kill_rounds.sh"

quiet as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8
quiet as huyen init --role district --unit 298 --officer "Trần Thị Mẫu" \
	--kdf-mib 8
quiet as xa card --out "$work/xa.card"
quiet as huyen card --out "$work/huyen.card"
quiet as huyen trust "$work/xa.card" --yes
quiet as xa trust "$work/huyen.card" --yes
mkdir "$work/stick" "$work/copies"

# Nobody kills the first of each kind.
for kind in entry typing amendment; do
	round=$((round + 1))
	$kind $never
done
[ "$entries$amendments" = 12 ] || fail "saves that nobody kills"
ok "an entry takes $whole_entry ms, a survey $whole_typing, an amendment" \
	"$whole_amendment"
while [ $killed -lt "$KILLS" ] && [ "$(date +%s)" -lt "$UNTIL" ]; do
	round=$((round + 1))
	case $((round % 8)) in
	1 | 4 | 7) any entry ;;
	2 | 6) any typing ;;
	3) any amendment ;;
	5) any rekeying ;;
	0) any handing ;;
	esac
	[ $((round % 8)) != 0 ] || quiet as xa check
done
quiet as xa check
quiet as huyen check
if [ -n "$newest" ]; then
	quiet as xa2 restore "$newest"
	quiet as xa2 check
fi

lose_draft() {
	rm -f "$work"/xa/drafts/*.draft
}
cut_draft() {
	for draft in "$work"/xa/drafts/*.draft; do
		[ ! -f "$draft" ] || truncate -s -1 "$draft"
	done
}
# What the disk said it has, and has not.
lose_store() {
	rm -rf "$work/xa/db"
	cp -a "$work/kept/db" "$work/xa/db"
}
lose_keys() {
	cp "$work/kept/keys.json" "$work/xa/keys.json"
}
# planted WHAT KIND FAULT WORDS [end]: after a kill a little later each time, or at
# the end, it must be missed.
planted() {
	tries=0
	while [ $tries -lt 40 ]; do
		tries=$((tries + 1))
		round=$((round + 1))
		eval "ms=\$((whole_$2 * tries / 30))"
		[ $# -lt 5 ] || ms=$never
		rm -rf "$work/kept" "$work/kept.said"
		cp -a "$work/xa" "$work/kept"
		cp "$work/said" "$work/kept.said"
		(fault=$3 patience=3000
		$2 "$ms") >"$work/planted" || break
	done
	grep -q "$4" "$work/planted" || {
		cat "$work/planted"
		fail "$1 was not missed in $tries tries"
	}
	ok "$1 is missed: $(tail -n 1 "$work/planted")"
	rm -rf "$work/xa"
	mv "$work/kept" "$work/xa"
	mv "$work/kept.said" "$work/said"
}
if [ "$PLANTED" = 1 ]; then
	planted "a draft that is lost" entry lose_draft 'is in no draft'
	planted "a key that is lost" typing cut_draft 'in the draft'
	planted "an entry that is lost" entry lose_store 'saved is lost' end
	planted "an amendment that is lost" amendment lose_store \
		'saved is lost' end
	planted "a passphrase that is not another" rekeying lose_keys \
		'no key is another' end
fi
echo "counted: killed=$killed in_keys=$in_keys in_commands=$in_commands" \
	"entries=$entries amendments=$amendments drafts=$drafts keys=$keys" \
	"commands=$commands"
