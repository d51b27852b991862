#!/bin/sh
# Nothing is decided on what is in conflict: neither the record itself nor the
# person whom it is about (SAFETY R4).
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/records.sh"

desks may1 may2 huyen
household=$(household may1)
a=$(person may1 "Nguyễn Thị Đào" 1940 "Thôn 1")
b=$(person may1 "Trần Thị Mận" 1941 "Thôn 1")
about=$(elderly may1 "$a")
itself=$(elderly may1 "$b")
are_ids "$household" "$a" "$b" "$about" "$itself"
for one in "$about" "$itself"; do
	want 0 "filed" as may1 set "$one" state=filed --reason "đủ giấy tờ"
done
carry may1 may2
# Each laptop writes another value; then the district has both.
for home in may1 may2; do
	want 0 "$home writes of her" as $home set "$a" "address=Xóm ${home#may}" \
		--reason "hỏi lại"
	want 0 "$home writes in the form" as $home set "$itself" \
		"lives_with=con ${home#may}" --reason "hỏi lại"
done
carry may1 huyen
carry may2 huyen
for one in "$about" "$itself"; do
	want 0 "the decision is written" as huyen set "$one" decision_no=12/QD \
		decision_date=15012026 --reason "đủ điều kiện"
	want 4 "and cannot be made" as huyen set "$one" state=approved \
		--reason "như trên"
	has "phải xử lý mâu thuẫn trước" "$work/err" "for the conflict"
done
as huyen set "$about" state=approved --reason x 2>"$work/err"
has "Nguyễn Thị Đào" "$work/err" "it says whose"
want 0 "given back it can be" as huyen set "$itself" \
	refusal="ghi rõ sống với ai" --reason "mâu thuẫn"
want 0 "to be settled" as huyen set "$itself" state=returned --reason "mâu thuẫn"

carry may2 may1
want 0 "the commune decides" as may1 resolve "$a" address 1 --reason "hỏi lại"
carry may1 huyen
want 0 "then the district does" as huyen set "$about" state=approved \
	--reason "như trên"
want 0 "all is verified" as huyen check
echo "[  PASSED  ] $passed test(s)."
