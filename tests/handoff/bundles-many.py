#!/usr/bin/env python3
"""Thousands of bundles of ours opened with the stock age, zstd and minisign,
and as many that these make taken in by us, byte for byte (SAFETY (d) 20).

MANY is how many each way (10,000), SEED which (0: any).  They are made a
hundred at a time, by one process where it is the program that makes or takes
them, for a pair of new desks.  Of ours each is looked at from outside inwards:
the tar's bytes, both signatures, the header, every sum, every event's link, and
the names that were put in.  Of theirs the names that have come in are those
that were made.  recipes.sh does the same for one, word for word as the text
has it.

Planted: in each hundred, one bundle each way has one bit turned, and must be
refused; and one name is looked for as another than it is."""
import hashlib
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO

sys.path.insert(0, os.environ['srcdir'] + '/tests/cli')
from forge import END, PAYLOAD, README, Sender, base32, cjson, run, tar

MANY = int(os.environ.get('MANY', '10000'))
SEED = int(os.environ.get('SEED', '0')) or random.randrange(1 << 32)
BATCH = 100
TOOL = os.path.abspath('optimised/tests/handoff/handoff_tool')
LETTERS = 'aăâbcdđeêghiklmnoôơpqrstuưvxyĐẠẾỄ "\\/{}[]:,.–₫漢'


def name(dice):
    """Any text that the rule allows, short or up to 12 KB."""
    size = dice.choice((dice.randrange(1, 40), dice.randrange(1, 4000)))
    text = 'N' + ''.join(dice.choices(LETTERS, k=size)) + 'n'
    return unicodedata.normalize('NFC', ' '.join(text.split()))


def tool(*words, data=b''):
    return run(TOOL, *words, data=data).decode()


def fails(*words, data=None):
    return subprocess.run(words, input=data,
                          capture_output=True).returncode != 0


def turned(dice, data):
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + \
        data[at + 1:]


def members(raw):
    with tarfile.open(fileobj=BytesIO(raw)) as t:
        return [(m.name, t.extractfile(m).read()) for m in t]


def verify(work, key, data, signature):
    """The trusted comment of a signature that holds."""
    path = work + '/signed'
    for at, what in ((path, data), (path + '.minisig', signature)):
        with open(at, 'wb') as f:
            f.write(what)
    return run('minisign', '-V', '-Q', '-P', key, '-m', path).decode().strip()


def check_ours(work, path, key, names, prev):
    """One bundle of ours, which holds all events of its desk so far; its tar's
    members, and what the next one calls prev."""
    number = len(names)
    whole = open(path, 'rb').read()
    outer = members(whole)
    assert [n for n, _ in outer] == ['README.txt', PAYLOAD,
                                     PAYLOAD + '.minisig'], outer
    assert whole == tar(outer) + END and outer[0][1] == README
    sealed = outer[1][1]
    said = verify(work, key, sealed, outer[2][1])
    frame = run('age', '-d', '-i', work + '/district/age.key', data=sealed)
    raw = run('zstd', '-q', '-d', '-c', data=frame)
    assert said == (
        f'ansinh 1 from=11149/K7Q2 to=298 n={number} prev={prev}'
        f' size={len(sealed)} raw={len(raw)} events={number + 1}'
        f' sha256={hashlib.sha256(sealed).hexdigest()} trust=0'), said
    inner = members(raw)
    assert raw == tar(inner) + END
    files = dict(inner)
    manifest = files['manifest-sha256.txt']
    assert verify(work, key, manifest, files['manifest-sha256.txt.minisig']) \
        == f'ansinh-bag 1 from=11149/K7Q2 to=298 n={number}'
    assert manifest == b''.join(
        f'{hashlib.sha256(b).hexdigest()}  {n}\n'.encode()
        for n, b in inner if n.startswith('data/'))
    events = files['data/events.ndjson'].split(b'\n')[:-1]
    lines = Sender.whole(None, events)
    feed, = json.loads(files['data/head.json'])['feeds']
    assert hashlib.blake2b(lines[-1], digest_size=32).hexdigest() == \
        feed['head'] and len(lines) == number + 1
    got = [json.loads(line)['set']['name'] for line in lines[1:]]
    assert got == names, (got, names)
    return outer, hashlib.blake2b(said.encode(), digest_size=32).hexdigest()


