"""Machines that can lose their power: user-mode Linux on this machine's files.

The root is the host's own, read only, so a guest's init can be any script of
the tree.  A cut is SIGKILL of the whole process group: what the guest's kernel
had not yet written to its disk images is gone, as with a pulled plug.

A test is many chains of cuts, each on a disk of its own, side by side on all
processors; what becomes of them is added up in a Tally.
"""
import atexit
import collections
import concurrent.futures
import glob
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

NEEDS = {
    'linux.uml': 'user-mode-linux',
    'insmod': 'kmod',
    'mkfs.ext4': 'e2fsprogs',
    'mkfs.vfat': 'dosfstools',
}
# What else three quarters of a boot are spent on.
QUICK = ['initcall_blacklist=raid6_select_algo', 'pty.legacy_count=0',
         'zswap.enabled=0']
BOOT_MAX = 120    # seconds, on a machine that does much else
SAY_EVERY = 30


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, **more)
    if done.returncode != 0:
        raise SystemExit(f'{words}: {done.returncode}: {done.stderr.decode()}')
    return done.stdout.decode()


def modules():
    found = glob.glob('/usr/lib/uml/modules/*/kernel')
    if not found:
        raise SystemExit('user-mode-linux has no modules')
    return found[0]


def preload(source, to):
    """Builds a library for LD_PRELOAD."""
    run(os.environ.get('CC', 'cc'), '-shared', '-fPIC', '-O2', '-o', to,
        source, '-ldl')
    return to


def image(path, mib, *mkfs):
    """A sparse file with a file system."""
    if os.path.exists(path):
        os.remove(path)
    with open(path, 'wb') as f:
        f.truncate(mib << 20)
    run(*mkfs, path)
    return path


