#!/usr/bin/env python3
"""yaml-long.py ANSINH YAML_TOOL: hostile YAML as whole runs of the program.

1 MiB of one shape, over and over, is given to `ansinh form lint`.  Each must
be refused with a place, within 50 ms and 32 MB (SAFETY (d) 25).  A file that is
large but allowed must be seen to cost more than any of them: so the figures
are measured, and not of a program that reads nothing.

Planted: the reader alone (YAML_TOOL) without its limit of nesting, of entries,
or of directives.  On the same shapes each must be seen to break a bound that
the whole reader keeps."""
import os
import resource
import subprocess
import sys
import tempfile

(ansinh, tool), work = sys.argv[1:], tempfile.mkdtemp()
MIB = 1 << 20
MS_MAX, MB_MAX = 50, 32
ENTRIES = 24990
SHAPES = [b'[', b'{', b'- ', b'? ', b'&a ', b'*a ', b'!!a ',
          b'%TAG ! tag:x,2000:\n', b'[{', b'{a: ', b'- - ? ', b': ', b'? [',
          b'"', b"'", b'|', b'> ', b']', b'}', b',', b'---\n', b'...\n',
          b'a: ', b'a:\n ', b'\\', b'\n', b' ', b'#', b'# \n', b'<<: *a\n',
          b'\xef\xbb\xbf', b'\t', b'\xc3\xa9', b'"\\x41" ', b'[a, ', b'{a, ',
          b'- a\n', b'? a\n', b'a : b : ', b'\x1b[', b'\xff', b'``', b'@',
          b'a: "', b'[?', b'{? ', b'|+\n \n', b'"\\\n', b'!<', b'%Y\n',
          b'- {}\n', b'%TAG !a%d! x\n']


def too_much(ms, mb):
    return ms > MS_MAX or mb > MB_MAX


def fill(shape):
    """A MiB of it, in pieces: the system counts no less memory for a program
    than this script has itself."""
    if b'%d' in shape:    # the same tag twice stops libyaml by itself
        return (shape.replace(b'%d', b'%d' % i) for i in range(62000))
    return (shape for _ in range(MIB // len(shape)))


def run(data, *words):
    """(milliseconds of CPU, MB at the most, exit status, what was said)"""
    path = os.path.join(work, 'hostile.yaml')
    with open(path, 'wb') as f:
        f.writelines(data)
    p = subprocess.Popen([*(words or (ansinh, 'form', 'lint')), path],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = p.stdout.read()
    _, status, usage = os.wait4(p.pid, 0)
    return ((usage.ru_utime + usage.ru_stime) * 1000,
            usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), said)


faults, slowest, largest = 0, 0, 0
for shape in SHAPES:
    ms, mb, status, said = min((run(fill(shape)) for _ in range(3)),
                               key=lambda r: r[0])
    slowest, largest = max(slowest, ms), max(largest, mb)
    if status not in (1, 4) or b'hostile.yaml:' not in said:
        print(f'{shape!r}: exit {status}: {said[:200]!r}')
        faults += 1
    if too_much(ms, mb):
        print(f'{shape!r}: {ms:.0f} ms, {mb:.0f} MB')
        faults += 1
# Entries up to the limit of the reader, each a fault of the form.
ms, mb, status, said = run([b'pages:\n'] + [b'- ' + b'a' * 38 + b'\n'] * ENTRIES)
if mb <= largest or ms <= slowest or status != 1:
    print(f'allowed: {ms:.0f} ms, {mb:.0f} MB, exit {status}')
    faults += 1
for reader, due in (('whole', False), ('deep', True), ('many', True),
                    ('percent', True)):
    worst = [(round(ms), round(mb), shape) for shape in SHAPES
             for ms, mb, _, _ in [run(fill(shape), tool, reader)]
             if too_much(ms, mb)]
    print(f'reader {reader}: {len(worst)} shapes take too much, at worst '
          f'{max(worst, default="")}')
    faults += bool(worst) != due
print(f'{len(SHAPES)} shapes of 1 MiB: at most {slowest:.0f} ms of CPU, '
      f'{largest:.0f} MB; {ENTRIES} entries that are allowed: {ms:.0f} ms, {mb:.0f} MB; '
      f'{faults} faults')
sys.exit(faults > 0)
