"""What `lab up` makes of the files it is given: which CSV files become members, what it warns of,
and when it returns while rules have yet to wait."""

import datetime
import json
import re
import time
import unittest

import practice
from lab import DONE, REFUSED, WRONG_USE, Lab, members

OWNERS = ["rata", "tui"]
COUNT = "SELECT COUNT(*) AS n FROM visits"
OPEN = "release = 'open'\n"


class CoolingOff(unittest.TestCase):
    def test_a_short_one_is_over_when_it_returns(self):
        with Lab(practice.open_package(), practice.csvs(OWNERS, 20),
                 OPEN + "cooling_off = '4s'\n") as lab:
            for owner in OWNERS:
                self.assertEqual(members(lab.query(COUNT, "--from", owner)), OWNERS)

    def test_a_long_one_is_told_in_one_line(self):
        lab = Lab(practice.open_package(), practice.csvs(OWNERS, 20),
                  OPEN + "cooling_off = '36h'\n")
        self.addCleanup(lab.close)
        begun = time.time()
        outcome = lab.up()
        ended = time.time()
        self.assertEqual(outcome.out, "")
        (line,) = [line for line in outcome.err.splitlines() if "cooling_off" in line]
        told = re.search(r"answered from (\d{4}-\d\d-\d\d \d\d:\d\d) \S+ on", line)
        self.assertIsNotNone(told, line)
        moment = datetime.datetime.strptime(told[1], "%Y-%m-%d %H:%M").timestamp()
        # The minute, after the moment at which the last rule was signed.
        self.assertTrue(begun <= moment - 36 * 3600 <= ended + 120, line)
        refused = lab.refusal(COUNT)["refused"]
        self.assertEqual(refused["reason"], "PROJECT_NOT_APPROVED")
        self.assertRegex(refused["message"], r"cooling off: practice from \d{4}-\d\d-\d\d \d\d:")


class Files(unittest.TestCase):
    def lab(self, csvs, package=None, policy=OPEN):
        lab = Lab(package or practice.open_package(), csvs, policy)
        self.addCleanup(lab.close)
        return lab

    def test_capitals_count_and_hidden_files_do_not(self):
        lab = self.lab(practice.csvs(OWNERS, 20))
        (lab.data / "tui.csv").rename(lab.data / "Tui.CSV")
        for name in (".rata.csv", "._rata.csv"):
            (lab.data / name).write_bytes(b"\0\5\x16\7")
        lab.up()
        self.assertEqual(members(lab.query(COUNT)), ["Tui", "rata"])

    def test_a_directory_of_other_things_is_left_as_it_is(self):
        lab = self.lab(practice.csvs(OWNERS, 20))
        (lab.dir / "keys").mkdir(parents=True)
        self.assertEqual(lab.up(WRONG_USE).err, f"commons: {lab.dir}: is not empty (keys); choose "
                                                "another directory\n")
        self.assertEqual([path.name for path in lab.dir.iterdir()], ["keys"])

    def test_two_files_of_one_member_are_both_named(self):
        lab = self.lab(practice.csvs(OWNERS, 20))
        (lab.data / "tui.CSV").write_bytes(b"x\n1\n")
        outcome = lab.up(WRONG_USE)
        self.assertEqual(outcome.err, f"commons: {lab.data}/tui.CSV and tui.csv are both of member "
                                      "'tui'; rename one or take it away\n")

    def test_what_the_package_cannot_do_is_warned_of(self):
        package = json.loads(json.dumps(practice.open_package()))
        fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
        fields["sex"]["constraints"]["pattern"] = "[A-Z].*"
        lab = self.lab(practice.csvs(OWNERS, 20), package)
        warned = lab.up().err.splitlines()
        for words in ('("sex").constraints: "pattern" is not checked at import',
                      '("distance"): has no commons:clip; protected questions cannot sum it'):
            (line,) = [line for line in warned if words in line]
            self.assertTrue(line.startswith(f"commons: {lab.package}: resources[0]."), line)

    def test_a_marked_identifier_is_not_warned_of(self):
        csvs = {owner: practice.to_csv([{**row, "nhi": "ZZZ0016", "Whānau name": "ZZZ0016"}
                                        for row in practice.rows(20, 1)]) for owner in OWNERS}
        err = self.lab(csvs, practice.package(), None).up().err
        self.assertIn('column "Whānau name" looks like a direct identifier', err)
        self.assertNotIn('column "nhi"', err)


if __name__ == "__main__":
    unittest.main()
