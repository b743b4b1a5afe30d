"""What a steward does with files: imports, mends, adds, replaces."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

import practice
from lab import DONE, FAILED, WRONG_USE, Lab, Outcome, binary, cells, commons
from steward import OWNERS, Steward


class Imports(Steward):
    # Looked at before anything is changed.
    def test_a_key_that_is_no_stewards_changes_nothing(self):
        other = self.lab.member_dir("rata") / "keys/people/steward-1.key"
        outcome = self.load(practice.rows(50, 3), "--key", other, code=WRONG_USE)
        self.assertIn("is no steward's key of tui; its card names those", outcome.err)
        self.assertEqual(self.asked()[0], 600)

    # She may not read keys/, and needs no more than the group and a key of her own.
    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_a_steward_who_is_not_the_daemons_user_does_a_stewards_work(self):
        steward, group = 64002, 64003
        program = shutil.copy(binary("commons"), self.lab.root)
        key = Path(shutil.copy(self.dir / "keys/people/steward-1.key", self.files))
        data = self.files / "visits.csv"
        data.write_text(practice.to_csv(practice.rows(50, 3)), encoding="utf-8")
        for path in (key, data):
            os.chown(path, steward, steward)
            path.chmod(0o600)
        for path in (self.dir, self.dir / "inbox", self.dir / "outbox", self.dir / "local.sock"):
            os.chown(path, -1, group)
        for path in self.files, *self.dir.parents:
            if path.is_relative_to(self.lab.root):
                path.chmod(0o755)

        def as_steward(*args):
            done = subprocess.run([program, *map(str, args), "--dir", self.dir], text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, user=steward,
                                  group=steward, extra_groups=[group])
            return Outcome(args, done.returncode, done.stdout, done.stderr)

        visits = ("--dataset", "visits")
        imported = as_steward("dataset", "import", *visits, "--data", data, "--key", key)
        self.assertIn("50 rows accepted, 0 rejected; edition 2\nnotice of holdings signed\n",
                      imported.expect(DONE).out)
        self.assertEqual(self.asked()[0], 450)
        self.assertEqual(list((self.dir / "inbox").iterdir()), [])
        for looks in (("list",), ("epochs", *visits), ("preview", *visits)):
            as_steward("dataset", *looks).expect(DONE)
        unsigned = as_steward("dataset", "import", *visits, "--data", data).expect(DONE)
        self.assertIn("nothing is answered from edition 3 before", unsigned.err)
        as_steward("dataset", "notice", *visits, "--key", key).expect(DONE)
        self.assertEqual(self.asked()[0], 450)
        doctor = as_steward("doctor")
        self.assertNotIn("is missing", doctor.out)
        self.assertNotIn("node init", doctor.out)

    def test_mended_rejected_rows_are_added_once(self):
        records = practice.rows(200, 7)
        for row in records[:5]:
            row["sex"] = "unheard-of"
        outcome = self.load(records, "--as-of", "2024-02-29", "--accept-rejects", "3%")
        self.assertIn("195 rows accepted, 5 rejected; edition 2", outcome.out)
        self.assertIn('5 rows rejected: column "sex": not one of the declared codes (first: row 2)',
                      outcome.err)
        self.assertIn("which adds them", outcome.err)
        self.assertNotIn("unheard-of", outcome.err)
        (rejects,) = (self.dir / "outbox").iterdir()
        rows, _ = self.asked()
        self.assertEqual(rows, 595)
        mended = self.files / "mended.csv"
        # Three are mended; a second file brings the other two.
        text = rejects.read_text(encoding="utf-8")
        mended.write_text(text.replace("unheard-of", "Male", 3), encoding="utf-8")
        rejects.unlink()
        added = self.dataset("import", "--data", mended)
        self.assertIn("3 rows added, 2 rejected; edition 3 holds 198", added.out)
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"], said["as_of"]), (598, 3, "2024-02-29"))
        self.refused(mended, "were added already")
        (rejects,) = (self.dir / "outbox").iterdir()
        second = self.files / "second.csv"
        second.write_text(rejects.read_text(encoding="utf-8").replace("unheard-of", "Male"),
                          encoding="utf-8")
        self.assertIn("2 rows added, 0 rejected; edition 4 holds 200",
                      self.dataset("import", "--data", second).out)
        self.refused(second, "were added already")
        whole = [{**row, "sex": "Male"} if row["sex"] == "unheard-of" else row for row in records]
        by_sex = "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex"
        answer = cells(self.lab.query(by_sex, "--from", "tui"))
        self.load(whole)
        self.assertEqual(cells(self.lab.query(by_sex, "--from", "tui")), answer)
        self.refused(second, "are not those that edition 5")
        # Back in the edition that they were added to, they still were added already.
        self.dataset("revert")
        self.refused(second, "were added already")
        self.dataset("revert")
        self.assertIn("this edition holds 2 rows; the one before held 200",
                      self.dataset("import", "--data", second, "--replace").err)
        self.assertEqual(self.asked()[0], 402)

    def refused(self, path, words):
        held = self.held()
        outcome = self.dataset("import", "--data", path, code=WRONG_USE)
        self.assertEqual(len(outcome.err.splitlines()), 1)
        self.assertIn(words, outcome.err)
        self.assertIn("import the whole of it", outcome.err)
        self.assertEqual(outcome.out, "")
        self.assertEqual(self.held(), held)

    def test_a_dataset_that_nobody_defined_is_a_wrong_option(self):
        path = self.files / "visits.csv"
        path.write_text(practice.to_csv(practice.rows(5, 1)), encoding="utf-8")
        outcome = commons("dataset", "import", "--dir", self.dir, "--dataset", "nope", "--data",
                          path).expect(WRONG_USE)
        self.assertRegex(outcome.err, r'^commons: --dataset: .*"nope".*\n$')

    def test_an_edition_with_far_fewer_rows_is_warned_of(self):
        outcome = self.load(practice.rows(90, 8))
        self.assertIn("90 rows accepted, 0 rejected; edition 2", outcome.out)
        self.assertIn("this edition holds 90 rows; the one before held 200", outcome.err)
        self.assertEqual(self.asked()[0], 490)
        self.assertNotIn("warning", self.load(practice.rows(89, 8)).err)

    def test_dates_and_keys_are_looked_at_before_anything_is_changed(self):
        before = self.held()
        for as_of in ("yesterday", "29/02/2024", "2999-01-01"):
            outcome = self.load(practice.rows(300, 1), "--as-of", as_of, code=WRONG_USE)
            self.assertEqual(len(outcome.err.splitlines()), 1)
            self.assertIn(as_of, outcome.err)
            self.assertEqual(outcome.out, "")
        protected = self.lab.root / "protected"
        commons("node", "init", "--dir", protected, "--name", "x", "--contact", "x").expect(DONE)
        (protected / "keys" / "people" / "passphrase").unlink()
        seat = self.dir / "keys" / "people" / "board-1.key"
        shutil.copy(protected / "keys" / "people" / "board-1.key", seat)
        outcome = self.load(practice.rows(300, 1), code=WRONG_USE)
        self.assertIn("passphrase", outcome.err)
        self.assertEqual(self.held(), before)

    def test_a_dry_run_says_the_same_and_changes_nothing(self):
        records = practice.rows(90, 3)
        records[0]["sex"] = "unheard-of"
        held = self.held()
        tried = self.load(records, "--dry-run")
        self.assertIn("89 rows accepted, 1 rejected; edition 2\na dry run: nothing was changed\n",
                      tried.out)
        self.assertEqual(self.held(), held)
        self.assertEqual(self.files_of_node(), [])
        self.assertEqual(self.asked()[0], 600)
        done = self.load(records)
        self.assertIn(tried.out.splitlines()[0], done.out)
        for line in tried.err.splitlines():
            self.assertIn(line, done.err)
        lost = [{**row, "sex": "unheard-of"} for row in records]
        refused = self.load(lost, "--dry-run", code=FAILED)
        self.assertIn("no row was accepted of 90", refused.err)
        self.assertEqual(len(self.files_of_node()), 1)

    def test_rows_come_from_standard_input(self):
        program = [binary("commons"), "dataset", "import", "--dir", self.dir, "--dataset", "visits"]
        text = practice.to_csv(practice.rows(90, 3))
        for how in (["--data", "-"], ["-"]):
            done = subprocess.run([*program, *how], input=text, text=True, capture_output=True)
            self.assertIn("90 rows accepted, 0 rejected", done.stdout, done.stderr)
        self.assertEqual(self.files_of_node(), [])
        self.assertEqual(self.asked()[0], 490)
        empty = subprocess.run([*program, "-"], input="", text=True, capture_output=True)
        self.assertEqual((empty.returncode, empty.stdout), (WRONG_USE, ""))
        self.assertIn("/dev/stdin: the file is empty", empty.stderr)


class Persons(unittest.TestCase):
    def test_rejected_rows_are_not_added_where_people_are_told_apart(self):
        package = practice.package(**{"commons:entity": "nhi", "commons:max_rows_per_person": 2})
        records = practice.rows(60, 1)
        for number, row in enumerate(records):
            row["nhi"] = f"ZZZ{number:04}"
        records[0]["sex"] = "unheard-of"
        with Lab(package, practice.csvs(OWNERS, 60)) as lab:
            path = lab.root / "visits.csv"
            path.write_text(practice.to_csv(records), encoding="utf-8")
            load = ["dataset", "import", "--dir", lab.member_dir("tui"), "--dataset", "visits",
                    "--data"]
            self.assertIn("import the whole of it", commons(*load, path).expect(DONE).err)
            (rejects,) = (lab.member_dir("tui") / "outbox").iterdir()
            path.write_text(rejects.read_text(encoding="utf-8").replace("unheard-of", "Male"),
                            encoding="utf-8")
            refused = commons(*load, path).expect(WRONG_USE)
            self.assertEqual(len(refused.err.splitlines()), 1)
            self.assertIn("the numbers of persons were forgotten", refused.err)
            self.assertIn("import the whole of it", refused.err)
            self.assertIn("1 rows accepted", commons(*load, path, "--replace").expect(DONE).out)


if __name__ == "__main__":
    unittest.main()
