#!/usr/bin/env python3
"""A vfat stick whose machine loses its power (SAFETY W1-W7, (d) 6 and 7).

A user-mode Linux works on the stick with the program's own code, at a random
moment its power is cut, and the next start looks at the stick.  There must be,
whole and signed, every file that was said to be written; any other must be
whole or be recognised as torn, without a key.  The stick and the laptop stay
for ten cuts, so that a later cut may not harm an earlier file.  The work is:

- bundles are written one after the other, and nothing is acknowledged;
- the same on sticks that are new, while the folder is made, and after that;
- the same by `ansinh export` itself;
- two desks hand over and acknowledge, so that old bundles are removed.  What
  may go is what the other side has taken in and answered, but for the newest 8
  (W7); and nothing may go or change because it was read (W6).  Many of these
  cuts are while a bundle is being removed, and while one is taken in.

In the same run must be caught: a writer without the second sync of the file,
one that with an old bundle removes a new one, and one that takes the bundles
off the stick which it takes in.

CUTS (500) says how many cuts; a tenth of them is by the program, a tenth on new
sticks, three tenths are of the two desks; a twentieth as many again is for each
planted fault."""
import os
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE + '/../tools')
import uml    # noqa: E402

CUTS = int(os.environ.get('CUTS', '500'))
ON_ONE_STICK = 10    # cuts, or as many files as a stick is for
FILES_MAX = 200
STICK_MIB = (200, 600)    # FAT16, FAT32; the images are sparse
KEPT = 8
BUILD = os.path.abspath('optimised')
TOOL = BUILD + '/tests/handoff/handoff_tool'
ANSINH = BUILD + '/ansinh'
ENV = {'TOOL': TOOL, 'ANSINH': ANSINH, 'DATA': os.environ['srcdir_abs']}
TORN = ('ERR_FORMAT', 'ERR_STICK')
# who sends to whom, if it is answered
OTHER = {'298': '11149', '11149': '298', '299': '11149'}


def number(name):
    return int(name.split('.')[0].rsplit('-', 1)[1])


class Stick:
    """A stick and the disk of the laptop, and what was said of the stick.  To
    whom a bundle is says whose it is, so all is by that."""

    def __init__(self, folder, rng):
        self.path = uml.image(folder + '/stick.img', rng.choice(STICK_MIB),
                              'mkfs.vfat')
        self.laptop = uml.image(folder + '/laptop.img', 256, 'mkfs.ext4', '-q',
                                '-d', ENV['WORK'] + '/laptop')
        self.images = [self.path, self.laptop]
        self.cuts = 0
        self.folder = None    # its size, which must not change
        self.to = {}          # of each bundle that must be there
        self.answers = {}     # up to which number it may acknowledge
        self.taken = dict.fromkeys(OTHER, 0)    # up to which number, at most
        self.acked = dict.fromkeys(OTHER, 0)
        self.exporting = '298'
        self.past = set()     # bundles that may be gone

    def is_full(self):
        return len(self.to) > FILES_MAX

    def written(self, name):
        self.to[name] = self.exporting
        self.answers[name] = self.taken[OTHER[self.exporting]]

    def heard(self, lines, tally):
        before = len(self.to)
        doing = None
        for line in lines:
            word, _, rest = line.partition(' ')
            if word == 'exporting':
                self.exporting = rest
                doing = 'writing'
            elif word.endswith('.ansinh'):
                self.written(os.path.basename(word))
                doing = None
            elif line.startswith('Đã ghi và đọc lại: '):
                self.written(line.split(': ')[1].split(' ')[0] + '.ansinh')
            elif word == 'taking':
                to = self.to[rest]
                self.taken[to] = number(rest)
                self.acked[OTHER[to]] = max(self.acked[OTHER[to]],
                                            self.answers[rest])
                doing = 'taking'
            elif word == 'took':
                doing = None
            elif word == 'removing':
                doing = 'removing'
        self.cuts += 1
        tally.add(written=len(self.to) - before)
        if doing is not None:
            tally.add(**{'while_' + doing: 1})

    def may_go(self):
        for to in OTHER:
            acked = sorted(name for name in self.to if self.to[name] == to
                           and number(name) <= self.acked[to])
            yield from acked[:-KEPT]

    def faults(self, lines, tally):
        """What the next start says of it, as (kind, text)..."""
        found = dict(line.split(' ')[1:] for line in lines
                     if line.startswith('file '))
        for line in lines:
            if line.startswith('folder '):
                if self.folder not in (None, line):
                    yield 'folder', f'{line}, was {self.folder}'
                self.folder = line
        for name in list(self.may_go()):
            if found.get(name) != 'whole':
                self.past.add(name)
                del self.to[name]
                tally.add(removed=1)
        for name in self.to:
            if name not in found:
                yield 'gone', name
            elif found[name] != 'whole':
                yield 'torn', f'{name}: {found[name]}'
        for name in set(found) - set(self.to) - self.past - {'*.ansinh'}:
            if found[name] == 'whole':
                tally.add(unsaid_whole=1)
                self.written(name)    # and so it must stay
            elif found[name] in TORN:
                tally.add(unsaid_torn=1)
                self.past.add(name)
            else:
                yield 'not seen to be torn', f'{name}: {found[name]}'


