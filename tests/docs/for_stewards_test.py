"""Runs every command of docs/for-stewards/from-a-spreadsheet.md over made-up visits."""

import os
import random
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "federation"))

from guarded_folder import GuardedFolder, processes_in

DOC = ROOT / "docs" / "for-stewards" / "from-a-spreadsheet.md"
OWNERS = ["kahu", "rata", "tui"]


def visits(seed):
    pick = random.Random(seed)
    rows = [f"c{seed}-{pick.randrange(120)},{pick.choice(['Female', 'Male'])},"
            f"20{pick.randrange(22, 24)}-{pick.randrange(1, 13):02}-{pick.randrange(1, 29):02},"
            f"{pick.randrange(100, 30000) / 100:.2f},Hana Te Rangi" for _ in range(400)]
    return "\n".join(["client id,sex,seen,cost,full name", *rows]) + "\n"


class ForStewards(unittest.TestCase):
    def test_the_commands_lead_from_files_to_an_edition_and_back(self):
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```", DOC.read_text(encoding="utf-8"),
                                      re.M | re.S))
        path = os.environ.get("COMMONS_BIN_DIR", "") + os.pathsep + os.environ["PATH"]
        with GuardedFolder("commons-doc-") as folder:
            (folder / "files").mkdir()
            for seed, owner in enumerate(OWNERS):
                (folder / "files" / f"{owner}.csv").write_text(visits(seed), encoding="utf-8")
            done = subprocess.run(["sh", "-eu", "-c", script], cwd=folder, timeout=200, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True,
                                  env={**os.environ, "PATH": path})
            left = processes_in(folder)
            package = (folder / "datapackage.json").read_text(encoding="utf-8")
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertEqual(left, [])
        self.assertNotIn("Hana", package)
        shown = re.findall(r"^    (\S.*|  \S.*)$", DOC.read_text(encoding="utf-8"), re.M)
        self.assertEqual(len(shown), 6)
        for words in (*shown, "client id  entity", "nothing has to be mended", "a dry run",
                      "400 rows accepted, 0 rejected; edition 2", "edition 1 with 400 rows"):
            self.assertIn(words, done.stdout)


if __name__ == "__main__":
    unittest.main()
