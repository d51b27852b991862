#!/bin/sh
# A save on a disk that does not answer: the record is shown, keys go on, also to
# amend it and to save once more, and it is said to be saved when it is.  A disk
# that fails brings the forms back; a power cut leaves the draft.
. "$srcdir/tests/tui/lib.sh"
. "$srcdir/tests/tui/hold.sh"

desk xa
persons() {
	[ "$(as xa list person --count)" = "$1" ] || fail "not $1 persons"
}
caught xa saving-held
held xa saving-held || fail "held"
ok "keys go on while the disk does not answer"
persons 2
held xa saving-queued || fail "queued"
ok "a second and a third save go on, too"
persons 3
held xa saving-behind || fail "behind"
ok "two that fail, one on top of the other, come back"
held xa saving-failed || fail "failed"
ok "a disk that fails brings the form back"
persons 4
held xa saving-killed || fail "killed"
persons 4
cp -a "$work/xa/drafts" "$work/drafts"
held xa saving-again || fail "again"
ok "a power cut leaves the draft"
persons 5
# The power goes when it is saved, and the draft is still there.
cp -a "$work"/drafts/*.draft "$work/xa/drafts/"
held xa saving-twice || fail "twice"
ok "a draft of what was saved amends it"
persons 5
held xa saving-act || fail "act"
ok "an act on a record is not waited for, nor said to be done"
persons 4
want 0 "all is verified" as xa check
echo "[  PASSED  ] $passed test(s)."
