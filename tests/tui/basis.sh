#!/bin/sh
# A decision whose facts have changed, on the screens of both desks.
. "$srcdir/tests/cli/lib.sh"
fill() {
	cat >"$work/keys"
	as xa form fill "$1" --keys "$work/keys" --save --json >"$work/out" ||
		{ cat "$work/out"; fail "$1 was not saved"; }
	id=$(field saved <"$work/out")
}
number=0
over() {
	number=$((number + 1))
	mkdir "$work/stick$number"
	as "$1" export --for "$3" --to "$work/stick$number" >/dev/null &&
		as "$2" import "$work/stick$number" --yes >/dev/null ||
		fail "from $1 to $2"
}

want 0 "a commune is set up" as xa init --role commune --unit 11149 \
	--officer "Nguyễn Văn Thử" --name "Xã Hà Kỳ" --kdf-mib 8
want 0 "a district is set up" as huyen init --role district --unit 298 \
	--officer "Trần Thị Mẫu" --name "Huyện Tứ Kỳ" --kdf-mib 8
for unit in xa huyen; do as $unit card --out "$work/$unit.card"; done >"$work/out"
want 0 "the district accepts the commune" as huyen trust "$work/xa.card" --yes
want 0 "and the other way" as xa trust "$work/huyen.card" --yes
. "$srcdir/tests/cli/story-data.sh"
want 0 "filed" as xa set "$elderly" state=filed --reason "đủ giấy tờ"
over xa huyen 298
want 0 "decided" as huyen set "$elderly" decision_no=12/QD \
	decision_date=15012026 --reason "đủ điều kiện"
want 0 "approved" as huyen set "$elderly" state=approved --reason "như trên"
over huyen xa 11149
want 0 "she has died" as xa set "$person" died_on=14012026 --reason "giấy báo tử"

# play HOME SCRIPT
play() {
	ANSINH_HOME=$work/$1
	export ANSINH_HOME
	tests/tui/drive "$srcdir/tests/tui/$2" "$ansinh" || fail "$2"
	ok "$2"
}
play xa basis-xa.keys
over xa huyen 298
play huyen basis-huyen.keys
as huyen list elderly_application --changed --count >"$work/out"
has 0 "$work/out" "nothing is left to look at"
echo "[  PASSED  ] $passed test(s)."
