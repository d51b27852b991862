#!/bin/sh
# Memory that runs out: one call of malloc of a session answers NULL, or all
# from one on.  The program ends with a message, nothing is half done, and the
# next start finds everything whole.  MEMORY_STEP=1 takes every call; else every
# so many-th of each command.  FORMS=shipped: with all forms, of which loading
# takes tens of thousands; else with a small one.
. "$srcdir/tests/crash/once.sh"
step=${MEMORY_STEP-401}
hows='ONCE EVER'
preload crash/memory

if [ "${FORMS-small}" = small ]; then
	mkdir -p "$work/data/forms"
	ln -s "$srcdir_abs/conf" "$work/data/conf"
	ln -s "$srcdir_abs/forms/choices" "$work/data/forms/choices"
	cat >"$work/data/forms/person.yaml" <<-'E'
		form: person
		version: 2026-01-01
		title: {vi: "Người", en: "Person"}
		key: [full_name, birth]
		list: [full_name, birth, hamlet]
		search: [full_name]
		names: {name: full_name, birth: birth, hamlet: hamlet}
		pages:
		  - page: only
		    title: {vi: "Trang", en: "Page"}
		    fields:
		      - {name: full_name, type: text, label: {vi: "Tên", en: "Name"}, required: yes}
		      - {name: birth, type: date, precision: [day, month, year], label: {vi: "Sinh", en: "Born"}}
		      - {name: sex, type: select_one, choices: sexes, label: {vi: "Giới", en: "Sex"}}
		      - {name: hamlet, type: text, label: {vi: "Thôn", en: "Hamlet"}, relevant: "string-length(${full_name}) > 0"}
	E
	ANSINH_DATA=$work/data
	export ANSINH_DATA
fi

each xa as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
	--kdf-mib 8
as huyen init --role district --unit 298 --officer "Trần Thị Mẫu" \
	--kdf-mib 8 >"$work/out"
as xa card --out "$work/xa.card" >"$work/out"
as huyen card --out "$work/huyen.card" >"$work/out"
each huyen as huyen trust "$work/xa.card" --yes
as xa trust "$work/huyen.card" --yes >"$work/out"
mkdir "$work/stick" "$work/copies"
each xa person xa
# Planted: memory that cannot be used, as where nobody asked for NULL.
keep
before=$(there xa)
after=$before
how=ZERO
at=$((all / 2))
(one person xa) >"$work/planted" && fail "a crash was not caught"
grep -q 'without a message\|sanitizer' "$work/planted" || {
	cat "$work/planted"
	fail "a crash was taken for something else"
}
put_back
ok "a crash is caught"

each xa as xa export --for 298 --to "$work/stick"
each huyen as huyen import "$work/stick" --yes
each xa as xa check
each xa as xa backup --to "$work/copies"
backup=$(echo "$work"/copies/*.backup)
each xa2 as xa2 restore "$backup"
echo "$calls calls: $failed times one failed, or all from it on, $shown" \
	"messages, no crash, 0 lost, 0 damaged"
echo "[  PASSED  ] $passed test(s)."
