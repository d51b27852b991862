"""Makes bundles with the stock tools, right ones and hostile ones, as somebody
would who holds a key that is trusted (doc/format-bundle.md)."""
import base64
import hashlib
import json
import os
import subprocess

README = open(os.environ['srcdir_abs'] + '/doc/format-bundle.md',
              encoding='utf-8').read() \
    .split('```text\n')[1].split('```')[0].encode()
PAYLOAD = 'payload.tar.zst.age'
BAGIT = b'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
END = bytes(1024)


def run(*words, data=None):
    done = subprocess.run(words, input=data, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f'{words}: {done.stderr.decode()}')
    return done.stdout


def head(name, length, /, **other):
    """A ustar head.  `other` sets fields; `sum` is right unless given."""
    fields = {
        'name': (0, 100), 'mode': (100, 8), 'uid': (108, 8), 'gid': (116, 8),
        'size': (124, 12), 'mtime': (136, 12), 'sum': (148, 8),
        'type': (156, 1), 'link': (157, 100), 'magic': (257, 8),
        'uname': (265, 32), 'gname': (297, 32), 'major': (329, 8),
        'minor': (337, 8), 'prefix': (345, 155), 'rest': (500, 12)}
    values = {'name': name.encode() if isinstance(name, str) else name,
              'mode': b'0000644', 'uid': b'0000000', 'gid': b'0000000',
              'size': b'%011o' % length, 'mtime': b'0' * 11, 'sum': b' ' * 8,
              'type': b'0', 'magic': b'ustar\x0000', 'major': b'0000000',
              'minor': b'0000000'}
    values.update(other)
    block = bytearray(512)
    for field, (at, room) in fields.items():
        value = values.get(field, b'')[:room]
        block[at:at + len(value)] = value
    if 'sum' not in other:
        block[148:156] = b'%06o\x00 ' % sum(block)
    return bytes(block)


def padded(data):
    return data + bytes(-len(data) % 512)


def tar(members):
    """Of (name, bytes), or of bytes that are put in as they are."""
    return b''.join(m if isinstance(m, bytes) else
                    head(m[0], len(m[1])) + padded(m[1]) for m in members)


def cjson(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'),
                      ensure_ascii=False).encode()


def base32(raw):
    return base64.b32encode(raw).decode().rstrip('=').lower()