class Machine:
    """Runs INIT with the images as /dev/ubda, ubdb...; `env` reaches it as
    environment.  Its console comes as lines."""
    running = set()

    def __init__(self, init, images, env):
        words = ['linux.uml', 'mem=256M', 'rootfstype=hostfs', 'rootflags=/',
                 'ro', 'quiet', 'con=null', 'con0=null,fd:1',
                 f'init={init}', f'MODULES={modules()}', *QUICK]
        words += [f'ubd{i}={image}' for i, image in enumerate(images)]
        words += [f'{key}={value}' for key, value in env.items()]
        self.lines = []
        self.news = threading.Condition()
        self.gone = False    # it ended by itself
        self.place = tempfile.mkdtemp(prefix='ansinh-uml.')
        self.process = subprocess.Popen(
            words + ['uml_dir=' + self.place], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True)
        Machine.running.add(self)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            if line.endswith(b'\n'):    # a torn line was never read by anybody
                with self.news:
                    self.lines.append(line.decode(errors='replace').rstrip())
                    self.news.notify_all()
        with self.news:
            self.gone = True
            self.news.notify_all()

    def wait_for(self, word, seconds=BOOT_MAX, times=1):
        """Whether so many lines that begin with word have come."""
        with self.news:
            self.news.wait_for(
                lambda: self.gone or self.count(word) >= times, seconds)
            return self.count(word) >= times

    def count(self, word):
        return sum(line.startswith(word) for line in self.lines)

    def begun(self):
        if not self.wait_for('begun'):
            raise SystemExit('the machine does not start: '
                             + ' | '.join(self.cut()[-5:]))
        return self

    def cut(self):
        """The power is gone; returns what had been said by then."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.reader.join(10)
        self.process.stdout.close()
        shutil.rmtree(self.place, ignore_errors=True)
        Machine.running.discard(self)
        return self.lines


@atexit.register
def cut_all():
    for machine in list(Machine.running):
        machine.cut()


class Tally:
    """What the cuts of one kind come to: numbers by what they count, and
    faults by their kind.  Says so now and then."""
    said = time.monotonic()
    begun = said
    lock = threading.Lock()

    def __init__(self, what, wanted):
        self.what, self.wanted = what, wanted
        self.n = collections.Counter(cuts=0)
        self.faults = collections.Counter()

    def add(self, **numbers):
        with self.lock:
            self.n.update(numbers)
            now = time.monotonic()
            if now - Tally.said > SAY_EVERY:
                Tally.said = now
                took = int(now - self.begun)
                print(f'{took // 60:02}:{took % 60:02} {self}', flush=True)

    def fault(self, kind, text):
        with self.lock:
            self.faults[kind] += 1
            if self.faults[kind] <= 5:
                print(f'{self.what}: {kind}: {text}', flush=True)

    def __str__(self):
        words = [f'{n} {what.replace("_", " ")}'
                 for what, n in self.n.items() if what != 'cuts']
        words += [f'{n} {kind}' for kind, n in self.faults.items()]
        return f'{self.what}: {self.n["cuts"]} of {self.wanted} cuts, ' + \
            ', '.join(words + ([] if self.faults else ['0 faults']))


def after(word, most):
    """The moment when up to so many lines with this word have come, and then
    any, or one when something is being synced."""
    def moment(machine, rng):
        machine.wait_for(word, 60, rng.randint(0, most))
        if rng.random() < 0.5:
            machine.wait_for('sync', 1, machine.count('sync') + 1)
            time.sleep(rng.uniform(0, 0.01))
        else:
            machine.wait_for('ended', rng.uniform(0, 0.3))
    return moment


def chain(disk_of, start, moment):
    """A chain for side_by_side, on one disk until that is full or broken.
    disk_of(folder, random) makes one; start(disk) a machine that says what is
    on it, then "begun", then works on it, or says "ended" if it cannot;
    moment(machine, random) waits until the power is to go.  Of the disk are
    used: faults(lines, tally), heard(lines, tally), cuts, is_full()."""
    def cut_and_look(tally, n, rng, folder):
        disk = None
        while True:
            disk = disk or disk_of(folder, rng)
            machine = start(disk).begun()
            good = judge(tally, disk, machine.lines)
            n -= disk.cuts > 0
            if n > 0 and good and not disk.is_full():
                moment(machine, rng)
            lines = machine.cut()
            if n <= 0:
                return
            if not good or disk.is_full():
                disk = None    # what is broken once says nothing more
                continue
            lines = lines[lines.index('begun'):]
            disk.heard(lines, tally)
            if lines[-1] == 'ended':
                tally.fault('stopped', ' | '.join(lines[-5:]))
                tally.add(cuts=1)
                disk = None
                n -= 1
    return cut_and_look


def judge(tally, disk, lines):
    """Whether what the last cut left, if there was one, is right, by what the
    next start says of it."""
    faults = list(disk.faults(lines[:lines.index('begun')], tally))
    for kind, text in faults[:1]:
        tally.fault(kind, text)
    if disk.cuts > 0:
        tally.add(cuts=1)
    return not faults


def side_by_side(chain, tally, in_one, seed):
    """Calls chain(tally, cuts, random, folder) until the wanted cuts are had,
    with at most so many in one call."""
    def one(i):
        rng = random.Random(f'{seed} {tally.what} {i}')
        with tempfile.TemporaryDirectory(prefix='ansinh-power.') as folder:
            chain(tally, min(in_one, tally.wanted - i), rng, folder)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(one, i) for i in range(0, tally.wanted, in_one)]
        try:
            for job in concurrent.futures.as_completed(jobs):
                job.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def begin():
    """What every test of this kind begins with; returns the seed."""
    missing = sorted(package for program, package in NEEDS.items()
                     if shutil.which(program) is None)
    if missing:
        raise SystemExit('packages are missing: apt-get install '
                         + ' '.join(missing))
    seed = os.environ.get('SEED') or str(random.randrange(1 << 32))
    print('seed', seed, flush=True)
    return seed


def end(right, planted, more=()):
    """Judges: all cuts were made, no right one has a fault, and each planted
    fault was found, as one of the kinds that it is to be found as.  `planted`
    is (tally, kinds)...; `more` is (what is wrong if not, whether).  The last
    line says it all."""
    wrong = [f'{tally.what}: too few cuts' for tally in
             right + [tally for tally, _ in planted]
             if tally.n['cuts'] < tally.wanted or tally.wanted == 0]
    wrong += [f'{tally.what}: faults' for tally in right if tally.faults]
    wrong += [f'{tally.what}: the planted fault was not found'
              for tally, kinds in planted
              if not any(tally.faults[kind] for kind in kinds)]
    wrong += [what for what, is_so in more if not is_so]
    for what in wrong:
        print('FAILED:', what)
    print('; '.join(map(str, right + [tally for tally, _ in planted])))
    sys.exit(1 if wrong else 0)
