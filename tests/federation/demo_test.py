"""deploy/demo.sh with the binaries of this build: it prints its tables, ends by itself, and leaves
nothing behind, also when it is interrupted."""

import os
import re
import signal
import subprocess
import time
import unittest
from pathlib import Path

from guarded_folder import GuardedFolder, processes_in
from lab import binary
from oracle import ROOT

BUILD = Path(binary("commons")).resolve().parents[1]


class Demo(unittest.TestCase):
    def setUp(self):
        guarded = GuardedFolder("commons-demo-")
        self.addCleanup(guarded.close)
        self.folder = guarded.path
        self.env = {**os.environ, "BUILD_DIR": str(BUILD), "TMPDIR": str(self.folder)}

    def start(self):
        return subprocess.Popen(["bash", str(ROOT / "deploy/demo.sh"), "--no-build"], cwd="/",
                                env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, encoding="utf-8")

    def check_nothing_left(self):
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(processes_in(self.folder), [])

    def test_prints_our_numbers_beside_the_published_ones(self):
        demo = self.start()
        out, err = demo.communicate(timeout=200)
        self.assertEqual(demo.returncode, 0, out + err)
        for label, published in (("Female", 22972), ("Male", 22404), ("20 to 29", 11247),
                                 ("the three boards", 29713), ("all other boards", 43315)):
            line = re.search(rf"^ +{label} +([0-9]+) ± ([0-9]+) +{published} +(\w+)", out, re.M)
            self.assertTrue(line, f"{label} in {out}")
            value, margin, verdict = int(line[1]), int(line[2]), line[3]
            self.assertEqual(verdict, "within" if abs(value - published) <= margin else "outside")
            self.assertLessEqual(abs(value - published), 3 * margin)
        self.assertIn("21 of 22 members answered", out)
        self.assertRegex(out, r"southern offline \(UNREACHABLE: 127\.0\.0\.1:\d+ does not answer\)")
        self.assertIn("To try it yourself", out)
        self.check_nothing_left()

    def test_an_interrupted_demo_leaves_nothing(self):
        # As the first node starts, and as all of them answer.
        for sig, nodes in ((signal.SIGTERM, 1), (signal.SIGINT, 22)):
            with self.subTest(signal=sig):
                demo = self.start()
                while len(list(self.folder.rglob("local.sock"))) < nodes and demo.poll() is None:
                    time.sleep(0.02)
                self.assertIsNone(demo.poll())
                demo.send_signal(sig)
                demo.communicate(timeout=60)
                self.assertEqual(demo.returncode, 128 + sig)
                self.check_nothing_left()


class Scripts(unittest.TestCase):
    def test_both_explain_themselves(self):
        for script, option in (("deploy/demo.sh", "--no-build"), ("tests/run.sh", "--quick")):
            done = subprocess.run(["bash", str(ROOT / script), "--help"], cwd="/", text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(option, done.stdout)
            self.assertNotIn("#", done.stdout)

    def test_a_build_without_a_terminal_tells_its_quarters(self):
        with GuardedFolder("commons-demo-") as folder:
            (folder / "CMakeCache.txt").touch()
            compiler = folder / "cmake"
            compiler.write_text("#!/bin/sh\nfor i in $(seq 40); do echo [$i/40] compiling; done\n")
            compiler.chmod(0o755)
            env = {**os.environ, "BUILD_DIR": str(folder), "TMPDIR": str(folder),
                   "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
            done = subprocess.run(["bash", str(ROOT / "deploy/demo.sh")], cwd="/", env=env,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=120)
        self.assertEqual(done.returncode, 2, done.stderr)  # nothing was built
        self.assertEqual([line for line in done.stdout.splitlines() if "built" in line],
                         ["  25 % built", "  50 % built", "  75 % built"])


if __name__ == "__main__":
    unittest.main()
