"""What a test leaves behind when it is closed, killed or interrupted: nothing."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from guarded_folder import GuardedFolder, processes_in

# A test that starts a daemon in a session of its own, tells its folder, and waits.
VICTIM = """
import os, signal, subprocess, sys
from guarded_folder import GuardedFolder
folder = GuardedFolder("commons-victim-").path
for where in ({"args": [str(folder / "member")]}, {"args": [], "cwd": folder}):
    subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()", *where.pop("args")],
                     start_new_session=True, stdout=subprocess.DEVNULL, **where)
print(folder, flush=True)
signal.pause()
"""

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]


class Guard(unittest.TestCase):
    def await_nothing(self, folder):
        deadline = time.monotonic() + 60
        while (folder.exists() or processes_in(folder)) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertFalse(folder.exists())
        self.assertEqual(processes_in(folder), [])

    def test_a_killed_test_leaves_nothing(self):
        for sig in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            with self.subTest(sig.name):
                with subprocess.Popen([sys.executable, "-c", VICTIM], stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True,
                                      cwd=Path(__file__).parent) as victim:
                    try:
                        folder = Path(victim.stdout.readline().strip())
                        self.assertEqual(len(processes_in(folder)), 2)
                    finally:  # whatever was found: a victim left alone would be waited for
                        victim.send_signal(sig)
                self.await_nothing(folder)

    def test_a_process_is_seen_from_its_start(self):
        with GuardedFolder("commons-guard-") as folder:
            for _ in range(50):  # amid exec a process has no command line for a moment
                with subprocess.Popen([*SLEEPER, str(folder / "a")]) as process:
                    try:
                        self.assertEqual(processes_in(folder), [process.pid])
                    finally:
                        process.kill()

    def test_a_folder_that_cannot_be_guarded_is_not_made(self):
        forks, fork, folder = [], os.fork, tempfile.mkdtemp(prefix="commons-guard-")

        def first_fork_only():
            forks.append(1)
            if len(forks) > 1:  # the child's own, for the guard
                raise BlockingIOError("no more processes")
            return fork()

        with mock.patch("os.fork", first_fork_only), \
                mock.patch("tempfile.mkdtemp", return_value=folder), \
                self.assertRaises(BlockingIOError):
            GuardedFolder("commons-guard-")
        self.assertFalse(Path(folder).exists())

    def test_closing_ends_what_runs_in_the_folder_and_nothing_else(self):
        ours, other = GuardedFolder("commons-guard-"), GuardedFolder("commons-guard-")
        self.addCleanup(other.close)
        self.addCleanup(ours.close)
        inside = subprocess.Popen([*SLEEPER, str(ours.path / "a")])
        outside = subprocess.Popen([*SLEEPER, str(other.path / "a")])
        ours.close()
        self.assertEqual(inside.wait(timeout=60), -signal.SIGKILL)
        self.assertIsNone(outside.poll())
        self.assertFalse(ours.path.exists())
        self.assertTrue(other.path.exists())
        other.close()
        self.assertEqual(outside.wait(timeout=60), -signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
