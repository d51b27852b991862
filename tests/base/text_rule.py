#!/usr/bin/env python3
"""text_rule.py FOLDER: the text rule against one written apart (SAFETY (d) 26).

The rule below is made of the properties of code points as Python knows them;
the program's is ranges and utf8proc.  Random strings over all of Unicode, with
many marks, format characters, unassigned points, surrogates and other broken
bytes, and Vietnamese in any order of its marks: both must say the same of
each, and what would be stored must be the same bytes.  Every mark is tried
alone, four and five times; with EVERY=1 each code point is.

Planted: three rules with a fault each (tests/base/Makemodule.am), of which
each must be found wrong on the same strings.

TEXT_ROUNDS is how many strings (40,000), SEED which (a number; 0: any)."""
import bisect
import multiprocessing
import os
import random
import subprocess
import sys
import unicodedata

FOLDER = sys.argv[1]
ROUNDS = int(os.environ.get('TEXT_ROUNDS', '40000'))
SEED = int(os.environ.get('SEED', '26')) or random.randrange(1 << 32)
CORES = int(os.environ.get('CORES', '1'))
EVERY = os.environ.get('EVERY', '') == '1'
FAULTS = {'text_zero_width': 'without U+200B',
          'text_five_marks': 'with five marks',
          'text_uncomposed': 'that takes what is not composed'}
BATCH = 5000

DIRECTIONS = ('LRE', 'RLE', 'LRO', 'RLO', 'PDF', 'LRI', 'RLI', 'FSI', 'PDI')
WITHOUT_WIDTH = '\u200b\u200c\u200d\u200e\u200f\ufeff'


def refused(c):
    """Of one character, by what it is."""
    kind = unicodedata.category(c)
    number = ord(c)
    return kind in ('Cc', 'Cs', 'Co', 'Zl', 'Zp') or c in WITHOUT_WIDTH or \
        unicodedata.bidirectional(c) in DIRECTIONS or \
        number & 0xfffe == 0xfffe or 0xfdd0 <= number <= 0xfdef


# The planes that have marks, compositions and format characters.
NEAR = [chr(i) for i in (*range(0x30000), *range(0xe0000, 0xe0200))]
MARKS = [c for c in NEAR if unicodedata.category(c)[0] == 'M']
COMPOSING = [c for c in NEAR if unicodedata.decomposition(c)[:1] not in '<']
ODD = [c for c in NEAR if unicodedata.category(c) == 'Cf' or
       refused(c) and unicodedata.category(c) in ('Cc', 'Zl', 'Zp')]


class Kinds(dict):
    """Of a code point: x refused, l a line end, m a mark, o any other."""

    def __missing__(self, number):
        c = chr(number)
        self[number] = kind = 'l' if c == '\n' else 'x' if refused(c) else \
            'm' if unicodedata.category(c)[0] == 'M' else 'o'
        return kind


KINDS = Kinds()


