#!/usr/bin/env python3
"""A laptop on ext4 that loses its power (SAFETY D2, D4, D6; (d) 4 and 5).

A user-mode Linux runs the program, which saves one record after another and
says of each that it is saved; at a random moment the power is cut.  The next
start must find a register in which all is verified and every record that was
said to be saved.  On some disks the cut comes while the register is being made:
afterwards it can be made, or it is there and whole.

In the same run a program that does not sync must be caught.

CUTS (1,000) says how many; FIRST (300) how many of a first start besides."""
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE + '/../tools')
import uml    # noqa: E402

CUTS = int(os.environ.get('CUTS', '1000'))
FIRST = int(os.environ.get('FIRST', '300'))
ON_ONE_DISK = 25
BUILD = os.path.abspath('optimised')


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, **more)
    if done.returncode != 0:
        sys.exit(f'{words}: {done.returncode}: {done.stderr.decode()}')


class Disk:
    def __init__(self, work):
        self.path = work + '/disk.img'
        self.saved = set()    # said to be saved before the last start
        self.made = False     # it was said that the register is made
        if os.path.exists(self.path):
            os.remove(self.path)
        with open(self.path, 'wb') as f:
            f.truncate(256 << 20)
        run('mkfs.ext4', '-q', self.path)


class Count:
    def __init__(self):
        self.cuts = self.saved = self.first = 0
        self.faults = []

    def __str__(self):
        return (f'{self.cuts} cuts, {self.first} of them before the register '
                f'was made, {self.saved} records saved, '
                f'{len(self.faults)} faults')


def look(disk, lines, count):
    """What the start said of the disk that the last cut left."""
    there = set()
    for line in lines:
        if line.startswith('there '):
            try:
                there.add(json.loads(line[6:])['id'])
            except (ValueError, KeyError):
                count.faults.append(line)
        elif line.startswith('check '):
            if line.split()[1] != '0':
                count.faults.append(line)
        elif line.startswith('init ') and line.split()[1] not in ('0', '4'):
            count.faults.append(line)
        elif line == 'init 0' and disk.made:
            count.faults.append('the register is gone')
    if 'listed' in lines and disk.saved - there:
        count.faults.append(f'{len(disk.saved - there)} records lost')
    if disk.made and 'listed' not in lines:
        count.faults.append('no register: ' + ' | '.join(lines[-3:]))


def cut(disk, work, preload, wait, count):
    """Starts the machine, looks at what is there, and cuts its power."""
    machine = uml.Machine(HERE + '/power_guest.sh', [disk.path], {
        'WORK': work, 'ANSINH': BUILD + '/ansinh', 'PRELOAD': preload,
        'DATA': os.environ['srcdir_abs']})
    if not machine.wait_for('begun', 120):
        sys.exit('the machine does not start: ' + str(machine.cut()))
    if disk.made or disk.saved:
        machine.wait_for('listed', 120)
    machine.wait_for('ended', wait)
    lines = machine.cut()
    if disk.made or disk.saved or 'listed' in lines:
        look(disk, lines, count)
    count.cuts += 1
    if disk.made or 'made 0' in lines or 'init 0' in lines or \
            'init 4' in lines:
        disk.made = True
    else:
        count.first += 1
    for line in lines:
        if line.startswith('{') and line.endswith('}'):
            disk.saved.add(json.loads(line)['saved'])
            count.saved += 1


def sessions(n, work, preload, count):
    disk = None
    for i in range(n):
        if i % ON_ONE_DISK == 0 or count.faults:
            disk = Disk(work)    # what is broken once says nothing more
        cut(disk, work, preload, random.uniform(0, 4), count)
        if preload and count.faults:
            break


def first_starts(n, work, count):
    for _ in range(n):
        disk = Disk(work)
        cut(disk, work, '', random.uniform(0, 0.8), count)
        cut(disk, work, '', 2, count)


KEYS = '''text "Nguyễn Văn Tư"
goto hamlet
text "Thôn 1"
goto member_count
text 3
goto poverty
text none
goto housing
text solid
key F2
'''


def main():
    missing = uml.missing()
    if missing:
        print('packages are missing: apt-get install ' + ' '.join(missing))
        return 1
    run(HERE + '/../tools/long-build', 'optimised')
    seed = int(os.environ.get('SEED', '0')) or random.randrange(1 << 32)
    random.seed(seed)
    print(f'seed {seed}', flush=True)
    right, planted = Count(), Count()
    with tempfile.TemporaryDirectory(prefix='ansinh-power.') as work:
        with open(work + '/pass', 'w') as f:
            f.write('lang rung suoi bien nui\n')
        with open(work + '/keys', 'w') as f:
            f.write(KEYS)
        shim = work + '/no_sync.so'
        run(os.environ.get('CC', 'cc'), '-shared', '-fPIC', '-o', shim,
            HERE + '/no_sync.c')
        sessions(CUTS, work, '', right)
        first_starts(FIRST, work, right)
        sessions(max(CUTS // 10, 10), work, shim, planted)
    print('\n'.join(right.faults[:20]))
    print(f'{right}; without syncs: {planted}')
    if not planted.faults:
        print('the planted fault was not found')
    return int(bool(right.faults) or right.saved == 0 or not planted.faults)


sys.exit(main())
