"""Owners write their files differently, and the common definition does not change: the same rows in
many dialects, read by a real node, answer as the plain file does."""

import csv
import io
import json
import unittest

import practice
from lab import DONE, WRONG_USE, Lab, cells, commons

OWNERS = ["kahu", "rata", "tui"]
OPEN = "release = 'open'"
QUESTIONS = ["SELECT sex, service, COUNT(*) AS n, SUM(cost) AS c, SUM(distance) AS d FROM visits "
             "GROUP BY sex, service",
             "SELECT date_trunc('month', visited) AS m, COUNT(*) AS n FROM visits "
             "GROUP BY date_trunc('month', visited)"]


def written(records, delimiter=",", quote='"', encoding="utf-8", line_end="\n", before="",
            change=None, **how):
    """The rows by Python's own writer; `change` rewrites each of them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, practice.NAMES, delimiter=delimiter, quotechar=quote,
                            lineterminator=line_end, **how)
    text.write(before)
    writer.writeheader()
    writer.writerows({**row, **(change(row) if change else {})} for row in records)
    return text.getvalue().encode(encoding)


def day(form):
    def change(row):
        year, month, of_month = row["visited"].split("-")
        return {"visited": form.format(y=year, m=month, d=of_month, i=int(of_month),
                                       b="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
                                       [int(month) - 1])}
    return change


def money(form, point):
    return lambda row: {"cost": row["cost"] and form.format(row["cost"].replace(".", point))}


def fields(**by_name):
    return {"fields": [{"name": name.replace("_", " "), **how} for name, how in by_name.items()]}


SEX = {"Female": ["f", "Wahine"], "Male": ["m"], "Another": ["x"]}


def own_words(row):
    short = {"Female": "Wahine", "Male": "m", "Another": "x"}[row["sex"]]
    return {"sex": short, "service": row["service"] or "-"}


# (what the steward says, how the file is written)
DIALECTS = {
    "semicolons": ({"delimiter": ";"}, {"delimiter": ";"}),
    "tabs": ({"delimiter": "\t"}, {"delimiter": "\t"}),
    "pipes": ({"delimiter": "|", "quoteChar": "'"}, {"delimiter": "|", "quote": "'"}),
    "european": ({"delimiter": ";", **fields(cost={"decimalChar": ","},
                                             visited={"format": "%d.%m.%Y"})},
                 {"delimiter": ";",
                  "change": lambda row: {**money("{}", ",")(row), **day("{d}.{m}.{y}")(row)}}),
    "dollars": (fields(cost={"bareNumber": False, "groupChar": ","}),
                {"change": money("${}", ".")}),
    "euros behind": (fields(cost={"bareNumber": False, "decimalChar": ","}),
                     {"change": money("{} €", ",")}),
    "american dates": (fields(visited={"format": "%m/%d/%Y"}), {"change": day("{m}/{d}/{y}")}),
    "months by name": (fields(visited={"format": "%d %b %Y"}), {"change": day("{i} {b} {y}")}),
    "own words": (fields(sex={"commons:map": SEX}, service={"commons:map": {"": ["-"]}}),
                  {"change": own_words}),
    "a report": ({"headerRows": [3], "commentChar": "#"},
                 {"before": "Visits,2023\n# \"not\" a row\n"}),
    "UTF-16": ({"encoding": "utf-16"}, {"encoding": "utf-16"}),
    "Baltic": ({"encoding": "windows-1257"}, {"encoding": "cp1257"}),
    "ISO Baltic": ({"encoding": "iso-8859-13", "lineTerminator": "\r"},
                   {"encoding": "iso8859-13", "line_end": "\r"}),
    "spaces": ({"skipInitialSpace": True, "commons:trim": True},
               {"change": lambda row: {"distance": row["distance"] + "  ",
                                       "sex": row["sex"] + " "}}),
}


class Dialects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(
            Lab(practice.open_package(), practice.csvs(OWNERS, 60), OPEN))
        cls.dir = cls.lab.member_dir("tui")
        cls.records = practice.rows(400, 11)

    def load(self, data, dialect=None, code=DONE):
        path = self.lab.root / "own.csv"
        path.write_bytes(data)
        args = ["dataset", "import", "--dir", self.dir, "--dataset", "visits", "--data", path]
        if dialect is not None:
            said = self.lab.root / "dialect.json"
            said.write_text(dialect if isinstance(dialect, str) else json.dumps(dialect),
                            encoding="utf-8")
            args += ["--dialect", said]
        return commons(*args).expect(code)

    def answers(self):
        return [cells(self.lab.query(question, "--from", "tui")) for question in QUESTIONS]

    def rejects(self):
        (path,) = (self.dir / "outbox").iterdir()
        text = path.read_bytes()
        path.unlink()
        return text

    def test_every_dialect_answers_as_the_plain_file(self):
        self.load(written(self.records))
        plain = self.answers()
        for name, (said, how) in DIALECTS.items():
            with self.subTest(name):
                self.load(written(self.records[:5]))
                self.assertNotEqual(self.answers(), plain)
                outcome = self.load(written(self.records, **how), said)
                self.assertIn("400 rows accepted, 0 rejected", outcome.out)
                self.assertEqual(self.answers(), plain)

    def test_rejected_rows_are_mended_in_their_own_dialect(self):
        self.load(written(self.records))
        plain = self.answers()
        said, how = DIALECTS["european"]
        said = {**said, "encoding": "windows-1257"}
        torn = [{**row, "sex": "Wahine" if number < 5 else row["sex"]}
                for number, row in enumerate(self.records)]
        outcome = self.load(written(torn, encoding="cp1257", **how), said)
        self.assertIn("395 rows accepted, 5 rejected", outcome.out)
        self.assertRegex(outcome.err, "import their file with --dialect .*dialect.json, which adds")
        mended = self.rejects().decode("utf-8-sig")
        for row in self.records[:5]:
            mended = mended.replace("Wahine", row["sex"], 1)
        # Saved by a program that writes no byte order mark it would be in the owner's encoding.
        added = self.load(mended.encode("cp1257"), said)
        self.assertIn("5 rows added, 0 rejected", added.out)
        self.assertEqual(self.answers(), plain)

    def test_a_dialect_that_can_not_be_is_a_wrong_option(self):
        held = commons("dataset", "list", "--dir", self.dir, "--format", "json").json
        for dialect, words in (({"delimeter": ";"}, 'is it "delimiter"?'),
                               ("{", "dialect.json: is not JSON: parse error at line 1"),
                               (fields(cost={"groupChar": ",", "decimalChar": ","}), "the same"),
                               (fields(visited={"format": "any"}), "in two ways"),
                               (fields(csot={"groupChar": ","}), 'is it "cost"?'),
                               (fields(sex={"commons:map": {"female": ["f"]}}),
                                'is it "Female"?')):
            with self.subTest(words):
                outcome = self.load(written(self.records), dialect, code=WRONG_USE)
                self.assertEqual(len(outcome.err.splitlines()), 1)
                self.assertIn(words, outcome.err)
        self.assertEqual(commons("dataset", "list", "--dir", self.dir, "--format", "json").json,
                         held)

    def test_each_member_of_a_lab_has_its_own(self):
        rows = {owner: practice.rows(60, seed) for seed, owner in enumerate(OWNERS)}
        said, how = DIALECTS["european"]
        csvs = {owner: practice.to_csv(rows[owner]) for owner in OWNERS}
        with Lab(practice.open_package(), csvs, OPEN) as lab:
            plain = [cells(lab.query(question)) for question in QUESTIONS]
        path = self.lab.root / "european.json"
        path.write_text(json.dumps(said), encoding="utf-8")
        csvs["rata"] = written(rows["rata"], **how)
        with Lab(practice.open_package(), csvs, OPEN, dialects=[f"rata={path}"]) as lab:
            self.assertEqual([cells(lab.query(question)) for question in QUESTIONS], plain)


if __name__ == "__main__":
    unittest.main()
