#!/bin/sh
# The main job by commands: a commune keeps five kinds of records, finds them,
# hands them to the district, and the district's receipt comes home.
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/records.sh"

desks xa huyen
want 4 "a second init is refused" as xa init --role commune --unit 11149 \
	--officer X --kdf-mib 8

has "ansinh-card 1" "$work/xa.card" "a card is text"

household=$(household xa)
person=$(person xa "Nguyễn Thị Đào" 1940 "Thôn 1")
elderly=$(elderly xa "$person")
are_ids "$household" "$person" "$elderly" "$(disabled xa "$person")" \
	"$(determination xa "$person")"

n=$(as xa list person --count)
[ "$n" = 1 ] || fail "one person, not $n"
ok "the list counts"
want 0 "found without accents" as xa find "nguyen thi dao" --json
has "$person" "$work/out" "it is her"
want 0 "her applications are found by her name" \
	as xa find "dao" --form elderly_application --json
has "$elderly" "$work/out" "it is the application"
want 5 "and by no other" as xa find "dao tu" --form elderly_application

want 0 "a field is set with a reason" \
	as xa set "$person" hamlet="Thôn 2" --reason "chuyển thôn"
want 0 "the history" as xa history "$person" --json
has '"reason":"chuyển thôn"' "$work/out" "says why"
[ "$(as xa show "$person" --json | field fields.hamlet)" = "Thôn 2" ] ||
	fail "the field was not set"
want 2 "an unknown field" as xa set "$person" nonsense=1 --reason x
want 5 "an unknown record" as xa show aaaaaaaaaaaaaaaaaaaaaaaaaa
printf 'sai mat khau roi nhe\n' >"$work/wrong"
want 3 "a wrong passphrase" env ANSINH_HOME="$work/xa" "$ansinh" \
	--passphrase-file "$work/wrong" list person

[ "$(as xa show "$person" --json | field standing)" = here ] ||
	fail "standing before the hand-over"
mkdir "$work/stick"
want 0 "handed over" as xa export --for 298 --to "$work/stick"
bundle=$(echo "$work"/stick/ANSINH/*.ansinh)
[ "$(as xa show "$person" --json | field standing)" = sent ] ||
	fail "standing after the hand-over"
ok "it stands as sent"
want 0 "a bundle can be looked at by anybody" "$ansinh" inspect "$bundle"
want 0 "the district takes it in" as huyen import "$work/stick" --yes
for form in household person elderly_application disability_application \
	disability_determination; do
	[ "$(as huyen list $form --count)" = 1 ] || fail "no $form there"
done
ok "all five are there"
[ "$(as huyen show "$person" --json | field fields.hamlet)" = "Thôn 2" ] ||
	fail "the value did not arrive"
want 0 "once more changes nothing" as huyen import "$work/stick" --yes
mkdir "$work/back"
want 0 "the district hands back" as huyen export --for 11149 \
	--to "$work/back"
want 0 "the receipt comes home" as xa import "$work/back" --yes
[ "$(as xa show "$person" --json | field standing)" = received ] ||
	fail "standing after the receipt: $(as xa show "$person" --json)"
ok "it stands as received"

want 0 "a backup" as xa backup --to "$work/backup"
want 0 "all is verified" as xa check
want 0 "also there" as huyen check
backup=$(echo "$work"/backup/*.backup)
want 3 "a wrong passphrase does not restore" env ANSINH_HOME="$work/xa3" \
	"$ansinh" --passphrase-file "$work/wrong" restore "$backup"
head -c 20000 "$backup" >"$work/cut.backup"
want 4 "nor does half a backup" env ANSINH_HOME="$work/xa3" \
	"$ansinh" --passphrase-file "$pass" restore "$work/cut.backup"
want 5 "and nothing is set up by that" as xa3 list person
want 0 "it is restored" env ANSINH_HOME="$work/xa2" "$ansinh" \
	--passphrase-file "$pass" restore "$backup"
[ "$(as xa2 list person --count)" = 1 ] || fail "the restored register"
want 0 "the restored register is whole" as xa2 check
echo "[  PASSED  ] $passed test(s)."
