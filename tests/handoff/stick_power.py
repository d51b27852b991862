#!/usr/bin/env python3
"""Bundles written to a vfat stick whose machine loses its power (SAFETY W1-W7,
(d) 6 and 7).

A user-mode Linux writes bundles with the program's own code, one after the
other, and says of each when it is written.  At a random moment its power is
cut.  Then every file that was said to be written must be on the stick, whole
and signed; any other must be whole or be recognised as torn, without a key.
The stick stays for ten cuts, so that a later cut may not harm an earlier file.

In the same run the writer without the second sync of the file must be caught:
the same cuts must then find files that were announced and are not there.

CUTS (500) says how many cuts; a tenth of them is by `ansinh export` itself, and
a tenth as many again are for the planted fault.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'tools'))
import uml    # noqa: E402

CUTS = int(os.environ.get('CUTS', '500'))
ON_ONE_STICK = 10    # cuts, or as many files as a stick is for
FILES_MAX = 200
STICK_MIB = (200, 600)    # FAT16, FAT32; the images are sparse
HERE = os.path.dirname(os.path.abspath(__file__))
BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, **more)
    if done.returncode != 0:
        sys.exit(f'{words}: {done.returncode}: {done.stderr.decode()}')
    return done.stdout.decode()


# A sanitizer does not run under that kernel.
BUILD = os.path.abspath('optimised')
run(HERE + '/../tools/long-build', BUILD)
run('make', '-s', '-C', BUILD, 'tests/handoff/handoff_tool')
TOOL = BUILD + '/tests/handoff/handoff_tool'
ANSINH = BUILD + '/ansinh'


class Stick:
    """An image, and what was said to be on it."""

    def __init__(self, work):
        self.path = os.path.join(work, 'stick.img')
        self.said = []
        self.folder = None    # its size, which must not change
        if os.path.exists(self.path):
            os.remove(self.path)
        with open(self.path, 'wb') as f:
            f.truncate(random.choice(STICK_MIB) << 20)
        run('mkfs.vfat', self.path)

    def read(self, folder):
        """Copies the bundles there are into the folder; their names.  mtools
        stops at a file whose clusters are not all there; such a one is left
        empty here."""
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        if self._mtools('mcopy', '-n', '::ANSINH/*.ansinh', folder):
            return os.listdir(folder)
        listed = self._mtools('mdir', '-b', '::ANSINH/*.ansinh') or ''
        names = [os.path.basename(line) for line in listed.split()]
        for name in names:
            self._mtools('mcopy', '-n', f'::ANSINH/{name}', folder)
            open(f'{folder}/{name}', 'ab').close()
        return names

    def _mtools(self, tool, *words):
        done = subprocess.run([tool, '-i', self.path, *words],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              env=dict(os.environ, MTOOLS_SKIP_CHECK='1'))
        return (done.stdout.decode() or 'done') if done.returncode == 0 \
            else None


def announced(lines, writer):
    """The names that the writer said are on the stick."""
    names = []
    for line in lines:
        if writer == 'tool' and line.endswith('.ansinh'):
            names.append(line.rsplit('/', 1)[1])
        elif line.startswith('Đã ghi và đọc lại: '):
            names.append(line.split(': ', 1)[1].split(' ')[0] + '.ansinh')
    return names


class Count:
    def __init__(self):
        self.cuts = self.said = self.unsaid = self.torn = 0
        self.by_kernel = 0
        self.bad = {}    # name: what it is instead

    def __str__(self):
        empty = sum(what in ('empty', 'ERR_FORMAT')
                    for what in self.bad.values())
        return (f'{self.cuts} cuts, {self.said} files said to be written, '
                f'{len(self.bad)} bad of which {empty} empty or torn; '
                f'{self.unsaid} more, {self.torn} of them torn; '
                f'{self.by_kernel} times read by the kernel alone')


def by_mtools(stick, work):
    """What each bundle on the stick is, as mtools reads it: fast."""
    folder = os.path.join(work, 'read')
    verdict = {name: 'empty' if os.path.getsize(f'{folder}/{name}') == 0
               else None for name in sorted(stick.read(folder))}
    if verdict:
        said = run(TOOL, 'whole', work + '/district',
                   *[f'{folder}/{name}' for name in verdict])
        for line in said.splitlines():
            path, word = line.rsplit(' ', 1)
            name = os.path.basename(path)
            verdict[name] = verdict[name] or word
    return verdict


def by_kernel(stick, work):
    """The same as the next laptop reads it.  mtools gives up a folder of which
    a cluster was being added when the power went; the kernel reads what was
    there before."""
    machine = uml.Machine(HERE + '/stick_power_guest.sh', [stick.path], {
        'WORK': work, 'TOOL': TOOL, 'WRITER': 'none'})
    if not machine.wait_for('ended', 120):
        sys.exit('the machine does not read: ' + str(machine.cut()))
    return {os.path.basename(line.split(' ')[0]): line.split(' ')[1]
            for line in machine.cut() if line.startswith('/mnt/stick/')}


def check(stick, work, count):
    verdict = by_mtools(stick, work)
    if any(verdict.get(name) != 'whole' for name in stick.said):
        verdict = by_kernel(stick, work)
        count.by_kernel += 1
    for name in stick.said:
        if verdict.get(name) != 'whole':
            count.bad[name] = verdict.get(name, 'not there')
    for name in set(verdict) - set(stick.said):
        count.unsaid += 1
        if verdict[name] in ('ERR_FORMAT', 'empty', 'ERR_STICK'):
            count.torn += 1
        elif verdict[name] != 'whole':
            count.bad[name] = 'torn, and only ' + verdict[name]


def cuts(n, work, writer, preload, count):
    machine_env = {'WORK': work, 'TOOL': TOOL, 'ANSINH': ANSINH,
                   'WRITER': writer, 'PRELOAD': preload,
                   'DATA': os.environ['srcdir_abs']}
    stick = None
    for i in range(n):
        # one device for all runs of the program: a fresh stick for each
        if stick is None or writer != 'tool' or i % ON_ONE_STICK == 0 \
                or len(stick.said) > FILES_MAX:
            stick = Stick(work)
        count.cuts += 1
        device = ''.join(random.choices(BASE32, k=4))
        if writer == 'tool':
            # the district knows its card, for the check afterwards
            run(TOOL, 'new', work + '/known', '11149', 'commune', device,
                'Xã Thử')
            run(TOOL, 'trust', work + '/district', work + '/known/card')
            shutil.rmtree(work + '/known')
        machine = uml.Machine(HERE + '/stick_power_guest.sh', [stick.path],
                              dict(machine_env, DEVICE=device))
        begun = machine.wait_for('begun')
        ended = begun and machine.wait_for('ended', random.uniform(0, 3))
        lines = machine.cut()
        full = ended and 'ERR_NOSPACE' in ''.join(lines[-2:])
        if not begun or (ended and not full):
            sys.exit('the machine does not write:\n' + '\n'.join(lines[-20:]))
        for line in lines:
            if line.startswith('folder '):
                if stick.folder not in (None, line):
                    count.bad[line] = 'but it was ' + stick.folder
                stick.folder = line
        names = announced(lines, writer)
        stick.said += names
        count.said += len(names)
        check(stick, work, count)
        if count.bad and not preload:
            shutil.copy(stick.path, 'stick_power-bad.img')
            return
        if full:
            stick = None


def prepare(work):
    run(TOOL, 'new', work + '/district', '298', 'district', 'D2DD',
        'Huyện Thử')
    with open(work + '/pass', 'w') as f:
        f.write('lang rung suoi bien nui\n')
    program = [ANSINH, '--passphrase-file', work + '/pass']
    env = dict(os.environ, ANSINH_HOME=work + '/home',
               ANSINH_DATA=os.environ['srcdir_abs'])
    run(*program, 'init', '--role', 'commune', '--unit', '11149', '--officer',
        'Nguyễn Văn Thử', '--kdf-mib', '8', env=env)
    run(*program, 'demo', '--seed', '3', '--persons', '300', env=env)
    run(*program, 'trust', work + '/district/card', '--yes', env=env)
    run(*program, 'card', '--out', work + '/home.card', env=env)
    run(TOOL, 'trust', work + '/district', work + '/home.card')
    shim = work + '/fsync_drop.so'
    run(os.environ.get('CC', 'cc'), '-shared', '-fPIC', '-O2', '-o', shim,
        HERE + '/fsync_drop.c')
    return shim


def main():
    missing = uml.missing()
    if missing:
        print('packages are missing: apt-get install ' + ' '.join(missing))
        return 1
    seed = int(os.environ.get('SEED', '0')) or random.randrange(1 << 32)
    random.seed(seed)
    print(f'seed {seed}')
    right, planted = Count(), Count()
    with tempfile.TemporaryDirectory(prefix='ansinh-power.') as work:
        shim = prepare(work)
        cuts(CUTS - CUTS // 10, work, 'tool', '', right)
        cuts(CUTS // 10, work, 'program', '', right)
        cuts(max(CUTS // 10, 3), work, 'tool', shim, planted)
    for name, what in list(right.bad.items())[:20]:
        print(f'{name}: {what}')
    print(f'{right}; without the second sync: {planted}')
    if not planted.bad:
        print('the planted fault was not found')
    return int(bool(right.bad) or right.said == 0 or not planted.bad)


sys.exit(main())
