#!/usr/bin/env python3
"""Hostile bundles through the command (SAFETY X, H2, W6).  Each is signed by a
sender who is trusted, so that the readers behind the signature are reached.
`ansinh import` gets all of them at once and must refuse each for its reason,
in bounded time and memory, and leave the register as it was.  A bundle that is
right and events of a future version go in.

What is planted: each place where a trick is put has a twin, made in the same way
without one, that must be taken in; so it is the trick that is refused.  A bomb
for which its header makes room must not be stopped by the header."""
import json
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import tempfile

from forge import (END, Sender, cjson, head, padded, run, tar)

ANSINH = os.environ.get('ANSINH', os.getcwd() + '/ansinh')
MIB = 1 << 20


# Tricks of a tar: (what, how to spoil the member, what must be said).
# The member is (name, bytes); the answer is bytes.
def as_type(letter, **other):
    return lambda n, b: head(n, 0, type=letter, **other)


def named(name):
    return lambda n, b: head(name, len(b)) + padded(b)


def with_field(**field):
    return lambda n, b: head(n, len(b), **field) + padded(b)


SPECIAL = 'is a link, a folder or another special file'
NAME = 'has a name that is not allowed'
STRICT = 'is damaged or not in the strict form'
PLACE = 'does not belong at this place of a bundle'
MEMBER = [
    ('a path out', named('../../etc/cron.d/x'), NAME),
    ('a path out in the middle', named('data/../../x'), NAME),
    ('an absolute name', named('/etc/passwd'), NAME),
    ('a name with escape codes', named('data/\x1b[31mx'), NAME),
    ('a name in Vietnamese', named('data/xã.json'), NAME),
    ('no name', named(''), NAME),
    ('another name', named('data/other'), PLACE),
    ('the name in the prefix', with_field(prefix=b'data'), STRICT),
    ('a symbolic link', as_type(b'2', link=b'/etc/passwd'), SPECIAL),
    ('a hard link', as_type(b'1', link=b'/etc/passwd'), SPECIAL),
    ('a character device', as_type(b'3'), SPECIAL),
    ('a block device', as_type(b'4'), SPECIAL),
    ('a folder', as_type(b'5'), SPECIAL),
    ('a pipe', as_type(b'6'), SPECIAL),
    ('a pax header', lambda n, b: head(n, 20, type=b'x')
     + padded(b'20 path=/etc/passwd\n'), SPECIAL),
    ('a global pax header', lambda n, b: head(n, 20, type=b'g')
     + padded(b'20 path=/etc/passwd\n'), SPECIAL),
    ('a GNU long name', lambda n, b: head('././@LongLink', 9, type=b'L')
     + padded(b'/etc/pass'), NAME),
    ('a sparse file', as_type(b'S'), SPECIAL),
    ('the old type of a file', with_field(type=b'\0'), SPECIAL),
    ('GNU magic', with_field(magic=b'ustar  \0'), 'not a ustar file'),
    ('no magic', with_field(magic=bytes(8)), 'not a ustar file'),
    ('an owner', with_field(uname=b'root'), STRICT),
    ('a mode', with_field(mode=b'0004755'), STRICT),
    ('a time', with_field(mtime=b'14000000000'), STRICT),
    ('bytes after the fields', with_field(rest=b'x'), STRICT),
    ('a wrong sum', with_field(sum=b'000000\0 '), STRICT),
    ('a size in base 256', with_field(size=b'\x80' + bytes(10) + b'\x01'),
     'the size of .* cannot be read'),
    ('a negative size', with_field(size=b'-0000000001'),
     'the size of .* cannot be read'),
    ('a huge size', with_field(size=b'77777777777'), 'is too large'),
    ('a size too many', lambda n, b: head(n, len(b) + 512) + padded(b), ''),
    ('nothing of it', lambda n, b: head(n, 0), ''),
]


def second(members):
    return [members[0], members[0]] + members[1:]


def swapped(members):
    return [members[1], members[0]] + members[2:]


