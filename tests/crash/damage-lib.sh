# What damage.sh and damage-long.sh share: damages by the store's calls, then a
# few more through `ansinh check` itself.  $damage is the program; each planted
# fault must be caught.  In memory where there is a folder for it: nothing here
# is about what reaches a disk.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR
. "$srcdir/tests/cli/lib.sh"
damages() {
	"$damage" "$@" || fail "damage $*"
	passed=$((passed + 1))
}
# told BYTE TABLE WORDS: with that byte of a table's first value changed, the
# check ends with 75 and says WORDS
told() {
	rm -rf "$work/hit"
	cp -a "$work/xa" "$work/hit"
	"$damage" --hit "$work/hit/db/data.mdb" "$2" "$1" || fail "no $2"
	is_told "$3"
}
is_told() {
	as hit check >"$work/out" 2>"$work/err"
	[ $? = 75 ] && grep -qF "$1" "$work/out" "$work/err"
}
commands() {
	as xa init --role commune --unit 11149 --officer "Nguyễn Văn Thử" \
		--kdf-mib 8 >"$work/out" || fail init
	as xa demo --seed 1 --persons 200 >"$work/out" || fail demo
	mkdir "$work/copies"
	want 0 "check" as xa check
	want 0 "backup" as xa backup --to "$work/copies"

	# the nonce, what is sealed, the tag
	for at in 0:chain 40:directory -1:events 40:feeds 40:meta -1:packs \
		0:record_ids -1:records; do
		table=${at#*:}
		told "${at%:*}" "$table" "bảng $table không mở được" || {
			cat "$work/out" "$work/err"
			fail "byte ${at%:*} of $table: not told"
		}
	done
	ok "check tells of a bit in each table"
	for pages in 3 40; do
		rm -rf "$work/hit"
		cp -a "$work/xa" "$work/hit"
		truncate -s $((pages * 4096)) "$work/hit/db/data.mdb"
		is_told "bị cắt ngắn" || fail "cut after page $pages"
	done
	ok "check tells of a store that was cut short"

	preload crash/no_tag
	ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 LD_PRELOAD=$lib
	export ASAN_OPTIONS LD_PRELOAD
	! told -1 events "bảng events không mở được" ||
		fail "tags not verified: not caught"
	unset LD_PRELOAD
	ok "tags not verified (planted): caught"

	want 0 "restored" as again restore "$work"/copies/*.backup
	want 0 "and whole" as again check
}
