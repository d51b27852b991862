#!/bin/sh
# ansinh form lint and form show: no store and no passphrase.
. "$srcdir/tests/cli/lib.sh"

ANSINH_HOME=$work/none
export ANSINH_HOME
forms=$srcdir/tests/data/forms

want 0 "a good form" "$ansinh" form lint \
	"$forms/good/person.yaml"
[ ! -s "$work/out" ] || fail "a good form was spoken of"
want 1 "a form with faults" "$ansinh" form lint \
	"$forms/good/person.yaml" "$forms/faults.yaml"
has "faults.yaml:3:1: error: " "$work/out" "the place of a fault"
has "title" "$work/out" "a guess at the meant word"
has "faults.yaml:39:47: warning: " "$work/out" "warnings are told apart"
want 1 "a list with faults" "$ansinh" form lint "$forms/choices/broken.yaml"
want 1 "a file that is not there" "$ansinh" form lint "$work/nothing.yaml"
want 2 "no file" "$ansinh" form lint

want 0 "the outline of a form" "$ansinh" form show person
has "full_name" "$work/out" "names the fields"
has "select_one sexes, required" "$work/out" "and their types"
want 2 "an unknown form" "$ansinh" form show nothing
[ ! -e "$work/none" ] || fail "a home was made"