# Tricks of the whole: of the members, to the bytes of the file.
WHOLE = [
    ('a file twice', lambda m: tar(second(m)) + END, PLACE),
    ('another order', lambda m: tar(swapped(m)) + END, PLACE),
    ('one file more', lambda m: tar(m + [('x', b'x')]) + END, PLACE),
    ('the last file missing', lambda m: tar(m[:-1]) + END,
     'the bundle lacks'),
    ('bytes in the padding', lambda m: tar(m)[:-1] + b'x' + END,
     'bytes between the files'),
    ('no end', lambda m: tar(m), 'cut off'),
    ('half an end', lambda m: tar(m) + END[:512], 'cut off'),
    ('a longer end', lambda m: tar(m) + END + END, 'bytes after the end'),
    ('one more byte', lambda m: tar(m) + END + b'x', 'bytes after the end'),
    ('a file after the end', lambda m: tar(m) + END[:512] + tar([m[0]]),
     'bytes after the end'),
]


def spoil(at, how):
    """Applies a member's trick to member `at`."""
    def apply(members):
        return tar(members[:at]) + how(*members[at]) + \
            tar(members[at + 1:]) + END
    return apply


def zstd(*options):
    return lambda b: run('zstd', '-q', '-c', *options, data=b)


def zeros(mib, before=b''):
    """A frame of that many MiB of zero bytes, without holding them."""
    with tempfile.NamedTemporaryFile() as f:
        f.write(before)
        f.flush()
        done = subprocess.run(
            f'{{ cat {f.name}; head -c {mib * MIB} /dev/zero; }} | zstd -q -c',
            shell=True, capture_output=True, check=True)
    return done.stdout


EVENTS = 'data/events.ndjson'


def bomb(raw):
    """A tar as it is until the events, of which a GiB of zeros follows: as
    much as one member may hold."""
    at = raw.index(EVENTS.encode())
    size = int(raw[at + 124:at + 135], 8)
    begun = raw[:at] + head(EVENTS, 1 << 30) + raw[at + 512:at + 512 + size]
    return zeros(1023, begun)


SKIPPABLE = b'\x50\x2a\x4d\x18\x04\x00\x00\x00evil'
FRAME = [
    ('not zstd at all', lambda b: b, 'not a zstd frame'),
    ('nothing', lambda b: b'', 'not a zstd frame'),
    ('a window of 128 MiB', zstd('--ultra', '-22', '--long=27'),
     'compressed contents are damaged'),
    ('cut off', lambda b: zstd()(b)[:-20], 'compressed contents are cut off'),
    ('bytes after it', lambda b: zstd()(b) + b'x',
     'bytes after the compressed contents'),
    ('a second frame', lambda b: zstd()(b) + zstd()(b),
     'bytes after the compressed contents'),
    ('a frame to skip before it', lambda b: SKIPPABLE + zstd()(b),
     'not a zstd frame'),
    ('a frame to skip after it', lambda b: zstd()(b) + SKIPPABLE,
     'bytes after the compressed contents'),
    ('a bomb of 4 GiB', lambda b: zeros(4096), 'not a ustar file|larger'),
    ('contents longer than said', lambda b: zstd()(b + bytes(MIB)),
     'larger than the header says'),
    ('a bomb of 1 GiB inside', bomb, 'larger than the header says'),
]


def armoured(b, to):
    return run('age', '-a', '-r', to, data=b)


def stanzas(n, size=0):
    """Puts stanzas of a kind that nobody knows before ours."""
    def seal(b, to):
        first, rest = run('age', '-r', to, data=b).split(b'\n', 1)
        return first + b'\n' + (b'-> x ' + b'y' * (size + 1) + b'\n\n') * n \
            + rest
    return seal


SEAL = [
    ('armour', armoured, 'armoured'),
    ('for many', stanzas(16), 'more than 16 recipients'),
    ('a large header', stanzas(3, 4000), 'larger than 8192 bytes'),
    ('a stanza put in', stanzas(1), 'header of the age file was changed'),
    ('not age', lambda b, to: b, 'not an age v1 file'),
    ('nothing', lambda b, to: b'', 'not an age v1 file'),
]


def also(**keys):
    return lambda h: cjson(dict(h, **keys))


def feed_with(**keys):
    return lambda h: cjson(dict(h, feeds=[dict(h['feeds'][0], **keys)]))


