"""`lab up` says what is wrong with the files, and starts nothing that could only refuse."""

import unittest

import practice
from lab import DONE, FAILED, REFUSED, WRONG_USE, Lab
from steward import COUNT, OPEN, OWNERS


class Up(unittest.TestCase):
    def up(self, code, package=None, csvs=None, policy=None, accept_rejects=None):
        lab = Lab(package or practice.open_package(), csvs or practice.csvs(OWNERS, 20), policy,
                  accept_rejects=accept_rejects)
        self.addCleanup(lab.close)
        outcome = lab.up(code)
        if code != DONE:
            self.assertEqual(len(outcome.err.splitlines()), 1, outcome.err)
            self.assertEqual(lab.pids_on_disk(), [])
        return lab, outcome

    def test_when_no_row_is_accepted_reason_column_row_and_file_are_named(self):
        records = practice.rows(30, 1)
        for row in records:
            row["visited"] = "31/12/2021"
        lab, outcome = self.up(FAILED, csvs={**practice.csvs(OWNERS, 20),
                                             "tui": practice.to_csv(records)})
        for words in ("tui.csv", "no row was accepted of 30", '30 rows rejected: column "visited"',
                      "not a date", "first: row 2", str(lab.dir / "tui.rejects.csv")):
            self.assertIn(words, outcome.err)
        self.assertNotIn("31/12", outcome.err)
        self.assertIn("31/12/2021", (lab.dir / "tui.rejects.csv").read_text(encoding="utf-8"))

    def test_rejected_rows_and_rows_beyond_those_of_a_person_are_counted(self):
        package = practice.package(**{"commons:entity": "nhi", "commons:max_rows_per_person": 2})
        records = practice.rows(30, 1)
        for number, row in enumerate(records):
            row["nhi"] = f"ZZZ{number // 3:04}"
            if number < 10:
                row["sex"] = "unheard-of"
        csvs = {**practice.csvs(OWNERS, 20), "tui": practice.to_csv(records)}
        self.up(FAILED, package, csvs)
        lab, outcome = self.up(DONE, package, csvs, accept_rejects="34%")
        self.assertIn("1 of 3 members left out more than 2 % of their rows: tui (at most 34 %).",
                      lab.explain(COUNT)["notes"])
        self.assertIn('tui: 10 rows rejected: column "sex": not one of the declared codes',
                      outcome.err)
        self.assertIn("tui: 6 rows do not count in protected questions", outcome.err)

    def test_open_rules_for_data_that_tell_people_apart(self):
        fields = practice.open_package()["resources"][0]["schema"]["fields"]
        package = practice.package(fields, **{"commons:entity": "nhi"})
        _, outcome = self.up(WRONG_USE, package, policy=OPEN)
        for words in ("policy.toml", "release", "tells people apart by 'nhi'", "can't be open"):
            self.assertIn(words, outcome.err)
        _, outcome = self.up(WRONG_USE, practice.package(), policy=OPEN)
        self.assertIn("keeps 'nhi'", outcome.err)

    def test_purposes_beyond_those_of_the_definition(self):
        lab, outcome = self.up(DONE, policy=OPEN + "\npurposes = ['planning', 'audit']\n")
        self.assertIn("policy.toml: purposes: 'audit' is not a commons:purpose", outcome.err)
        self.assertEqual(lab.query(COUNT, "--purpose", "audit")["purpose"], "audit")
        lab, _ = self.up(DONE, policy=OPEN)
        refused = lab.ask(COUNT, "--purpose", "marketing").expect(REFUSED).json["refused"]
        self.assertEqual(refused["reason"], "PURPOSE_NOT_ALLOWED")
        self.assertIn("planning, research", refused["message"])

    def test_data_of_a_day_to_come(self):
        _, outcome = self.up(WRONG_USE, practice.package(**{"commons:as_of": "2999-01-01"}))
        self.assertIn("commons:as_of 2999-01-01: lies in the future", outcome.err)

    def test_files_that_are_not_as_declared_say_how_to_save_them(self):
        text = practice.to_csv(practice.rows(5, 1))
        for changed, words in ((text.replace(",", ";"), "semicolons"),
                               (text.encode("utf-16"), "UTF-16"),
                               (text.replace("Age at visit", "age_at_visit"),
                                'is it "age_at_visit"?')):
            with self.subTest(words=words):
                _, outcome = self.up(WRONG_USE, csvs={**practice.csvs(OWNERS, 20), "tui": changed})
                self.assertIn(words, outcome.err)


if __name__ == "__main__":
    unittest.main()