class Sender:
    """A device that only the stock tools know."""

    def __init__(self, work, unit, device, role, name, to, to_age):
        os.makedirs(work, exist_ok=True)
        self.work, self.unit, self.device = work, unit, device
        self.role, self.to, self.to_age = role, to, to_age
        self.number = 0
        self.secret = work + '/forger.key'
        run('minisign', '-G', '-W', '-f', '-p', work + '/forger.pub', '-s',
            self.secret)
        self.public = open(work + '/forger.pub').read().split('\n')[1]
        self.key = base64.b64decode(self.public)[10:]
        with open(work + '/forger.age', 'wb') as f:
            f.write(run('age-keygen'))
        self.age = run('age-keygen', '-y',
                       work + '/forger.age').decode().strip()
        self.card = (f'ansinh-card 1\nunit: {unit}\nrole: {role}\n'
                     f'name: {name}\ndevice: {device}\n'
                     f'minisign: {self.public}\nage: {self.age}\n')

    def sign(self, data, comment):
        path = self.work + '/signed'
        with open(path, 'wb') as f:
            f.write(data)
        run('minisign', '-S', '-W', '-s', self.secret, '-m', path, '-c',
            'ansinh bundle', '-t', comment)
        return open(path + '.minisig', 'rb').read()

    def feed(self, later=()):
        """A new feed: its head.json entry, and its events' lines.  `later`
        are events after its opening, of which keys may be left to us."""
        nonce = os.urandom(16)
        feed = base32(hashlib.blake2b(b'ansinh-feed-1\0' + self.key + nonce,
                                      digest_size=32).digest()[:16])
        common = {'at': '2026-01-15T08:00:00+07:00', 'clock': 'ok',
                  'feed': feed, 'officer': 'Nguyễn Văn Giả', 'v': 1}
        first = dict(common, act='open', seq=1, set={
            'age': self.age, 'device': self.device, 'key': self.public,
            'nonce': nonce.hex(), 'role': self.role, 'scope': self.unit,
            'unit': self.unit})
        lines = [cjson(first)]
        for event in later:
            prev = hashlib.blake2b(lines[-1], digest_size=32).hexdigest()
            if callable(event):
                lines.append(event(dict(common, prev=prev,
                                        seq=len(lines) + 1)))
            else:
                lines.append(cjson(dict(common, prev=prev,
                                        seq=len(lines) + 1, **event)))
        entry = {'count': len(lines), 'device': self.device, 'feed': feed,
                 'first': 1, 'head': hashlib.blake2b(
                     lines[-1], digest_size=32).hexdigest(),
                 'key': self.key.hex(), 'last': len(lines),
                 'role': self.role, 'scope': self.unit, 'unit': self.unit}
        return entry, lines

    def checkpoint(self, lines):
        """Our signature of how a feed stands after these events."""
        last = json.loads(lines[-1])
        line = (f'ansinh-checkpoint-1 {last["feed"]} {last["seq"]} ' +
                hashlib.blake2b(lines[-1], digest_size=32).hexdigest())
        return self.sign(line.encode() + b'\n', line).decode()

    def opened(self, path, name='data/events.ndjson'):
        """The lines of a file of a bundle that is for this device."""
        sealed = run('tar', '-xOf', path, PAYLOAD)
        frame = run('age', '-d', '-i', self.work + '/forger.age', data=sealed)
        raw = run('zstd', '-q', '-d', '-c', data=frame)
        return run('tar', '-xO', name, data=raw).split(b'\n')

    def whole(self, lines):
        """Events of which the lines may leave out whom they follow."""
        made, before = [], ''
        for line in lines:
            if line and json.loads(line).get('prev') == '':
                line = cjson(dict(json.loads(line), prev=before))
            before = hashlib.blake2b(line, digest_size=32).hexdigest()
            made.append(line)
        return made

    def head_json(self, feeds, events, **other):
        return dict({'acks': [], 'before': [], 'checkpoints': [],
                     'events': events,
                     'feeds': feeds, 'from': f'{self.unit}/{self.device}',
                     'have': [], 'n': self.number,
                     'prev': '-', 'to': self.to, 'trust': 0, 'v': 1}, **other)

    def bundle(self, path, later=(), head=None, lines=None, files=None,
               inner=None, frame=None, seal=None, outer=None, header=None):
        """Writes a bundle.  What may be spoiled, each a function of what
        would be right: head (head.json, a dict, to bytes), lines (of events),
        files (list of (name, bytes) before the manifest), inner (list of a
        tar's members, to bytes), frame (tar to zstd), seal (zstd to age),
        outer (members to bytes), header (a dict of words)."""
        same = lambda value: value    # noqa: E731
        self.number += 1
        entry, events = self.feed(later)
        events = (lines or same)(events)
        described = self.head_json([entry], len(events))
        members = [
            ('bagit.txt', BAGIT),
            ('bag-info.txt', b'Source-Organization: test\n'),
            ('data/head.json', (head or cjson)(described)),
            ('data/events.ndjson', b''.join(e + b'\n' for e in events))]
        members = (files or same)(members)
        manifest = b''.join(
            f'{hashlib.sha256(m[1]).hexdigest()}  {m[0]}\n'.encode()
            for m in members if m[0].startswith('data/'))
        who = f'from={self.unit}/{self.device} to={self.to} n={self.number}'
        members += [('manifest-sha256.txt', manifest),
                    ('manifest-sha256.txt.minisig',
                     self.sign(manifest, 'ansinh-bag 1 ' + who))]
        raw = (inner or (lambda m: tar(m) + END))(members)
        frame = (frame or (lambda b: run('zstd', '-q', '-3', '-c', data=b)))(
            raw)
        sealed = (seal or (lambda b: run('age', '-r', self.to_age, data=b)))(
            frame)
        words = (header or same)({
            'ansinh': '1', 'who': who, 'prev': '-', 'size': len(sealed),
            'raw': len(raw), 'events': len(events),
            'sha256': hashlib.sha256(sealed).hexdigest(), 'trust': 0})
        comment = f'ansinh {words.pop("ansinh")} {words.pop("who")} ' + \
            ' '.join(f'{k}={v}' for k, v in words.items())
        members = [('README.txt', README), (PAYLOAD, sealed),
                   (PAYLOAD + '.minisig', self.sign(sealed, comment))]
        with open(path, 'wb') as f:
            f.write((outer or (lambda m: tar(m) + END))(members))
        return path