def starting(env):
    return lambda stick: uml.Machine(HERE + '/stick_power_guest.sh',
                                     stick.images, {**ENV, **env})


at_bundles = uml.after('stick/', 8)
at_program = uml.after('Đã ghi', 2)


def at_first(machine, rng):
    """Half of the cuts before the first bundle is written; else it must be."""
    if rng.random() < 0.5:
        machine.wait_for('sync', 60, rng.randint(1, 6))
    else:
        machine.wait_for('stick/', 60)
    time.sleep(rng.uniform(0, 0.02))


def at_rounds(machine, rng):
    """More than half of the cuts when bundles are removed, a quarter when one
    is taken in.  It takes some rounds until there are old ones."""
    kind = rng.random()
    if kind < 0.6:
        machine.wait_for('removing', 60, rng.randint(1, 6))
        time.sleep(rng.choice((0, rng.uniform(0, 0.01))))
    elif kind < 0.85:
        machine.wait_for('taking', 60, rng.randint(1, 2))
        time.sleep(rng.uniform(0, 0.1))
    else:
        at_bundles(machine, rng)


def laptop(work):
    """The desks: who hands over, who takes in, who never answers, who only
    looks; and the program's."""
    desks = work + '/laptop'
    os.mkdir(desks)
    for desk in ('commune 11149 commune CCCC', 'district 298 district DDDD',
                 'silent 299 district SSSS', 'checker 298 district EEEE'):
        name, *words = desk.split()
        uml.run(TOOL, 'new', f'{desks}/{name}', *words, 'Thử')
    with open(work + '/pass', 'w') as f:
        f.write('lang rung suoi bien nui\n')
    env = dict(os.environ, ANSINH_HOME=desks + '/home',
               ANSINH_DATA=ENV['DATA'])

    def program(*words):
        uml.run(ANSINH, '--passphrase-file', work + '/pass', *words, env=env)
    program('init', '--role', 'commune', '--unit', '11149', '--officer',
            'Nguyễn Văn Thử', '--kdf-mib', '8')
    program('demo', '--seed', '3', '--persons', '300')
    program('trust', desks + '/district/card', '--yes')
    program('card', '--out', desks + '/home/card')
    for knows, whom in (('commune', 'district silent'),
                        ('district', 'commune'),
                        ('checker', 'commune district home')):
        for desk in whom.split():
            uml.run(TOOL, 'trust', f'{desks}/{knows}', f'{desks}/{desk}/card')


def main():
    seed = uml.begin()
    uml.run(HERE + '/../tools/long-build', BUILD)
    uml.run('make', '-s', '-C', BUILD, 'tests/handoff/handoff_tool')
    few = max(CUTS // 20, 6)
    some, desks = CUTS // 10, CUTS * 3 // 10

    def cuts(what, n, moment, in_one=ON_ONE_STICK, **env):
        tally = uml.Tally(what, n)
        uml.side_by_side(uml.chain(Stick, starting(env), moment), tally,
                         in_one, seed)
        print(tally, flush=True)
        return tally
    with tempfile.TemporaryDirectory(prefix='ansinh-power.') as work:
        ENV['WORK'] = work
        laptop(work)
        ENV['SHIM'] = uml.preload(HERE + '/stick_shim.c', work + '/shim.so')
        drop = uml.preload(HERE + '/fsync_drop.c', work + '/drop.so')
        right = [
            cuts('writing', CUTS - 2 * some - desks, at_bundles,
                 WRITER='exports'),
            cuts('new sticks', some, at_first, 3, WRITER='exports'),
            cuts('by the program', some, at_program, WRITER='program'),
            cuts('with receipts', desks, at_rounds, WRITER='rounds')]
        planted = [
            (cuts('planted: no second sync', few, at_bundles, WRITER='exports',
                  SHIM=drop), ['torn']),
            (cuts('planted: a new one removed', few, at_rounds,
                  WRITER='rounds', STICK_FAULT='tidy'), ['gone']),
            (cuts('planted: what is read is removed', few, at_rounds,
                  WRITER='rounds', TAKE_FAULT='take'), ['gone'])]
    n = right[-1].n
    uml.end(right, planted, [
        ('too few bundles were written',
         sum(tally.n['written'] for tally in right) >= 2 * CUTS),
        ('too few cuts while a bundle was removed',
         n['while_removing'] >= desks // 6),
        ('too few cuts while a bundle was taken in',
         n['while_taking'] >= desks // 10),
        ('too few bundles were removed', n['removed'] >= desks)])


main()
