"""A machine that can lose its power: user-mode Linux on this machine's files.

The root is the host's own, read only, so a guest's init can be any script of
the tree.  A cut is SIGKILL of the whole process group: what the guest's kernel
had not yet written to its disk images is gone, as with a pulled plug.
"""
import glob
import os
import shutil
import signal
import subprocess
import threading
import time

NEEDS = {
    'linux.uml': 'user-mode-linux',
    'insmod': 'kmod',
    'mkfs.ext4': 'e2fsprogs',
    'mkfs.vfat': 'dosfstools',
    'mcopy': 'mtools',
}


def missing():
    """Debian packages that a test of this kind needs and that are not there."""
    return sorted(package for program, package in NEEDS.items()
                  if shutil.which(program) is None)


def modules():
    found = glob.glob('/usr/lib/uml/modules/*/kernel')
    if not found:
        raise SystemExit('user-mode-linux has no modules')
    return found[0]


class Machine:
    """Runs INIT with the images as /dev/ubda, ubdb...; `env` reaches it as
    environment.  Its console comes as lines."""

    def __init__(self, init, images, env):
        words = ['linux.uml', 'mem=256M', 'rootfstype=hostfs', 'rootflags=/',
                 'ro', 'quiet', 'con=null', 'con0=null,fd:1',
                 f'init={init}', f'MODULES={modules()}']
        words += [f'ubd{i}={image}' for i, image in enumerate(images)]
        words += [f'{key}={value}' for key, value in env.items()]
        self.lines = []
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            if line.endswith(b'\n'):    # a torn line was never read by anybody
                self.lines.append(line.decode(errors='replace').rstrip())

    def wait_for(self, word, seconds=60):
        """Whether a line that begins with word has come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if any(line.startswith(word) for line in self.lines):
                return True
            time.sleep(0.01)
        return any(line.startswith(word) for line in self.lines)

    def cut(self):
        """The power is gone; returns what had been said by then."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.reader.join(10)
        return self.lines