BAD_HEAD = 'inner head cannot be read'
ACK = {'feed': 'a' * 26, 'head': '0' * 64, 'seq': 1}
HEAD = [
    ('lists without end', lambda h: b'{"acks":' + b'[' * MIB, BAD_HEAD),
    ('an unknown key', also(zzz=1), BAD_HEAD),
    ('a key too few', lambda h: cjson({k: h[k] for k in h if k != 'have'}),
     BAD_HEAD),
    ('white space', lambda h: cjson(h).replace(b':', b': '), BAD_HEAD),
    ('a key twice', lambda h: cjson(h)[:-1] + b',"v":1}', BAD_HEAD),
    ('a number without end', lambda h: cjson(h)
     .replace(b'"trust":0', b'"trust":' + b'9' * 1000), BAD_HEAD),
    ('another version', also(v=2), BAD_HEAD),
    ('text after it', lambda h: cjson(h) + b'\n', BAD_HEAD),
    ('acknowledgements without end', also(acks=[ACK] * 5000), BAD_HEAD),
    ('packs without end', also(have=['0' * 64] * 5000), BAD_HEAD),
    ('a text for a checkpoint', also(checkpoints=['x']),
     'checkpoint cannot be read'),
    ('feeds without end', lambda h: cjson(dict(h, feeds=h['feeds'] * 5000)),
     BAD_HEAD),
    ('more events than there are', feed_with(count=9), 'fewer events'),
    ('a place too far', feed_with(first=2, last=2), 'not one that'),
    ('a place below the first', feed_with(first=3), BAD_HEAD),
    ('another unit', feed_with(unit='11149'), 'may not send records of'),
    ('another device', feed_with(device='AAAA'), 'which it is not'),
    ('the scope of another', feed_with(scope='11149'),
     'may not send records of'),
    ('a unit that is a path', feed_with(unit='../../x'), BAD_HEAD),
    ('larger than it may be', lambda h: b' ' * (5 * MIB), 'is too large'),
]

NOTE = {'act': 'note'}


def noted(**keys):
    return [dict(NOTE, **keys)]


def raw_event(change):
    return [lambda e: change(cjson(dict(e, **NOTE)))]


def text_of(size):
    return noted(reason='x' * size)


EVENT = [
    ('larger than it may be', noted(set={'a%d' % i: 'x' * 16000
                                         for i in range(20)}),
     'too large|more than'),
    ('a text larger than it may be', text_of(17 << 10), ''),
    ('lists without end', raw_event(
        lambda b: b'{"act":' + b'[' * 100000), ''),
    ('deeper than it may be', raw_event(
        lambda b: b[:-1] + b',"x":' + b'[' * 17 + b']' * 17 + b'}'), ''),
    ('a key twice', raw_event(lambda b: b[:-1] + b',"v":1}'), ''),
    ('white space', raw_event(lambda b: b.replace(b',', b', ')), ''),
    ('an unknown key', noted(zzz=1), ''),
    ('an escape code', noted(reason='\x1b[31m'), ''),
    ('a zero byte', raw_event(lambda b: b.replace(b'note', b'no\0e')), ''),
    ('text that turns round', noted(reason='x\u202ey'), ''),
    ('text without width', noted(reason='x\u200by'), ''),
    ('text of another form', noted(reason='e\u0323\u0302'), ''),
    ('bytes that are no text', raw_event(
        lambda b: b.replace(b'note', b'no\xffe')), ''),
    ('a float', raw_event(lambda b: b.replace(b'"v":1', b'"v":1.5')), ''),
    ('a number without end', raw_event(
        lambda b: b.replace(b'"v":1', b'"v":' + b'9' * 500)), ''),
    ('over more than it may be', noted(over=[f'{i:064x}'
                                             for i in range(65)]), ''),
    ('of another feed', noted(feed='a' * 26), 'not one that'),
    ('an opening in the middle', noted(act='open'), ''),
]
LINES = [
    ('an empty line', lambda e: e + [b''], ''),
    ('an event twice', lambda e: e + [e[0]], 'not one that'),
    ('another order', lambda e: e[::-1], 'not one that'),
    ('one that does not end', lambda e: e + [b'x' * MIB], 'too large'),
    ('a million empty ones', lambda e: [b''] * 200001,
     'larger than is allowed'),
]


def add_file(name, data):
    return lambda m: m + [(name, data)]


