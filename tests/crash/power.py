#!/usr/bin/env python3
"""A laptop on ext4 that loses its power (SAFETY D2, D4, D6; (d) 4 and 5).

A user-mode Linux runs the program, which saves one record after another and
says of each that it is saved; at a random moment the power is cut.  The next
start must find a register in which all is verified, every record that was said
to be saved, and at most one for each cut that was not.

On fresh disks the cut comes while the register is being made: it is there and
whole afterwards, which it must be if that was said, or it can be made.  At
least half of these cuts fall before it is said, and a quarter of them leave
something half made.

In the same run a program that does not sync must be caught, and one that gives
the register its name before its database is on the disk.

CUTS (1,000) says how many; FIRST (300) how many of a first start besides.
A tenth as many again are for the planted faults."""
import json
import os
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE + '/../tools')
import uml    # noqa: E402

CUTS = int(os.environ.get('CUTS', '1000'))
FIRST = int(os.environ.get('FIRST', '300'))
ON_ONE_DISK = 25
BUILD = os.path.abspath('optimised')
ENV = {'ANSINH': BUILD + '/ansinh', 'DATA': os.environ['srcdir_abs']}


class Disk:
    """The laptop's disk, and what was said of the register on it."""

    def __init__(self, folder, rng, name='disk.img'):
        self.path = uml.image(f'{folder}/{name}', 256, 'mkfs.ext4', '-q')
        self.made = False
        self.saved = set()
        self.cuts = 0

    def is_full(self):
        return False

    def heard(self, lines, tally):
        """What was said until a cut."""
        before = len(self.saved)
        for line in lines:
            if line.startswith('{') and line.endswith('}'):
                self.saved.add(json.loads(line)['saved'])
            elif line.startswith('made 0'):
                self.made = True
        self.cuts += 1
        tally.add(records_saved=len(self.saved) - before)

    def faults(self, lines, tally):
        """What the next start says of it, as (kind, text)...; it makes a
        register if there is none."""
        there = set()
        for line in lines:
            word, status = (line.split(' ') + [''])[:2]
            if word == 'there' and status.startswith('{'):
                there.add(json.loads(line[6:])['id'])
            elif word == 'init' and status == '0' and self.made:
                yield 'gone', line
            elif word == 'there' or \
                    word == 'init' and status not in ('0', '4') or \
                    word == 'check' and status != '0':
                yield 'not whole', line
        self.made = True
        if 'listed' not in lines:
            yield 'not whole', 'the machine stopped: ' + ' | '.join(lines[-3:])
        if self.saved - there:
            yield 'lost', f'{len(self.saved - there)} records'
        if len(there - self.saved) > self.cuts:
            yield 'invented', f'{len(there - self.saved)} records'


def starting(part, here, left, env):
    """A machine that says what is on the disk `left` and then does its part on
    the disk `here`."""
    images = [here.path] if left in (None, here) else [here.path, left.path]
    return uml.Machine(HERE + '/power_guest.sh', images, {
        **ENV, **env, 'PART': part, 'HERE': '/dev/ubda',
        'LEFT': left and f'/dev/ubd{"ab"[len(images) - 1]}' or ''})


def saving(env):
    return uml.chain(Disk, lambda disk: starting('saving', disk, disk, env),
                     uml.after('{', 6))


def syncs_of_making(folder, env):
    """How many there are, and how many seconds one takes here and now."""
    disk = Disk(folder, None)
    machine = starting('making', disk, None, env).begun()
    since = time.monotonic()
    machine.wait_for('made')
    takes = time.monotonic() - since
    machine.cut()
    n = machine.count('sync')
    return n, takes / (n + 1)


def making(since, env):
    """A chain of cuts of first starts, each on a fresh disk, at or after one of
    their syncs, of which a part is left out; one machine looks at a disk and
    goes on with the next."""
    def chain(tally, n, rng, folder):
        syncs, one = syncs_of_making(folder, env)
        left = None
        for i in range(n + 1):
            disk = Disk(folder, rng, f'{i % 2}.img') if i < n else left
            machine = starting('making' if i < n else 'none', disk, left,
                               env).begun()
            if left is not None:
                uml.judge(tally, left, machine.lines)
            if i < n:
                machine.wait_for(
                    'sync', 60, rng.randint(int(syncs * since), syncs))
                time.sleep(rng.uniform(0, one))
            lines = machine.cut()
            if left is not None:
                tally.add(**{'left_' + what_is_left(lines): 1})
            left = disk
            if i < n:
                disk.heard(lines[lines.index('begun'):], tally)
                tally.add(not_said=not disk.made)
    return chain


def what_is_left(lines):
    names = [line for line in lines if line.startswith('left')][0].split()[1:]
    return 'whole' if 'keys.json' in names else 'half' if names else 'nothing'


def main():
    seed = uml.begin()
    uml.run(HERE + '/../tools/long-build', BUILD)
    with tempfile.TemporaryDirectory(prefix='ansinh-power.') as work:
        ENV['WORK'] = work
        with open(work + '/pass', 'w') as f:
            f.write('lang rung suoi bien nui\n')
        with open(work + '/keys', 'w') as f:
            f.write(uml.run('sh', '-c', '. "$0"; household_keys',
                            HERE + '/../cli/records.sh'))
        ENV['SYNCS'] = uml.preload(HERE + '/no_sync.c', work + '/no_sync.so')
        tallies = []
        for what, n, chain in (
                ('saving', CUTS, saving({})),
                ('first starts', FIRST, making(0, {})),
                ('planted: saving without syncs', max(CUTS // 10, 10),
                 saving({'NO_SYNC_OF': '/'})),
                ('planted: first starts of an unsynced database',
                 max(FIRST // 10, 10), making(0.8, {'NO_SYNC_OF': '/db'}))):
            tallies.append(uml.Tally(what, n))
            uml.side_by_side(chain, tallies[-1], ON_ONE_DISK, seed)
            print(tallies[-1], flush=True)
    saved, made, unsynced, early = tallies
    uml.end([saved, made], [(unsynced, ['lost', 'not whole']),
                            (early, ['not whole'])], [
        ('too few records were saved', saved.n['records_saved'] >= CUTS),
        ('too few cuts fell into a first start',
         made.n['not_said'] >= FIRST // 2),
        ('too few first starts left something half made',
         made.n['left_half'] >= FIRST // 4)])


main()
