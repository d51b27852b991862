#!/bin/sh
# ansinh eval: one expression, a record, a batch; no store and no passphrase.
. "$srcdir/tests/cli/lib.sh"

ANSINH_HOME=$work/none
export ANSINH_HOME

# says EXPECTED ARGS...
says() {
	wanted=$1
	shift
	got=$("$ansinh" eval "$@" 2>"$work/err") || {
		cat "$work/err"
		fail "eval $*: exit $?"
	}
	[ "$got" = "$wanted" ] || fail "eval $*: \"$got\", not \"$wanted\""
	ok "eval $1"
}

says 2 '1 + 1'
says true '1' --as boolean
says NaN "'a' + 1" --as number
says -Infinity '-1 div 0'
says '' "date('2023-02-30')"
says 2026-01-15 'today()'
[ ! -e "$work/none" ] || fail "eval made a home"

cat >"$work/record" <<'END'
{"name":"Nguyễn Thị Đào","birth":"1946-01-15","income":["pension","rent"],
 "members":[{"name":"An","pay":100},{"name":"Bình"},{"name":"Chi","pay":50}]}
END
says 80 'age(${birth}, today())' --record "$work/record"
says 150 'sum(${members}/pay)' --record "$work/record"
says Bình '${members}[2]/name' --record="$work/record"
says true "selected(\${income}, 'rent')" --record "$work/record"
says '' '${nothing}' --record "$work/record"

want 4 "a fault is refused" "$ansinh" eval 'slected(1, 2)'
has '"selected"' "$work/err" "with a guess"
want 2 "an unknown kind" "$ansinh" eval 1 --as integer
want 2 "no expression" "$ansinh" eval
want 5 "no such record" "$ansinh" eval 1 --record "$work/nothing"
printf '[1' >"$work/broken"
want 4 "a broken record" "$ansinh" eval 1 --record "$work/broken"

# The batch: every line is answered, in order.
{
	printf '{"expr":"1 div 0","as":"number","note":"ignored"}\n'
	printf '{"expr":"foo()"}\n'
	printf 'nonsense\n'
	printf '{"expr":"${members}[3]/pay * 2","as":"string"}\n'
	printf '{"expr":"'
	head -c 1100000 /dev/zero | tr '\0' ' '
	printf '"}\n'
	printf '{"expr":"true()","as":"any"}'
} >"$work/batch"
want 0 "a batch" "$ansinh" eval --batch "$work/batch" --record "$work/record"
python3 - "$work/out" <<'END' || fail "the batch's answers"
import json, sys
out = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
assert len(out) == 6, out
assert out[0] == {'expr': '1 div 0', 'as': 'number', 'out': 'Infinity'}, out
assert out[1]['expr'] == 'foo()' and 'foo' in out[1]['error'], out
assert 'error' in out[2] and 'out' not in out[2], out
assert out[3]['out'] == '100', out
assert 'error' in out[4], out
assert out[5]['out'] is True, out
END
ok "the batch's answers are in order"

"$ansinh" eval --batch "$srcdir/tests/data/expr/expr-literal.jsonl" \
	>"$work/out" || fail "eval --batch of ODK's cases"
python3 - "$srcdir/tests/data/expr" "$work/out" <<'END' || fail "ODK's cases"
import json, sys
listed = set()
for line in open(sys.argv[1] + '/disagree.tsv', encoding='utf-8'):
    table, expr, _ = line.split('\t')
    if table == 'expr-literal.jsonl':
        listed.add(json.loads(expr))
cases = open(sys.argv[1] + '/expr-literal.jsonl', encoding='utf-8')
wrong = 0
for case, answer in zip(cases, open(sys.argv[2], encoding='utf-8')):
    case, answer = json.loads(case), json.loads(answer)
    same = case['out'] == answer.get('out') and \
        isinstance(case['out'], bool) == isinstance(answer.get('out'), bool)
    if same == (case['expr'] in listed):
        print(case, answer)
        wrong += 1
sys.exit(wrong > 0)
END
ok "ODK's cases are answered as listed"
echo "[  PASSED  ] $passed test(s)."