def rule(data):
    """What must be said of the bytes: (verdict, stored)."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return 0, b''
    composed = unicodedata.normalize('NFC', text)
    verdict = 0
    for s, lines, bit in ((text, False, 1), (text, True, 2),
                          (composed, False, 4), (composed, True, 8)):
        kinds = s.translate(KINDS)
        if s == composed and 'x' not in kinds and 'mmmmm' not in kinds and \
                (lines or 'l' not in kinds):
            verdict |= bit
    return verdict, composed.encode() if verdict & 8 else b''


def agreed(number, unknown):
    """Both sides know the code point, or neither: their tables of Unicode may
    not be of the same year, which would be no fault."""
    at = bisect.bisect(unknown, number, key=lambda span: span[0])
    return unicodedata.category(chr(number)) != 'Cn' or \
        at > 0 and number in unknown[at - 1]


class Maker:
    """Strings, each of a few pieces."""
    VOWELS = 'aăâeêioôơuưyAĂÂEÊIOÔƠUƯY'
    TONES = '\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b'
    NAMES = ['Nguyễn', 'Thị', 'Đào', 'xã', 'Ệ', '₫', '–', ' ', '"', 'thôn 3']
    JAMO = ['\u1100', '\u1161', '\u11a8', '가', '각', '\u09c7', '\u09be',
            '\u0dd9', '\u0dcf', '\u212b', '\u2126', '\u0344', '\ufb1d']

    def __init__(self, seed, unknown):
        self.dice = random.Random(seed)
        self.unknown = unknown
        self.pieces = [
            (24, lambda d: d.choice(self.NAMES)), (16, self.letter),
            (8, lambda d: chr(self.point(d.randrange(0x110000)))),
            (8, lambda d: d.choice(MARKS)), (6, self.row),
            (4, lambda d: chr(self.point(d.choice(d.choice(unknown))))),
            (4, lambda d: d.choice(COMPOSING)),
            (4, lambda d: unicodedata.normalize('NFD', d.choice(COMPOSING))),
            (4, lambda d: d.choice(self.JAMO)), (2, lambda d: '\n'),
            (2, lambda d: d.choice(WITHOUT_WIDTH)),
            (2, lambda d: d.choice(ODD)),
            (1, lambda d: chr(d.randrange(0xd800, 0xe000))),
            (1, lambda d: d.randbytes(d.randint(1, 4)))]
        self.weights = [w for w, _ in self.pieces]
        self.kinds = [f for _, f in self.pieces]

    def point(self, number):
        """It, or another one if one side knows it and the other does not."""
        return number if agreed(number, self.unknown) else 0x110000 // 3

    def letter(self, dice):
        """A vowel and up to five marks that it may or may not take."""
        return dice.choice(self.VOWELS) + ''.join(
            dice.choices(self.TONES, k=dice.randrange(6)))

    def row(self, dice):
        return ''.join(dice.choices(MARKS if dice.random() < .5
                                    else self.TONES, k=dice.randint(3, 6)))

    def string(self):
        dice = self.dice
        parts = [f(dice) for f in dice.choices(
            self.kinds, self.weights, k=dice.randint(1, 7))]
        return b''.join(p if isinstance(p, bytes) else
                        p.encode('utf-8', 'surrogatepass') for p in parts)


def ask(tool, strings):
    """What a program says of them, as rule() does."""
    said = subprocess.run(
        [f'{FOLDER}/{tool}'], check=True, capture_output=True,
        input=b''.join(len(s).to_bytes(2, 'little') + s
                       for s in strings)).stdout
    at, answers = 0, []
    while at < len(said):
        verdict, at, stored = said[at], at + 1, b''
        if verdict & 8:
            end = at + 2 + int.from_bytes(said[at:at + 2], 'little')
            stored, at = said[at + 2:end], end
        answers.append((verdict, stored))
    assert len(answers) == len(strings), f'{tool} stopped'
    return answers


def compare(strings, tools):
    """How many are taken; of each tool how many it is wrong about."""
    due = [rule(s) for s in strings]
    wrong = dict.fromkeys(tools, 0)
    for tool in tools:
        for s, want, got in zip(strings, due, ask(tool, strings)):
            if want != got:
                wrong[tool] += 1
                if tool == 'text_tool':
                    print(f'{s!r}: {got}, not {want}', flush=True)
    return sum(v & 12 > 0 for v, _ in due), wrong


def part(job):
    number, rounds, unknown = job
    maker = Maker(SEED + number, unknown)
    taken, wrong = 0, {}
    for start in range(0, rounds, BATCH):
        strings = [maker.string() for _ in range(min(BATCH, rounds - start))]
        tools = ['text_tool'] + (list(FAULTS) if start == 0 else [])
        some, faults = compare(strings, tools)
        taken += some
        for tool, n in faults.items():
            wrong[tool] = wrong.get(tool, 0) + n
        if wrong['text_tool'] > 20:
            break
    return taken, wrong


def alone(unknown):
    """Single code points, and rows of four and five of the same."""
    points = [chr(i) for i in range(0x110000) if agreed(i, unknown)] \
        if EVERY else MARKS
    wrong = 0
    for start in range(0, len(points), BATCH):
        few = points[start:start + BATCH]
        wrong += compare(
            [('q' + c * n).encode('utf-8', 'surrogatepass') for c in few
             for n in (1, 4, 5)], ['text_tool'])[1]['text_tool']
    return len(points), wrong


def main():
    ranges = subprocess.run([f'{FOLDER}/text_tool', 'unassigned'], check=True,
                            capture_output=True).stdout.decode()
    ends = [[int(x, 16) for x in line.split()] for line in ranges.splitlines()]
    unknown = [range(first, last + 1) for first, last in ends]
    print(f'seed {SEED}, of {sum(map(len, unknown))} code points nothing is '
          'known', flush=True)
    points, wrong = alone(unknown)
    share = -(-ROUNDS // CORES)
    jobs = [(i, min(share, ROUNDS - i * share), unknown)
            for i in range(CORES)]
    if CORES > 1:
        with multiprocessing.Pool(CORES) as pool:
            done = pool.map(part, jobs)
    else:
        done = [part(job) for job in jobs]
    taken = sum(t for t, _ in done)
    wrong += sum(w['text_tool'] for _, w in done)
    failed = wrong > 0
    for tool, what in FAULTS.items():
        found = sum(w[tool] for _, w in done)
        print(f'planted, a rule {what}: wrong about {found}')
        failed = failed or found == 0
    # A comparison is worth something only if both answers come often.
    failed = failed or not ROUNDS / 5 < taken < ROUNDS * 4 / 5
    print(f'[  {"FAILED" if failed else "PASSED"}  ] 1 test(s).')
    print(f'{ROUNDS} random strings, {taken} of them taken, and {points} code '
          f'points alone and in rows: {wrong} differ')
    sys.exit(failed)


main()
