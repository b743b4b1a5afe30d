"""Files as people have them: nobody is lost in silence, nobody is counted who is not there."""

import unittest

import practice
from lab import DONE, FAILED, WRONG_USE, Lab, cells, commons

OWNERS = ["kahu", "rata", "tui"]
COUNT = "SELECT COUNT(*) AS n FROM visits"
OPEN = "release = 'open'"


class Files(unittest.TestCase):
    """Of tui; the other two hold 50 rows each."""

    @classmethod
    def setUpClass(cls):
        package = practice.open_package()
        sex = next(field for field in package["resources"][0]["schema"]["fields"]
                   if field["name"] == "sex")
        sex["commons:exclusive"] = {"Another": "kahu"}
        csvs = {name: practice.to_csv(cls.rows()) for name in OWNERS}
        cls.lab = cls.enterClassContext(Lab(package, csvs, OPEN))
        cls.dir = cls.lab.member_dir("tui")

    @staticmethod
    def rows():
        rows = practice.rows(50, 5)
        for row in rows:
            row["sex"] = "Male" if row["sex"] == "Another" else row["sex"]
        return rows

    def load(self, content, *args, code=DONE):
        path = self.lab.root / "tui.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return commons("dataset", "import", "--dir", self.dir, "--dataset", "visits",
                       "--data", path, *args).expect(code)

    def counted(self):
        return cells(self.lab.query(COUNT))[()]["n"]

    def test_what_would_be_lost_is_stated_first_and_said_of_every_answer(self):
        self.load(practice.to_csv(self.rows()))
        broken = self.rows()
        for row in broken[:2]:
            row["sex"] = "female"
        outcome = self.load(practice.to_csv(broken), code=FAILED)
        for words in ("2 of 50 rows were not accepted, more than 2 %", "stays as it is",
                      "at least 4 %", "--accept-rejects"):
            self.assertIn(words, outcome.err)
        self.assertEqual(self.counted(), 150)
        self.assertNotIn("left out", " ".join(self.lab.query(COUNT)["caveats"]))
        self.load(practice.to_csv(broken), "--accept-rejects", "3.9%", code=FAILED)
        self.load(practice.to_csv(broken), "--accept-rejects", "4", code=WRONG_USE)
        self.load(practice.to_csv(broken), "--accept-rejects", "4%")
        self.assertEqual(self.counted(), 148)
        told = "1 of 3 members left out more than 2 % of their rows: tui (at most 4 %)."
        self.assertIn(told, self.lab.query(COUNT)["caveats"])
        self.assertIn(told, self.lab.explain(COUNT)["notes"])

    def test_rows_of_nobody_are_left_out_and_a_total_is_named(self):
        text = practice.to_csv(self.rows())
        columns = text.splitlines()[0].count(",")
        blank = ("," * columns + "\r\n") * 20
        outcome = self.load(text + blank)
        self.assertIn("50 rows accepted, 0 rejected", outcome.out)
        self.assertIn("20 rows without any declared value were left out", outcome.err)
        self.assertEqual(self.counted(), 150)
        total = self.rows()[0]
        total["comment"] = "Total"
        outcome = self.load(practice.to_csv(self.rows() + [total]))
        self.assertIn("the last row (row 52) reads as the total", outcome.err)

    def test_who_holds_nobody_answers_with_zero(self):
        outcome = self.load(practice.to_csv([]))
        self.assertIn("nobody is in it", outcome.err)
        answer = self.lab.query(COUNT, "--per-member")
        self.assertEqual(cells(answer)[()]["n"], 100)
        (tui,) = [member for member in answer["members"] if member["member"] == "tui"]
        self.assertEqual(tui["status"], "answered")

    def test_what_is_not_stored_may_hold_anything(self):
        text = practice.to_csv(self.rows()).replace(",none,", ",Hēmi,")
        outcome = self.load(text.encode("utf-8").replace("ē".encode("utf-8"), b"\xe7"))
        self.assertIn("50 rows accepted, 0 rejected", outcome.out)

    def test_another_encoding_is_named_once_and_no_value(self):
        rows = self.rows()
        rows[3]["service"] = "Rongoā, mirimiri"
        text = practice.to_csv(rows).replace("Rōpū", "ropu").encode("iso8859-13")
        outcome = self.load(text.replace(b"Wh\xe2nau", "Whānau".encode("utf-8")), code=WRONG_USE)
        self.assertIn("ISO-8859-13", outcome.err)
        self.assertEqual(len(outcome.err.splitlines()), 1)
        self.assertNotIn("mirimiri", outcome.err)

    def test_a_code_that_is_another_members_is_rejected_with_a_count(self):
        rows = self.rows()
        rows[0]["sex"] = "Another"
        outcome = self.load(practice.to_csv(rows))
        self.assertIn('1 rows rejected: column "sex": a code that only another member holds',
                      outcome.err)

    def test_csv_says_beside_it_who_is_missing_and_strict_makes_it_exit_1(self):
        as_csv = ("query", "--from", "kahu", "--format", "csv", COUNT)
        self.assertIn("PRACTICE", self.lab.run(*as_csv, "--strict").expect(DONE).err)
        self.lab.stop("tui")
        self.addCleanup(self.lab.start, "tui")
        partial = self.lab.run(*as_csv).expect(DONE)
        told = [line for line in partial.err.splitlines() if "Without tui" in line]
        self.assertEqual(len(told), 1)
        for args in (as_csv, ("query", "--from", "kahu", COUNT)):
            strict = self.lab.run(*args, "--strict").expect(FAILED)
            self.assertNotEqual(strict.out, "")


class Packages(unittest.TestCase):
    def test_one_of_several_resources_is_named(self):
        package = practice.open_package()
        package["resources"].append({**package["resources"][0], "name": "other"})
        lab = Lab(package, {"tui": practice.to_csv(practice.rows(20, 1))}, OPEN)
        self.addCleanup(lab.close)
        self.assertIn("name one (--resource) of", lab.up(WRONG_USE).err)
        lab.run("up", "--package", lab.package, "--data", lab.data, "--policy", lab.policy,
                "--resource", "other", timeout=240).expect(DONE)
        self.assertEqual(cells(lab.query("SELECT COUNT(*) AS n FROM other"))[()]["n"], 20)


if __name__ == "__main__":
    unittest.main()
