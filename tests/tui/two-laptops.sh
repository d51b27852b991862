# Two laptops of one commune, which accepted each other's cards, and what the
# tests of merging and deciding enter on them.  After tests/cli/lib.sh.
for home in may1 may2; do
	want 0 "a laptop is set up" as $home init --role commune --unit 11149 \
		--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
	want 0 "its card" as $home card --out "$work/$home.card"
done
want 0 "each accepts the other" as may1 trust "$work/may2.card" --yes
want 0 "both ways" as may2 trust "$work/may1.card" --yes

# enter HOME FORM: a script on standard input; prints the id
enter() {
	cat >"$work/script"
	as "$1" form fill "$2" --keys "$work/script" --save --json \
		>"$work/fill" || { cat "$work/fill"; fail "filling $2"; }
	field saved <"$work/fill"
}
household() {
	enter "$1" household <<'E'
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
# person HOME NAME DAY HAMLET, of $household
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
# application HOME PERSON
application() {
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