PACK = '0' * 64
FILES = [
    ('a bag with a path out', add_file('data/packs/../../../x', b'x'), NAME),
    ('a pack under another name', add_file(f'data/packs/form-{PACK}.json',
                                           b'{}'), 'not what its name says'),
    ('a pack larger than it may be',
     add_file(f'data/packs/form-{PACK}.json', bytes(3 * MIB)),
     'is too large'),
    ('a file that nobody asked for', add_file('data/packs/run.sh', b'x'),
     PLACE),
    ('a list of trust', add_file('data/packs/trust.json',
                                 b'{"devices":[],"v":1,"version":0}'),
     'only the district sends'),
    ('another declaration', lambda m: [(m[0][0], b'BagIt-Version: 0.9\n')]
     + m[1:], 'is not the text'),
    ('much information', lambda m: [m[0], (m[1][0], b'x' * 5000)] + m[2:],
     'is too large'),
]
HEADER = [
    ('more contents than are allowed', lambda h: dict(h, raw=2 << 30),
     'larger than is allowed'),
    ('a sum in capital letters',
     lambda h: dict(h, sha256=h['sha256'].upper()), 'header cannot be read'),
    ('a number with a zero before it', lambda h: dict(h, events='01'),
     'header cannot be read'),
    ('a future version', lambda h: dict(h, ansinh=2),
     r'newer program \(format 2\)'),
    ('another prev', lambda h: dict(h, prev='x'), 'header cannot be read'),
]


def table(to_age):
    """Yields (what, arguments of Sender.bundle, what must be said)."""
    for what, how, says in MEMBER:
        yield f'outer tar: {what}', {'outer': spoil(1, how)}, says
        yield f'inner tar: {what}', {'inner': spoil(3, how)}, says
    for what, how, says in WHOLE:
        yield f'outer tar: {what}', {'outer': how}, says
        yield f'inner tar: {what}', {'inner': how}, says
    for what, how, says in SEAL:
        yield (f'age: {what}',
               {'seal': lambda b, how=how: how(b, to_age)}, says)
    for key, tricks in (('frame', FRAME), ('head', HEAD), ('later', EVENT),
                        ('lines', LINES), ('files', FILES),
                        ('header', HEADER)):
        for what, how, says in tricks:
            yield (f'{key}: {what}',
                   dict({'later': noted(reason='Tốt')}, **{key: how}), says)


MANY_NOTES = [dict(NOTE, reason='x' * 16000)] * 100


def bombs():
    """As table(): where the bomb begins only after what is one chunk."""
    yield ('a bomb of 1 GiB behind 1.6 MB', {
        'later': MANY_NOTES, 'frame': bomb}, 'larger than the header says')
    yield ('a bomb that the header has room for', {
        'later': MANY_NOTES, 'frame': bomb,
        'header': lambda h: dict(h, raw=1 << 30)}, 'an event is too large')


def twins(to_age, other_age):
    """As table(), without a trick: (what, arguments of Sender.bundle)."""
    yield 'outer tar', {'outer': lambda m: tar(m) + END}
    yield 'inner tar', {'inner': lambda m: tar(m[:3]) + spoil(0, named(
        m[3][0]))(m[3:])}
    yield 'age: no armour', {'seal': lambda b: run('age', '-r', to_age, data=b)}
    yield 'age: for two', {'seal': lambda b: run(
        'age', '-r', other_age, '-r', to_age, data=b)}
    yield 'frame: another level', {'frame': zstd('-19')}
    yield 'frame: a window of 8 MiB', {'frame': zstd('--ultra', '-22',
                                                     '--long=23')}
    yield 'head', {'head': also(v=1)}
    yield 'head: a feed', {'head': feed_with(scope='11150')}
    yield 'later: an event', {'later': raw_event(lambda b: b)}
    yield 'later: texts', {'later': text_of(16 << 10)}
    yield 'lines', {'lines': lambda e: list(e)}
    yield 'files', {'files': lambda m: list(m)}
    yield 'header', {'header': lambda h: dict(h, sha256=h['sha256'].lower())}
    yield 'frame: 1.6 MB of events', {'later': MANY_NOTES}


