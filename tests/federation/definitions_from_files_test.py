"""What a steward has before the first import: a definition proposed from files, and files checked
against one, without a node. The proposal must carry a federation, and a check must say what the
import says."""

import json
import random
import unittest
from pathlib import Path

import practice
from guarded_folder import GuardedFolder
from lab import DONE, FAILED, WRONG_USE, Lab, cells, commons

OWNERS = ["kahu", "rata", "tui"]


def visits(seed, rows=400):
    pick = random.Random(seed)
    lines = [f"c{seed}-{pick.randrange(100)},{pick.choice(['Female', 'Male'])},"
             f"202{pick.randrange(2, 4)}-{pick.randrange(1, 13):02}-{pick.randrange(1, 29):02},"
             f"{pick.randrange(1000, 30000) / 100:.2f},h{seed}.{i}@example.org"
             for i in range(rows)]
    return "\n".join(["client id,sex,seen,cost,contact", *lines]) + "\n"


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(GuardedFolder("commons-files-"))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


class Infer(Folder):
    def infer(self, *args, code=DONE):
        return commons("dataset", "infer", *args, "--out", self.folder / "p.json").expect(code)

    def test_the_proposal_carries_a_federation(self):
        files = {owner: visits(seed) for seed, owner in enumerate(OWNERS)}
        paths = [self.write(f"{owner}.csv", text) for owner, text in files.items()]
        said = self.infer(*paths, "--dataset", "visits").out
        self.assertRegex(said, r"client id +entity")
        self.assertRegex(said, r"contact +skip")
        policy = "noise = 'broad'\nyearly_budget_micro_rho = 100000000\n"
        with Lab(self.folder / "p.json", files, policy) as lab:
            answer = lab.query("SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex")
            self.assertEqual({key for (key,) in cells(answer)}, {"Female", "Male"})

    def test_what_is_there_stays(self):
        self.write("p.json", "mine")
        self.assertIn("is there already", self.infer(self.write("a.csv", visits(1)),
                                                     code=WRONG_USE).err)
        self.assertEqual((self.folder / "p.json").read_text(), "mine")

    def test_a_workbook_is_named_as_one(self):
        path = self.folder / "sheet.xlsx"
        path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 8)
        self.assertIn('save it as "CSV UTF-8"', self.infer(path, code=WRONG_USE).err)
        self.assertFalse((self.folder / "p.json").exists())


