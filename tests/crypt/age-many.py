#!/usr/bin/env python3
"""Thousands of files sealed here and opened by the stock `age`, and the other
way round, byte for byte; of each also the signature, by `minisign` and by us.
The sizes are those around the chunks of 64 KiB, 0 and 1, and any; each file is
for 1 to 16 keys of which a random one opens it.

MANY is how many each way (10,000).  Planted, of each: a file with one bit
turned must not open, here or there, nor a signature hold of one byte more.

Figure 20 of SAFETY (d) asks for so many bundles: handoff/bundles-many.py.  Here
are the files alone, of the sizes and for the numbers of keys that bundles of a
test do not have."""
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor

MANY = int(os.environ.get('MANY', '10000'))
CHUNK = 65536
TOOL = os.path.abspath('optimised/tests/crypt/crypt_tool')


def run(*words, data=b'', fails=False):
    done = subprocess.run(words, input=data, capture_output=True)
    if (done.returncode != 0) != fails:
        sys.exit(f'{words[:2]}: exit {done.returncode}, '
                 f'{done.stderr.decode()}')
    return done.stdout


def size():
    edge = random.choice((0, 1, 2, 3)) * CHUNK
    return random.choice((
        max(0, edge + random.choice((-1, 0, 1))),
        max(0, edge + random.choice((-1, 0, 1)) * random.randrange(64)),
        random.randrange(2000), random.randrange(4 * CHUNK)))


class Key:
    """Made by one side; known to both."""

    def __init__(self, work, i):
        made = run(TOOL, 'age-keygen') if i % 2 else run('age-keygen')
        self.path = f'{work}/key{i}'
        with open(self.path, 'wb') as f:
            f.write(made)
        self.secret = [line for line in made.decode().split('\n')
                       if line.startswith('AGE-SECRET')][0]
        self.public = run('age-keygen', '-y', self.path).decode().strip()


def turned(data):
    """One bit of the payload is another."""
    at = len(data) - 1 - random.randrange(min(16, len(data)))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + \
        data[at + 1:]


def signed(work, data, ours):
    """A signature of one side, verified by the other."""
    body, pub = f'{work}/body', f'{work}/{"ours" if ours else "theirs"}.pub'
    with open(body, 'wb') as f:
        f.write(data)
    comment = f'n={random.randrange(1 << 40)} chữ ký'
    if ours:
        with open(body + '.minisig', 'wb') as f:
            f.write(run(TOOL, 'sign', pub, comment, data=data))
        said = run('minisign', '-V', '-Q', '-p', pub, '-m', body)
        with open(body, 'ab') as f:
            f.write(b'x')
        run('minisign', '-V', '-Q', '-p', pub, '-m', body, fails=True)
    else:
        run('minisign', '-S', '-W', '-s', f'{work}/theirs.key', '-m', body,
            '-t', comment)
        key = open(pub).read().split('\n')[1]
        said = run(TOOL, 'verify', key, body + '.minisig', data=data)
        run(TOOL, 'verify', key, body + '.minisig', data=data + b'x',
            fails=True)
    assert said.decode().strip() == comment, said


def batch(job):
    """So many files; their bytes."""
    seed, many = job
    random.seed(seed)
    total = 0
    with tempfile.TemporaryDirectory(prefix='ansinh-age.') as work:
        keys = [Key(work, i) for i in range(20)]
        run('minisign', '-G', '-W', '-f', '-p', work + '/theirs.pub', '-s',
            work + '/theirs.key')
        for i in range(many):
            plain = random.randbytes(size())
            total += len(plain)
            to = random.sample(keys, random.randint(1, 16))
            key = random.choice(to)
            ours = run(TOOL, 'age-to', *[k.public for k in to], data=plain)
            assert run('age', '-d', '-i', key.path, data=ours) == plain, i
            names = [word for k in to for word in ('-r', k.public)]
            theirs = run('age', *names, data=plain)
            assert run(TOOL, 'age-by', key.secret, data=theirs) == plain, i
            run('age', '-d', '-i', key.path, data=turned(ours), fails=True)
            run(TOOL, 'age-by', key.secret, data=turned(theirs), fails=True)
            signed(work, plain, True)
            signed(work, plain, False)
    return total


def main():
    run(os.environ['srcdir'] + '/tests/tools/long-build', 'optimised')
    run('make', '-s', '-C', 'optimised', 'tests/crypt/crypt_tool')
    seed = int(os.environ.get('SEED', '0')) or random.randrange(1 << 32)
    print(f'seed {seed}', flush=True)
    jobs = [(seed + i, min(200, MANY - i)) for i in range(0, MANY, 200)]
    with ProcessPoolExecutor() as pool:
        total = sum(pool.map(batch, jobs))
    print(f'{MANY} files and signatures each way, {total >> 20} MiB, '
          'byte-equal')


main()
