#!/usr/bin/env python3
"""Every vector of tests/data/age-testkit against our age reader: the kind of
the refusal, and the sum of what was released before it."""
import hashlib
import os
import subprocess
import sys
import zlib

tool, folder = sys.argv[1:]

# What the reader says for each `expect:`; stage, error.
KINDS = {
    'success': None,
    'no match': ('open', 'ERR_RECIPIENT'),
    'HMAC failure': ('open', 'ERR_HASH'),
    'header failure': ('open', 'ERR_FORMAT'),
    'payload failure': ('next', 'ERR_HASH'),
    'armor failure': ('open', 'ERR_FORMAT'),
}


def load(path):
    head, body = open(path, 'rb').read().split(b'\n\n', 1)
    keys = {}
    for line in head.decode().split('\n'):
        key, value = line.split(': ', 1)
        keys.setdefault(key, []).append(value)
    if 'compressed' in keys:
        body = zlib.decompress(body)
    return keys, body


def due(name, keys):
    """What must come: (stage, error), or None for success."""
    if 'armored' in keys:
        return ('open', 'ERR_FORMAT')    # armour is not taken at all
    kind = keys['expect'][0]
    if kind == 'success' and name.startswith(('scrypt', 'hybrid')):
        return ('open', 'ERR_RECIPIENT')  # nobody whom we can be
    if kind == 'header failure' and name.startswith(('scrypt_', 'hybrid_')):
        # The fault is inside a stanza of a kind that we do not open: the
        # header is as good as the grammar can tell, and nothing matches.
        if name in ('scrypt_double', 'scrypt_and_x25519',
                    'scrypt_not_canonical_body', 'hybrid_x25519_arg',
                    'hybrid_not_canonical_body'):
            return ('open', 'ERR_FORMAT')
        return ('open', 'ERR_RECIPIENT')
    return KINDS[kind]


names = sorted(n for n in os.listdir(folder) if n != 'README.md')
passed = failed = exact = 0
for name in names:
    keys, body = load(os.path.join(folder, name))
    run = subprocess.run([tool, 'age-by', *keys.get('identity', [])],
                         input=body, capture_output=True)
    said = run.stderr.decode().split(' ', 2)[:2]
    got = None if run.returncode == 0 else tuple(said)
    want = due(name, keys)
    good = got == want
    # What is released, even before a refusal, is what the vector says.
    if want is None or want[0] == 'next':
        good = good and \
            hashlib.sha256(run.stdout).hexdigest() == keys['payload'][0]
    else:
        good = good and run.stdout == b''
    if want == KINDS[keys['expect'][0]]:
        exact += 1
    if good:
        passed += 1
    else:
        failed += 1
        print(f'{name}: wanted {want}, got {got}; {run.stderr.decode()}')

print(f'{len(names)} vectors, {exact} answered as an age of all kinds would')
print(f'[  PASSED  ] {passed} test(s).')
if failed:
    print(f'[  FAILED  ] {failed} test(s), listed above:')
sys.exit(failed > 0 or len(names) != 143)