class Desk:
    def __init__(self, work, name):
        self.home = f'{work}/{name}'
        self.words = [ANSINH, '--passphrase-file', work + '/pass']

    def call(self, *args, want=(0,), language='en'):
        """Runs a command; its output, errors, and largest memory in KiB."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                self.words + list(args), stdout=out, stderr=err,
                env=dict(os.environ, ANSINH_HOME=self.home, LANGUAGE=language))
            signal.alarm(300)    # nothing here may hang
            _, status, used = os.wait4(process.pid, 0)
            signal.alarm(0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            said, complained = out.read().decode(), err.read().decode()
        if process.returncode not in want:
            raise SystemExit(f'{args[:1]}: {process.returncode}\n'
                             f'{said}{complained}')
        return said, complained, used.ru_maxrss

    def state(self):
        return [self.call('list', form, '--json')[0]
                for form in ('person', 'household')] + \
            [self.call('check')[0]]


def listing(folder):
    """Every file with its time, kind and bytes."""
    out = []
    for name in sorted(os.listdir(folder)):
        path = f'{folder}/{name}'
        st = os.lstat(path)
        data = open(path, 'rb').read() if stat.S_ISREG(st.st_mode) else b''
        out.append((name, st.st_mode, st.st_mtime_ns, hash(data)))
    return out


def test_stick(work, desk, sender):
    """A stick full of what is no bundle: nothing of it is opened, its names
    are shown escaped, and nothing on it is written to."""
    stick = work + '/stick/ANSINH'
    os.makedirs(stick)
    strange = '\x1b[2J\x1b[31m\nđã nhận\u202e.ansinh'
    with open(f'{stick}/{strange}', 'wb') as f:
        f.write(b'x' * 5000)
    os.mkfifo(stick + '/pipe.ansinh')
    os.symlink('/etc/passwd', stick + '/link.ansinh')
    os.symlink('/dev/zero', stick + '/zero.ansinh')
    os.mkdir(stick + '/folder.ansinh')
    with open(stick + '/large.ansinh', 'wb') as f:
        f.truncate(1 << 40)
    with open(stick + '/autorun.inf', 'w') as f:
        f.write('x')
    good = sender.bundle(stick + '/good.ansinh', later=noted(reason='Tốt'))
    os.utime(good, (1, 1))
    os.remove(stick + '/large.ansinh')    # listing() reads all
    before = listing(stick)
    with open(stick + '/large.ansinh', 'wb') as f:
        f.truncate(1 << 40)
    said, complained, _ = desk.call('import', work + '/stick', '--yes',
                                    want=(4,))
    os.remove(stick + '/large.ansinh')
    text = said + complained
    assert listing(stick) == before, 'the stick was written to'
    assert '2 new changes' in said, said
    assert 'large.ansinh: ' in complained and 'too large' in complained
    assert '??2J??31m?đã nhận?.ansinh' in text.replace('[', '?'), text
    for bad in '\x1b\u202e\r\t':
        assert bad not in text, f'{bad!r} is shown'
    assert not any(line.startswith('đã nhận') for line in text.splitlines())
    for name in ('pipe', 'link', 'zero', 'folder'):
        assert name not in text, f'{name} was looked at'
        _, complained, _ = desk.call('import', f'{stick}/{name}.ansinh',
                                     want=(4, 5) if name == 'folder' else (4,))
        assert name == 'folder' or 'not a regular file' in complained


def test_future(work, desk, sender):
    """Events of a newer program: kept, linked, passed on, byte for byte, and
    the person is told (SAFETY R14)."""
    newer = {'v': 2, 'act': 'frobnicate', 'aaa': {'prev': ''},
             'rec': 'not an id', 'zzz': {'a': [1, {'b': None}]}}
    unknown = {'act': 'frobnicate', 'reason': 'x'}
    made = []
    path = sender.bundle(
        work + '/future.ansinh', later=[newer, unknown, {'act': 'note'}],
        lines=lambda e: made.extend(e) or e,
        head=lambda h: cjson(dict(h, checkpoints=[sender.checkpoint(made)])))
    said, _, _ = desk.call('import', path, '--yes')
    assert '4 new changes' in said and '2 need a newer program' in said, said
    said, _, _ = desk.call('import', path, '--yes', language='vi')
    assert 'đã nhận trước đây' in said, said
    desk.call('check')
    # What the district has goes to the other laptops of the commune.
    other = Sender(work + '/other', '11150', 'HAAA', 'commune', 'Xã', '298', '')
    with open(work + '/other.card', 'w') as f:
        f.write(other.card)
    desk.call('trust', work + '/other.card', '--yes')
    os.mkdir(work + '/back')
    desk.call('export', '--for', '11150/HAAA', '--to', work + '/back')
    name, = os.listdir(work + '/back/ANSINH')
    lines = other.opened(f'{work}/back/ANSINH/{name}')
    assert sum(json.loads(line).get('prev') == '' for line in lines
               if line) >= 3, 'nothing was left out'
    events = other.whole(lines)
    assert all(e in events for e in made), 'not passed on as they were'
    # ... and its receipt says that all of it is linked.
    head = json.loads(other.opened(f'{work}/back/ANSINH/{name}',
                                   'data/head.json')[0])
    feed = json.loads(made[0])['feed']
    assert [a['seq'] for a in head['acks'] if a['feed'] == feed] == [4], head


def main():
    work = tempfile.mkdtemp(prefix='ansinh-bundles.')
    try:
        return test(work)
    finally:
        subprocess.run(['rm', '-rf', work], check=True)


def test(work):
    with open(work + '/pass', 'w') as f:
        f.write('lang rung suoi bien nui\n')
    desk = Desk(work, 'huyen')
    desk.call('init', '--role', 'district', '--unit', '298', '--officer',
              'Trần Thị Mẫu', '--kdf-mib', '8')
    desk.call('card', '--out', work + '/card')
    to_age = [line.split()[1] for line in open(work + '/card')
              if line.startswith('age: ')][0]
    sender = Sender(work, '11150', 'GIAA', 'commune', 'Xã Không Thật', '298',
                    to_age)
    with open(work + '/forger.card', 'w') as f:
        f.write(sender.card)
    desk.call('trust', work + '/forger.card', '--yes')
    before = desk.state()

    # The twin: what the forge makes is taken in, if nothing is spoiled.
    good = sender.bundle(work + '/good.ansinh', later=noted(reason='Tốt'))
    said, _, plain = desk.call('import', good, '--yes')
    assert '2 new changes' in said, said
    assert desk.state()[:2] == before[:2]    # a note is of no record

    for i, (what, twin) in enumerate(twins(to_age, sender.age)):
        path = sender.bundle(f'{work}/twin{i}.ansinh',
                             **dict({'later': noted(reason='Tốt')}, **twin))
        said, _, used = desk.call('import', path, '--yes')
        assert 'new changes' in said, f'{what}: {said}'
        plain = max(plain, used)
    assert desk.state()[:2] == before[:2]

    tricks = list(table(to_age)) + list(bombs())
    paths = {}
    for i, (what, spoiled, says) in enumerate(tricks):
        path = sender.bundle(f'{work}/{i:03}.ansinh', **spoiled)
        paths[path] = what, says
    before = desk.state()
    failures = []
    bombs_of = [p for p in paths if 'bomb' in paths[p][0]]
    names = [p for p in paths if p not in bombs_of]
    most = {}
    for kind, part in (('bombs', bombs_of), ('others', names[:100]),
                       ('the rest', names[100:])):
        _, complained, used = desk.call('import', *part, '--yes', want=(4,))
        most[kind] = used - plain
        lines = {}
        for line in complained.splitlines():
            m = re.match(r'ansinh: ([^:]*): (.*)', line)
            if m:
                lines[m.group(1)] = m.group(2)
        for path in part:
            what, says = paths[path]
            message = lines.get(path)
            if message is None or not re.search(says, message):
                failures.append(f'{what}: {message!r}, not {says!r}')
            if os.environ.get('VERBOSE'):
                print(f'{what:50} {message}')
    if desk.state() != before:
        failures.append('the register changed')
    # With sanitizers a process is much larger, and so is the difference.  What
    # was said of a bomb bounds its time: it is read as far as its header says.
    if max(most.values()) > 96 * 1024 or most['bombs'] > 16 * 1024:
        failures.append(f'{most} KiB of memory more than for a right one')
    test_stick(work, desk, sender)
    test_future(work, desk, sender)
    print('\n'.join(failures))
    print(f'{len(tricks)} hostile bundles, {most} KiB of memory more than for '
          'a right one')
    if failures:
        print(f'[  FAILED  ] {len(failures)} test(s), listed above:')
    print(f'[  PASSED  ] {len(tricks) + 3 - len(failures)} test(s).')
    return bool(failures)


if __name__ == '__main__':
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
