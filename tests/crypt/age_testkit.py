#!/usr/bin/env python3
"""Every vector of tests/data/age-testkit against our age reader: the stage and
the kind of the refusal, what is said, and the sum of what was released before.

Of the 143, 67 are binary files for X25519 keys, and must come out as their
vector says.  The others (armour, passphrases, keys of another kind) we do not
open at all; each must be refused as what it is.

Planted (crypt_tool_planted.c): readers that do not check the header's MAC, that
take base64 with bits left over, or a payload that does not end.  The vectors
of the same kind must find each of them wrong.
"""
import collections
import hashlib
import os
import subprocess
import sys
import zlib

tool, planted, folder = sys.argv[1:]

# What the reader says for each `expect:`; stage, error, words.
KINDS = {
    'success': None,
    'no match': ('open', 'ERR_RECIPIENT', 'encrypted for others'),
    'HMAC failure': ('open', 'ERR_HASH', 'header of the age file was changed'),
    'header failure': ('open', 'ERR_FORMAT', ''),
    'payload failure': ('next', 'ERR_HASH', 'damaged or cut off'),
}
ARMOUR = ('open', 'ERR_FORMAT', 'armoured')
NO_AGE = ('open', 'ERR_FORMAT', 'not an age v1 file')
BAD_HEADER = ('open', 'ERR_FORMAT', 'header of the age file is not well')
PASSPHRASE = ('open', 'ERR_RECIPIENT', 'locked by a passphrase')
# Faults that the grammar of a header shows whatever its stanzas are.
GRAMMAR = ('scrypt_double', 'scrypt_and_x25519', 'scrypt_not_canonical_body',
           'hybrid_x25519_arg', 'hybrid_not_canonical_body')


def load(path):
    head, body = open(path, 'rb').read().split(b'\n\n', 1)
    keys = {}
    for line in head.decode().split('\n'):
        key, value = line.split(': ', 1)
        keys.setdefault(key, []).append(value)
    if 'compressed' in keys:
        body = zlib.decompress(body)
    return keys, body


def due(name, keys, body):
    """The family, and what must come: (stage, error, words), or None."""
    kind = keys['expect'][0]
    if 'armored' in keys:
        marked = body.startswith(b'-----BEGIN AGE ENCRYPTED FILE-----')
        return 'armour', ARMOUR if marked else NO_AGE
    if name in GRAMMAR:
        return name.split('_')[0], BAD_HEADER
    # The fault may be inside a stanza of a kind that we do not open: the
    # header is as good as the grammar can tell, and nothing matches.
    if name == 'scrypt_uppercase':    # a kind that nobody knows
        return 'scrypt', KINDS['no match']
    if name.startswith('scrypt'):
        return 'scrypt', PASSPHRASE
    if name.startswith('hybrid'):
        return 'hybrid', KINDS['no match']
    return 'x25519', KINDS[kind]


def fits(got, want):
    if got is None or want is None:
        return got is want
    return got[:2] == want[:2] and want[2] in got[2]


def is_right(name, keys, body, program, fault=''):
    """Its family, and what came instead of what must come, or None."""
    run = subprocess.run([program, 'age-by', *keys.get('identity', [])],
                         env=dict(os.environ, AGE_FAULT=fault),
                         input=body, capture_output=True)
    got = None if run.returncode == 0 else \
        tuple(run.stderr.decode().strip().split(' ', 2))
    family, want = due(name, keys, body)
    good = fits(got, want)
    # What is released, even before a refusal, is what the vector says.
    if want is None or want[0] == 'next':
        good = good and \
            hashlib.sha256(run.stdout).hexdigest() == keys['payload'][0]
    else:
        good = good and run.stdout == b''
    return family, None if good else f'{name}: wanted {want}, got {got}'


vectors = {n: load(os.path.join(folder, n)) for n in sorted(os.listdir(folder))
           if n != 'README.md'}
counts = collections.Counter()
failed = []
for name, vector in vectors.items():
    family, wrong = is_right(name, *vector, tool)
    counts[family] += 1
    if wrong:
        failed.append(wrong)

# The vectors that the planted faults are about, and those they fool.
FAULTS = {'mac': 'HMAC failure', 'canonical': 'header failure',
          'end': 'payload failure'}
for fault, kind in FAULTS.items():
    asked = [n for n, (keys, body) in vectors.items()
             if keys['expect'][0] == kind and
             due(n, keys, body)[1] == KINDS[kind]]
    fooled = [n for n in asked if is_right(n, *vectors[n], planted, fault)[1]]
    print(f'planted, no check of {fault}: {len(fooled)} of {len(asked)} '
          f'vectors of its kind fail: {" ".join(fooled)}')
    if not fooled:
        failed.append(f'planted, no check of {fault}: not seen')

print(*failed, sep='\n', end='\n' if failed else '')
print(', '.join(f'{n} {family}' for family, n in sorted(counts.items())))
if failed:
    print(f'[  FAILED  ] {len(failed)} test(s), listed above:')
print(f'[  PASSED  ] {len(vectors) + len(FAULTS) - len(failed)} test(s).')
right = counts == {'armour': 33, 'hybrid': 18, 'scrypt': 25, 'x25519': 67}
sys.exit(bool(failed) or not right)
