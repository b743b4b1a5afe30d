"""A temporary folder whose processes end with the test that made it, however the test ends."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path


def command_line(process):
    """The words of a process. One amid exec has none for a moment, though it has a program, which
    the dead and the kernel's own have not: for those readlink raises."""
    deadline = time.monotonic() + 1
    while not (words := (process / "cmdline").read_bytes()) and time.monotonic() < deadline:
        os.readlink(process / "exe")
        time.sleep(0.001)
    return words.split(b"\0")


def processes_in(folder):
    """Pids of running processes that were given a path in `folder`, or that work inside it."""
    inside = os.fsencode(folder) + b"/"
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = command_line(process)
            words.append(os.fsencode(os.readlink(process / "cwd")))
        except OSError:
            continue  # it ended, or is not ours to look at
        if any((word + b"/").startswith(inside) for word in words):
            found.append(int(process.name))
    return [pid for pid in found if pid != os.getpid()]


def end_processes_in(folder):
    deadline = time.monotonic() + 30
    while (pids := processes_in(folder)) and time.monotonic() < deadline:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


class GuardedFolder:
    """`path` exists until close(). A process of its own, outside the test's session and family,
    waits on a pipe for the end of the test: a test that is killed leaves neither daemons nor the
    folder. OSError where there is no process to be had for it."""

    def __init__(self, prefix):
        self.path = Path(os.path.realpath(tempfile.mkdtemp(prefix=prefix)))
        ended, self._alive = os.pipe()
        try:
            self._start_guard(ended)
        except OSError:
            self.close()
            raise
        finally:
            os.close(ended)

    def _start_guard(self, ended):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self._watch(ended)
                code = 0
            finally:
                os._exit(code)
        if os.waitpid(child, 0)[1]:
            raise BlockingIOError(f"no process to guard {self.path}")

    def _watch(self, ended):
        os.setsid()
        if os.fork():
            return
        os.close(self._alive)
        os.chdir("/")
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        os.read(ended, 1)
        self._clear()

    def _clear(self):
        end_processes_in(self.path)
        shutil.rmtree(self.path, ignore_errors=True)

    def close(self):
        if self._alive is None:
            return
        self._clear()
        os.close(self._alive)
        self._alive = None

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        self.close()
