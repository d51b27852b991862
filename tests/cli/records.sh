# Records that the tests enter; every person is made up.  After lib.sh.

# enter HOME FORM: a key script on standard input; prints the id
enter() {
	cat >"$work/keys"
	as "$1" form fill "$2" --keys "$work/keys" --save --json \
		>"$work/fill" || { cat "$work/fill" >&2; return 1; }
	field saved <"$work/fill"
}
household_keys() {
	cat <<'E'
text "Nguyễn Văn Tư"
goto hamlet
text "Thôn 1"
goto member_count
text 3
goto poverty
text none
goto housing
text solid
key F2
E
}
household() {
	household_keys | enter "$1" household
}
# person HOME NAME BIRTH HAMLET, of $household
person() {
	enter "$1" person <<E
text "$2"
key Enter
text $3
goto sex
text nu
goto hamlet
text "$4"
goto household
text $household
goto relation
text parent
key F2
E
}
# elderly HOME PERSON: an older person's application
elderly() {
	enter "$1" elderly_application <<E
goto person
text $2
goto has_regimes
text k
goto poverty
text none
goto disabled
text k
goto marital
text dead
goto duty_bearers
key Ins
text "Nguyễn Văn Tư"
goto has_proxy
text k
key F2
E
}
# disabled HOME PERSON: a disabled person's application
disabled() {
	enter "$1" disability_application <<E
goto person
text $2
goto has_regimes
text k
goto poverty
text none
goto disability_kinds
text van_dong
goto disability_level
text nang
goto self_care
text helped
key F2
E
}
# determination HOME PERSON: the request for one
determination() {
	enter "$1" disability_determination <<E
goto request
text xac_dinh
goto person
text $2
goto has_representative
text k
key F2
E
}
# are_ids ID...: that each was saved
are_ids() {
	for one in "$@"; do
		[ ${#one} = 26 ] || fail "no id: $one"
	done
	ok "$# records are saved"
}
