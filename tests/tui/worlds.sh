# The desks that the scenes of soak.c are on, each with its stick, in
# $work/worlds: a folder for each.  After lib.sh.
#
#     new       nothing is set up
#     xa        a commune; on the stick its other laptop's bundle, a stranger's,
#               the stranger's card
#     conflict  the same when the bundle is taken in: conflicts, a person
#               entered twice, a decision to look at again
#     huyen     its district: a decision to look at again, a part that is
#               missing, on the stick the commune's next bundle
#     care      a form with a restricted field
. "$srcdir/tests/cli/records.sh"

# trusts HOME OTHER...
trusts() {
	home=$1
	shift
	for other in "$@"; do
		want 0 "$home trusts $other" as "$home" trust \
			"$work/$other.card" --yes
	done
}
# world NAME HOME: as they are now; its stick is empty
world() {
	mkdir -p "$work/worlds/$1/usb" &&
		cp -a "$work/$2" "$work/worlds/$1/home" || fail "world $1"
}
# puts HOME UNIT WORLD...: a bundle for the unit onto the sticks
puts() {
	rm -rf "$work/out.usb"
	mkdir "$work/out.usb"
	want 0 "$1 hands over to $2" as "$1" export --for "$2" \
		--to "$work/out.usb"
	shift 2
	for world in "$@"; do
		cp -a "$work/out.usb/." "$work/worlds/$world/usb"
	done
}

make_worlds() {
	mkdir -p "$work/worlds/new/home" "$work/worlds/new/usb"
	echo "kdf_mib: 64" >"$work/worlds/new/home/ansinh.yaml"

	desk xa may2 huyen
	want 0 "a stranger" as la init --role commune --unit 11152 \
		--officer "Lê Văn Lạ" --name "Xã Lạ" --kdf-mib 8
	as la card --out "$work/la.card" >"$work/out" || fail "la's card"
	trusts xa may2 huyen
	trusts may2 xa
	trusts huyen xa
	trusts la huyen
	want 0 "with people" as xa demo --seed 1 --persons 30

	household=$(household xa)
	man=$(person xa "Trần Thị Mận" 06041941 "Thôn 1")
	dao=$(person xa "Nguyễn Thị Đào" 05031940 "Thôn 1")
	form=$(elderly xa "$dao")
	are_ids "$household" "$man" "$dao" "$form"
	want 0 "filed" as xa set "$form" state=filed --reason "đủ giấy tờ"
	carry xa huyen
	want 0 "decided" as huyen set "$form" decision_no=12/QD \
		decision_date=15012026 --reason "đủ điều kiện"
	want 0 "approved" as huyen set "$form" state=approved \
		--reason "như trên"
	carry huyen xa
	want 0 "the district backs up" as huyen backup --to "$work/kept"

	carry xa may2
	want 0 "the other laptop writes" as may2 set "$man" hamlet="Thôn 3" \
		phone=0912000555 --reason "trưởng thôn báo"
	dao2=$(person may2 "Nguyen Thi Dao" 05031940 "Thôn 2")
	are_ids "$dao2"
	want 0 "so does this" as xa set "$man" hamlet="Thôn 2" \
		phone=0912000444 --reason "theo sổ hộ khẩu"
	world xa xa
	puts may2 "11149/$(device xa)" xa
	want 0 "a fact changes" as xa set "$dao" died_on=14012026 \
		--reason "giấy báo tử"
	as xa import "$work/out.usb" --yes >"$work/out" || fail "import"
	world conflict xa

	# The district loses what it acknowledged, and gets what came after.
	carry xa huyen
	carry huyen xa
	rm -r "$work/huyen"
	want 0 "it restores" as huyen restore "$work/kept"/*.backup
	as huyen card --out "$work/huyen.card" >"$work/out" || fail "card"
	want 0 "the commune writes on" as xa set "$dao" died_on=13012026 \
		--reason "giấy báo tử"
	carry xa huyen
	world huyen huyen
	want 0 "and on" as xa set "$man" phone=0912000666 --reason "gọi lại"
	puts xa "298/$(device huyen)" huyen
	puts la 298 xa huyen
	cp "$work/la.card" "$work/worlds/xa/usb/"

	mkdir -p "$work/data/forms/choices"
	cp -r "$srcdir_abs/conf" "$work/data/conf"
	cp "$srcdir_abs/tests/data/care.yaml" "$work/data/forms"
	ANSINH_DATA=$work/data
	desk care
	printf 'text "Trần Thị Mẫu"\nkey Enter\ntext zebra\nkey F2\n' |
		enter care care >"$work/out" || fail "what is restricted"
	ANSINH_DATA=$srcdir_abs
	world care care
	cp -r "$work/data" "$work/worlds/care/data"
}
