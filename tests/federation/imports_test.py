"""What a steward does with files: imports, mends, replaces, drops. What is held, what the notice of
holdings names and what questions are answered from agree at every step."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

import practice
from lab import DONE, FAILED, REFUSED, WRONG_USE, Lab, Outcome, binary, cells, commons

OWNERS = ["kahu", "rata", "tui"]
COUNT = "SELECT COUNT(*) AS n FROM visits"
OPEN = "release = 'open'"


class Editions(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab(practice.open_package(), practice.csvs(OWNERS, 200), OPEN))
        self.dir = self.lab.member_dir("tui")
        self.files = self.lab.root / "files"
        self.files.mkdir()

    def dataset(self, command, *args, code=DONE):
        outcome = commons("dataset", command, "--dir", self.dir, "--dataset", "visits", *args)
        return outcome.expect(code)

    def load(self, records, *args, code=DONE):
        path = self.files / "visits.csv"
        path.write_text(practice.to_csv(records), encoding="utf-8")
        return self.dataset("import", "--data", path, *args, code=code)

    def held(self):
        reply = commons("dataset", "list", "--dir", self.dir, "--format", "json").expect(DONE).json
        return reply["datasets"]

    def holders(self, of):
        outcome = commons("catalogue", "--dir", self.lab.member_dir(of), "--format", "json")
        (dataset,) = outcome.expect(DONE).json["datasets"]
        return {holder["member"]: (holder["epoch"], holder["as_of"])
                for holder in dataset["holders"]}

    def asked(self):
        """(rows counted, what tui said) of a question, asked by tui itself."""
        answer = self.lab.query(COUNT, "--from", "tui")
        said = {member["member"]: member for member in answer["members"]}
        return cells(answer)[()]["n"], said.get("tui")

    def without_keys(self):
        people = self.dir / "keys" / "people"
        people.rename(self.lab.root / "away")
        return people

    # The number had been given, and signed, before: the old notice would have covered other rows.
    def test_a_restored_node_gives_no_number_twice(self):
        away = self.lab.root / "backup"
        self.lab.stop("tui")
        shutil.copytree(self.dir, away, ignore=shutil.ignore_patterns("local.sock"))
        self.lab.start("tui")
        self.assertIn("edition 2", self.load(practice.rows(50, 3)).out)
        self.assertEqual(self.asked()[0], 450)
        self.lab.stop("tui")
        shutil.rmtree(self.dir)
        away.rename(self.dir)
        self.lab.start("tui")
        self.without_keys()
        unsigned = self.load(practice.rows(70, 5))
        self.assertIn("edition 3", unsigned.out)
        self.assertIn("nothing is answered from edition 3 before its notice", unsigned.err)
        self.assertEqual([row["queryable"] for row in self.held()], [False])
        self.assertEqual(self.asked()[0], 400)

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

    def test_an_edition_without_its_notice_is_not_asked_about(self):
        people = self.without_keys()
        outcome = self.load(practice.rows(210, 9), "--as-of", "2024-02-29")
        self.assertIn("commons dataset notice", outcome.err)
        rows, said = self.asked()
        self.assertEqual((rows, said["status"], said["reason"]), (400, "refused", "NO_DATA"))
        (held,) = self.held()
        self.assertEqual((held["epoch"], held["queryable"]), (2, False))
        self.assertEqual(self.holders("tui")["tui"][0], 1)
        self.lab.kill("tui")
        self.lab.start("tui")
        self.assertEqual(self.asked()[1]["reason"], "NO_DATA")
        (self.lab.root / "away").rename(people)
        self.dataset("notice", "--as-of", "2024-02-29")
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"], said["as_of"]), (610, 2, "2024-02-29"))
        self.assertEqual(self.holders("tui")["tui"], (2, "2024-02-29"))
        self.assertTrue(self.held()[0]["queryable"])

    def test_the_steward_publishes_further_editions_without_the_board(self):
        (self.dir / "keys" / "people" / "board-1.key").unlink()
        self.assertIn("notice of holdings signed", self.load(practice.rows(220, 4)).out)
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"]), (620, 2))

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

    def test_drop_asks_and_says_and_the_catalogue_follows(self):
        refused = self.dataset("drop", code=WRONG_USE)
        self.assertIn("deletes all 200 rows of visits", refused.err)
        self.assertIn("--yes", refused.err)
        self.assertEqual(self.asked()[0], 600)
        self.assertIn("edition 1 with 200 rows deleted", self.dataset("drop", "--yes").out)
        self.assertEqual(self.held(), [])
        self.assertNotIn("tui", self.holders("tui"))
        self.assertEqual(self.asked(), (400, None))
        self.dataset("drop", "--yes", code=WRONG_USE)
        self.dataset("notice", code=WRONG_USE)
        self.load(practice.rows(50, 3))  # nothing is replaced
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"]), (450, 2))
        people = self.without_keys()
        self.assertIn("commons dataset notice", self.dataset("drop", "--yes").err)
        self.assertIn("tui", self.holders("tui"))
        (self.lab.root / "away").rename(people)
        self.dataset("notice")
        self.assertNotIn("tui", self.holders("tui"))

    def files_of_node(self):
        return sorted(path.name for folder in ("inbox", "outbox")
                      for path in (self.dir / folder).iterdir())

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

    def editions(self):
        reply = commons("dataset", "epochs", "--dir", self.dir, "visits", "--format", "json")
        return [(row["epoch"], row["state"]) for row in reply.expect(DONE).json["epochs"]]

    def test_an_import_is_taken_back(self):
        self.assertIn("no edition before edition 1 is kept",
                      self.dataset("revert", code=WRONG_USE).err)
        self.load(practice.rows(50, 3), "--as-of", "2024-02-29")
        self.load(practice.rows(5, 3), "--as-of", "2024-03-31")
        self.assertEqual(self.editions(), [(2, "kept"), (3, "queryable")])
        self.assertEqual(self.asked()[0], 405)
        out = commons("dataset", "revert", "--dir", self.dir, "visits").expect(DONE).out
        self.assertIn("visits: edition 2 with 50 rows is the current one again; edition 3", out)
        self.assertIn("notice of holdings signed", out)
        for _ in range(2):
            rows, said = self.asked()
            self.assertEqual((rows, said["epoch"], said["as_of"]), (450, 2, "2024-02-29"))
            self.assertEqual(self.editions(), [(3, "kept"), (2, "queryable")])
            self.lab.kill("tui")
            self.lab.start("tui")
        self.dataset("revert")
        self.assertEqual(self.asked()[0], 405)
        self.dataset("revert")
        # Neither number is given again, and what the next import replaces is kept.
        self.load(practice.rows(70, 5))
        self.assertEqual(self.editions(), [(2, "kept"), (4, "queryable")])
        self.assertIn("deletes all 70 rows of visits and of the edition before",
                      self.dataset("drop", code=WRONG_USE).err)
        self.dataset("drop", "--yes")
        self.assertEqual(self.held(), [])
        self.dataset("revert", code=WRONG_USE)

    # The notice of the other edition is in force until then: nothing is answered from it.
    def test_an_edition_gone_back_to_without_keys_waits_for_its_notice(self):
        self.load(practice.rows(50, 3), "--as-of", "2024-02-29")
        people = self.without_keys()
        self.load(practice.rows(5, 3))
        self.load(practice.rows(6, 3))
        undated = self.dataset("revert", code=WRONG_USE)
        self.assertIn("no notice has said of which day edition 3 is", undated.err)
        self.assertEqual(self.editions(), [(3, "kept"), (4, "closed")])
        unsigned = self.dataset("revert", "--as-of", "2024-03-31")
        self.assertIn("nothing is answered from edition 3 before its notice", unsigned.err)
        self.assertEqual(self.asked()[1]["reason"], "NO_DATA")
        (self.lab.root / "away").rename(people)
        self.dataset("notice", "--as-of", "2024-03-31")
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"], said["as_of"]), (405, 3, "2024-03-31"))

    def test_editions_and_what_others_see_are_shown_to_people(self):
        lines = self.dataset("epochs").out.splitlines()
        self.assertEqual(lines[0].split(), ["edition", "rows", "state"])
        self.assertEqual(lines[-1].split(), ["1", "200", "queryable"])
        self.assertEqual(self.dataset("epochs", "--format", "json").json,
                         {"epochs": [{"epoch": 1, "state": "queryable"}]})
        table = self.dataset("preview").out
        for word in ("group or filter by it", "kahu", "edition"):
            self.assertIn(word, table)
        self.assertEqual(self.dataset("preview", "--format", "json").json["dataset"], "visits")


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


class Up(unittest.TestCase):
    """`lab up` says what is wrong with the files, and starts nothing that could only refuse."""

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
