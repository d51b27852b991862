# Sourced by wait.sh: two laptops of a commune with three records of a form that
# has a restricted field; in the first, two values are in conflict.
rm -rf "$work/acts"
mkdir -p "$work/acts/data/forms/choices" "$work/acts/usb"
cp -r "$top/conf" "$work/acts/data/conf"
cp "$top/tests/data/care.yaml" "$work/acts/data/forms"
ANSINH_DATA=$work/acts/data
one=$work/acts/one other=$work/acts/other
for desk in "$one" "$other"; do
	as "$desk" init --role commune --unit 11149 --officer Bench \
		--kdf-mib 8 >/dev/null
	as "$desk" card --out "$desk.card" >/dev/null
done
as "$one" trust "$other.card" --yes >/dev/null
as "$other" trust "$one.card" --yes >/dev/null
enter() { # WHO
	cat >"$work/acts/keys" <<KEYS
text "$1"
goto place
text hill
goto status
text zebra
key F2
KEYS
	as "$one" form fill care --keys "$work/acts/keys" --save --json |
		sed 's/.*"saved":"\([^"]*\)".*/\1/'
}
carry() { # FROM TO
	unit=$(sed -n 's/^device: *//p' "$2.card")
	as "$1" export --for "11149/$unit" --to "$work/acts/usb" >/dev/null
	as "$2" import "$work/acts/usb" --yes >/dev/null
	rm -rf "$work/acts/usb"
	mkdir "$work/acts/usb"
}
id=$(enter Mo)
enter Nu >/dev/null
enter Ti >/dev/null
carry "$one" "$other"
for field in place phone; do
	as "$one" set "$id" "$field=lake" --reason told >/dev/null
	as "$other" set "$id" "$field=wood" --reason told >/dev/null
done
carry "$other" "$one"
mkdir "$work/acts/in" "$work/acts/out"
as "$other" set "$id" place=hill --reason told >/dev/null
as "$other" export --for "11149/$(sed -n 's/^device: *//p' "$one.card")" \
	--to "$work/acts/in" >/dev/null