class Check(Folder):
    """Over files with everything that an import complains of."""

    def package(self, **resource):
        return self.write("package.json", json.dumps(practice.package(**resource)))

    def check(self, *args, code=DONE):
        return commons("dataset", "check", "--format", "json", *args).expect(code).json

    def spoilt(self):
        """Texts of files, by name, and how."""
        rows = practice.rows(200, 5)
        wrong = [dict(row) for row in rows]
        wrong[3]["sex"] = "F"
        wrong[9]["Age at visit"] = "old"
        wrong[40].update(cost="900.00")
        wrong[41].update(cost="-99")
        ids = rows + [dict(row, nhi=row["nhi"].lower()) for row in rows[:20]]
        return {"good": practice.to_csv(rows), "wrong": practice.to_csv(wrong),
                "ids": practice.to_csv(ids),
                "blank": practice.to_csv(rows) + "," * 8 + "\r\n" +
                         "Total,,,Male,3,,2020-01-01,,\r\n",
                "more": practice.to_csv([dict(row, extra="x") for row in rows],
                                        [*practice.NAMES, "extra"]),
                "lost": practice.to_csv([dict(row, sex="F") if row["sex"] == "Female" else row
                                         for row in rows]),
                "missing": practice.to_csv(rows, practice.NAMES[:-1])}

    def test_it_says_what_a_dry_run_says(self):
        entity = json.loads(json.dumps(practice.FIELDS))
        entity[0]["commons:role"] = "skip"
        package = practice.package(entity, **{"commons:entity": "nhi",
                                              "commons:max_rows_per_person": 1})
        path = self.write("package.json", json.dumps(package))
        with Lab(package, practice.csvs(OWNERS, 100)) as lab:
            for name, text in self.spoilt().items():
                with self.subTest(name):
                    data = self.write(f"{name}.csv", text)
                    run = commons("dataset", "import", "--dir", lab.member_dir("tui"), "--dataset",
                                  "visits", "--data", data, "--dry-run")
                    found = self.check("--package", path, data,
                                       code=DONE if run.code == DONE else FAILED)
                    (said,) = found["files"]
                    self.same(run, said)

    def same(self, run, said):
        if said["refused"]:
            self.assertNotEqual(run.code, DONE)
            # What stands in the way of an edition is the import's to say.
            message = said["message"].replace("nothing was imported", "edition 1 stays as it is")
            self.assertIn(message, run.err)
            return
        run.expect(DONE)
        self.assertIn(f"{said['accepted']} rows accepted, {said['rejected']} rejected;", run.out)
        self.assertEqual([f"commons: {words}" for words in said["warnings"]],
                         run.err.splitlines())

    def test_too_sensitive_a_definition_is_named(self):
        fields = json.loads(json.dumps(practice.FIELDS))
        fields[0]["commons:role"] = "skip"
        path = self.write("package.json", json.dumps(practice.package(
            fields, **{"commons:entity": "nhi", "commons:max_rows_per_person": 50})))
        data = self.write("a.csv", practice.to_csv(practice.rows(100, 1)))
        found = self.check("--package", path, data, code=FAILED)
        self.assertTrue(any("TOO_SENSITIVE" in words for words in found["warnings"]))

    def last_line(self, files, code=DONE, codes=("F", "M")):
        fields = [{"name": "id", "commons:role": "skip"}, {
            "name": "sex", "type": "string", "commons:role": "dimension",
            "constraints": {"enum": codes}}]
        package = self.write("small.json", json.dumps({"resources": [{
            "name": "visits", "commons:entity": "id", "schema": {"fields": fields}}]}))
        paths = [self.write(f"{owner}.csv", text) for owner, text in files.items()]
        said = commons("dataset", "check", "--package", package, *paths).expect(code).out
        return said, said.splitlines()[-1]

    def test_the_last_line_says_whether_there_is_something_to_look_at(self):
        plain = {owner: "id,sex\n" + "".join(f"{owner}{i},F\n" for i in range(9))
                 for owner in OWNERS}
        said, last = self.last_line(plain)
        self.assertEqual(last, "nothing has to be mended")
        self.assertIn("1 keeps 100 % of the rows", said)

        # Totals at the head of a file are rows like others; at its end one is known for what it is.
        codes = ("F", "M", "Total")
        said, last = self.last_line({**plain, "tui": "id,sex\nx,Total\n" + plain["tui"][7:]},
                                    codes=codes)
        self.assertIn("column \"sex\" has a code 'Total': where its rows are sums of others", said)
        self.assertEqual(last, "nothing stops an import; look at the warning above first")
        said, last = self.last_line({**plain, "tui": plain["tui"] + "x,Total\n"}, codes=codes)
        self.assertIn("reads as the total of the others", said)
        self.assertEqual(last, "nothing stops an import; look at the 2 warnings above first")

    def test_nothing_is_said_of_rows_that_no_import_takes(self):
        wrong = {owner: "id,gender\n1,F\n" for owner in OWNERS}
        said, last = self.last_line(wrong, code=FAILED)
        self.assertEqual(said.count("refused: "), 3)
        self.assertNotIn("keeps", said)
        self.assertEqual(last, "something has to be mended first")

    def test_what_has_no_rows_is_not_written_as_csv(self):
        data = self.write("a.csv", practice.to_csv(practice.rows(20, 1)))
        said = commons("dataset", "check", "--format", "csv", "--package", self.package(),
                       data).expect(WRONG_USE).err
        self.assertIn("--format 'csv' is not one of table, json", said)

    def test_costs_and_margins_are_those_of_an_answer(self):
        package = practice.package()
        files = practice.csvs(OWNERS, 100)
        paths = [self.write(f"{owner}.csv", text) for owner, text in files.items()]
        found = self.check("--package", self.write("package.json", json.dumps(package)), *paths)
        with Lab(package, files) as lab:
            answer = lab.query("SELECT COUNT(*) AS n FROM visits")
        (cell,) = answer["cells"]
        count = found["questions"][0]
        self.assertEqual(count["cost_micro_rho"], answer["cost_micro_rho"])
        self.assertEqual(count["margin95"], str(cell["values"]["n"]["margin95"]))


if __name__ == "__main__":
    unittest.main()
