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

from guarded_folder import GuardedFolder

DOC = ROOT / "docs" / "operating" / "first-three-nodes.md"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class FirstThreeNodes(unittest.TestCase):
    def test_the_commands_lead_to_a_protected_answer(self):
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```", DOC.read_text(), re.M | re.S))
        for port in sorted(set(re.findall(r"127\.0\.0\.1:(\d+)", script))):
            script = script.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}")
        path = os.environ.get("COMMONS_BIN_DIR", "") + os.pathsep + os.environ["PATH"]
        with GuardedFolder("commons-doc-") as folder:
            out = folder / "stdout"
            with out.open("wb") as sink:
                done = subprocess.run(["sh", "-eu", "-c", script], cwd=folder, timeout=200,
                                      stdin=subprocess.DEVNULL, stdout=sink,
                                      stderr=subprocess.PIPE, env={**os.environ, "PATH": path})
            text = out.read_text()
        self.assertEqual(done.returncode, 0, done.stderr.decode() + text)
        answer = json.loads(text.splitlines()[-1])
        self.assertEqual(answer["release"], "protected")
        self.assertFalse(answer["practice"])
        self.assertEqual([m["status"] for m in answer["members"]], ["answered"] * 3)
        self.assertGreater(answer["cells"][0]["values"]["n"]["margin95"], 0)


if __name__ == "__main__":
    unittest.main()
