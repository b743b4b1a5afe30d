"""A disk that takes no more: one line, an exit code, nothing lost, and no process that aborts. The
disk is a small memory file system, which only root can mount. With the log of events that RocksDB
keeps by itself a start ends by an assertion here."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import practice
from lab import DONE, FAILED, REFUSED, Lab, binary, cells, commons

COUNT = "SELECT COUNT(*) AS n FROM visits"
OWNERS = ["kahu", "rata", "tui"]
LEFT = (0, 4096, 40960)  # bytes that the disk still takes


@unittest.skipUnless(os.geteuid() == 0, "only root can mount a disk to fill")
class FullDisk(unittest.TestCase):
    def setUp(self):
        self.disk = Path(self.enterContext(tempfile.TemporaryDirectory()))
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "none", self.disk],
                                 capture_output=True, text=True)
        if mounted.returncode:
            self.skipTest(f"no disk can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)
        self.filling = self.disk / "filling"

    def fill(self, left):
        with open(self.filling, "wb") as file:
            try:
                while True:
                    file.write(bytes(65536))
                    file.flush()
            except OSError:
                pass
        os.truncate(self.filling, self.filling.stat().st_size - left)

    def start(self, directory, seconds):
        """The exit code (None: it ran on and was ended), and what it said."""
        with subprocess.Popen([binary("commonsd"), "--dir", directory], text=True,
                              stderr=subprocess.PIPE) as daemon:
            try:
                _, said = daemon.communicate(timeout=seconds)
                return daemon.returncode, said
            except subprocess.TimeoutExpired:
                daemon.terminate()
                _, said = daemon.communicate(timeout=60)
                return None, said

    def test_a_start_says_in_one_line_why_not(self):
        node = self.disk / "node"
        commons("node", "init", "--dir", node, "--name", "tui", "--contact", "tui@example.org",
                "--listen", "127.0.0.1:0", "--endpoint", "127.0.0.1:7400").expect(DONE)
        for left in (0, 40960):
            with self.subTest(left=left):
                self.fill(left)
                code, said = self.start(node, 60)
                self.assertEqual(code, FAILED, said)
                self.assertEqual(said.count("\n"), 1, said)
                self.assertIn("No space left on device", said)
                self.assertIn("level=error event=start_failed", said)
        self.filling.unlink()
        code, said = self.start(node, 3)
        self.assertIsNone(code, said)
        self.assertIn("event=stopped", said)

    def test_running_nodes_lose_nothing_and_go_on(self):
        before, tempfile.tempdir = tempfile.tempdir, str(self.disk)
        self.addCleanup(setattr, tempfile, "tempdir", before)
        with Lab(practice.open_package(), practice.csvs(OWNERS, 200), "release = 'open'\n") as lab:
            pids = {member: row["pid"] for member, row in lab.status().items()}
            data = lab.root / "more.csv"
            data.write_text(practice.to_csv(practice.rows(20000, 3)), encoding="utf-8")
            load = ("dataset", "import", "--dir", lab.member_dir("tui"), "--dataset", "visits",
                    "--data", data)
            for left in LEFT:
                with self.subTest(left=left):
                    self.fill(left)
                    refused = commons(*load).expect(FAILED)
                    self.assertIn("No space left on device", refused.err)
                    self.assertIn("nothing was changed", refused.err)
                    self.assertEqual(refused.err.count("\n"), 1, refused.err)
                    outcome = lab.ask(COUNT)
                    self.assertIn(outcome.code, (DONE, REFUSED), outcome.err)
                    if outcome.code == DONE:
                        self.assertEqual(cells(outcome.json)[()]["n"], 600)
                    self.filling.unlink()
                    self.assertEqual(cells(lab.query(COUNT))[()]["n"], 600)
                    now = {member: row["pid"] for member, row in lab.status().items()}
                    self.assertEqual(now, pids)
            commons(*load).expect(DONE)
            self.assertEqual(cells(lab.query(COUNT))[()]["n"], 20400)


if __name__ == "__main__":
    unittest.main()
