"""Runs every command of docs/operating/first-three-nodes.md, top to bottom, in an empty folder."""

import json
import os
import re
import socket
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "federation"))

from guarded_folder import GuardedFolder, processes_in

DOC = ROOT / "docs" / "operating" / "first-three-nodes.md"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def blocks():
    return re.findall(r"^```sh\n(.*?)^```", DOC.read_text(), re.M | re.S)


class FirstThreeNodes(unittest.TestCase):
    def follow(self, script):
        """Exit code, stdout and stderr of the commands, and the processes that they left."""
        for port in sorted(set(re.findall(r"127\.0\.0\.1:(\d+)", script))):
            script = script.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}")
        path = os.environ.get("COMMONS_BIN_DIR", "") + os.pathsep + os.environ["PATH"]
        with GuardedFolder("commons-doc-") as folder:
            out, err = folder / "stdout", folder / "stderr"
            with out.open("wb") as sink, err.open("wb") as errors:
                done = subprocess.run(["sh", "-eu", "-c", script], cwd=folder, timeout=200,
                                      stdin=subprocess.DEVNULL, stdout=sink, stderr=errors,
                                      env={**os.environ, "PATH": path})
            return done.returncode, out.read_text(), err.read_text(), processes_in(folder)

    def test_waiting_for_what_never_comes_ends_and_says_why(self):
        helper = next(block for block in blocks() if "wait_until()" in block)
        code, _, err, _ = self.follow(
            helper.replace("seq 300", "seq 2") +
            "mkdir lakes\necho 'level=error event=start_failed reason=here' > lakes.log\n"
            "wait_until commons node status --dir lakes\n")
        self.assertNotEqual(code, 0)
        for words in ("gave up waiting for: commons node status --dir lakes",
                      "no daemon runs in lakes", "event=start_failed reason=here"):
            self.assertIn(words, err)

    def test_the_commands_lead_to_a_protected_answer(self):
        code, text, err, left = self.follow("\n".join(blocks()))
        self.assertEqual(code, 0, err + text)
        self.assertEqual(left, [])
        answer = json.loads(text.splitlines()[-1])
        self.assertEqual(answer["release"], "protected")
        self.assertFalse(answer["practice"])
        self.assertEqual([m["status"] for m in answer["members"]], ["answered"] * 3)
        self.assertGreater(answer["cells"][0]["values"]["n"]["margin95"], 0)


if __name__ == "__main__":
    unittest.main()