def ours(work, dice, count):
    names = [name(dice) for _ in range(count)]
    paths = tool('many', work + '/commune', '298', work + '/stick',
                 data=b''.join(cjson(n) + b'\n' for n in names)).split('\n')
    key = [line[10:] for line in open(work + '/commune/card')
           if line.startswith('minisign: ')][0].strip()
    prev = before = '-'
    for i, path in enumerate(paths[:-1]):
        before = prev
        outer, prev = check_ours(work, path, key, names[:i + 1], prev)
    with open(work + '/signed', 'wb') as f:
        f.write(turned(dice, outer[1][1]))
    with open(work + '/signed.minisig', 'wb') as f:
        f.write(outer[2][1])
    assert fails('minisign', '-V', '-P', key, '-m', work + '/signed')
    assert fails('age', '-d', '-i', work + '/district/age.key',
                 data=turned(dice, outer[1][1]))
    try:
        check_ours(work, path, key, names[:-1] + ['another'], before)
    except AssertionError:
        return sum(map(os.path.getsize, paths[:-1]))
    raise SystemExit('planted: another name is not seen')


def theirs(work, dice, count):
    district = work + '/district'
    to_age = [line[5:] for line in open(district + '/card')
              if line.startswith('age: ')][0].strip()
    sender = Sender(work + '/forger', '11150', 'H2ND', 'commune',
                    'Xã Tay Không', '298', to_age)
    with open(work + '/card', 'w') as f:
        f.write(sender.card)
    tool('trust', district, work + '/card')
    form = tool('pack', district).strip()
    names, paths = [], []
    for i in range(count):
        names.append(name(dice))
        event = {'act': 'create', 'form': 'person', 'form_hash': form,
                 'rec': base32(dice.randbytes(16)), 'set': {'name': names[-1]}}
        paths.append(sender.bundle(f'{work}/11150-H2ND-{i + 1:06}.ansinh',
                                   later=[event]))
    with open(work + '/turned.ansinh', 'wb') as f:
        f.write(turned(dice, open(paths[0], 'rb').read()))
    assert fails(TOOL, 'import', district, work + '/turned.ansinh')
    said = tool('import', district, *paths)
    assert said == 'fresh 2, set aside 0\n' * count, said
    got = sorted(tool('names', district).split('\n')[:-1])
    assert got == sorted(names), set(got) ^ set(names)
    assert got != sorted(names[1:] + ['another'])
    return sum(map(os.path.getsize, paths))


def batch(job):
    number, count = job
    dice = random.Random(SEED + number)
    with tempfile.TemporaryDirectory(prefix='ansinh-bundles.') as work:
        tool('new', work + '/commune', '11149', 'commune', 'K7Q2', 'Xã Hà Kỳ')
        tool('new', work + '/district', '298', 'district', 'D2DD',
             'Huyện Tứ Kỳ')
        tool('trust', work + '/commune', work + '/district/card')
        tool('trust', work + '/district', work + '/commune/card')
        os.mkdir(work + '/stick')
        return ours(work, dice, count) + theirs(work, dice, count)


def main():
    run(os.environ['srcdir'] + '/tests/tools/long-build', 'optimised')
    run('make', '-s', '-C', 'optimised', 'tests/handoff/handoff_tool')
    print(f'seed {SEED}', flush=True)
    jobs = [(i, min(BATCH, MANY - i)) for i in range(0, MANY, BATCH)]
    with ProcessPoolExecutor() as pool:
        total = sum(pool.map(batch, jobs))
    print(f'{MANY} bundles each way, {total >> 20} MiB, byte-equal; '
          f'{4 * len(jobs)} planted faults seen')


main()
