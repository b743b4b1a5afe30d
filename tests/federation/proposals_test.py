"""What infer proposes of a file must import as it is: the definition, with the dialect that was
found where there is one, is checked over the same files. Over the repository's data, the shared
data and cases where they are present, and files as spreadsheets write them."""

import collections
import csv
import io
import json
import pathlib
import random
import unittest

from guarded_folder import GuardedFolder
from lab import DONE, WRONG_USE, Lab, cells, commons

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "tests" / "data", ROOT / "deploy" / "demo" / "data",
           ROOT.parent / "shared" / "data", ROOT.parent / "shared" / "cases"]
UNREADABLE = {"crcrlf.csv", "utf8-double.csv"}  # headings with control characters


def files():
    """[path] and the .csv files of each folder together."""
    paths = sorted(path for folder in FOLDERS for path in folder.rglob("*.csv"))
    by_folder = collections.defaultdict(list)
    for path in paths:
        by_folder[path.parent].append(path)
    return [[path] for path in paths] + [some for some in by_folder.values() if len(some) > 1]


def export(rows):
    """As a spreadsheet in another language writes it: titles, semicolons, decimal commas, spaces
    around texts, a total below."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([["Clinic visits 2024", "", "", "", ""], ["", "", "", "", ""],
                      ["Client ID", "Sex", "Insured", "Seen", "Cost"], *rows,
                      ["Total", "", "", "", "1 234 567,50"]])
    return out.getvalue()


def exported_rows(owner, count=400):
    pick = random.Random(owner)
    return [[f"{owner}{pick.randrange(150)}", pick.choice([" F", "F", "M "]),
             pick.choice(["Y", "y", "N", ""]),
             f"{pick.randrange(1, 29)}/{pick.randrange(1, 13)}/2024",
             f"{pick.randrange(1, 9)} {pick.randrange(100, 999)},{pick.randrange(10, 99)}"]
            for _ in range(count)]


class Proposals(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(GuardedFolder("commons-proposals-"))
        self.package, self.dialect = self.folder / "p.json", self.folder / "d.json"

    def infer(self, paths, *args):
        for path in (self.package, self.dialect):
            path.unlink(missing_ok=True)
        return commons("dataset", "infer", *paths, "--out", self.package, "--dataset", "visits",
                       *args)

    def check(self, paths):
        dialect = ["--dialect", self.dialect] if self.dialect.exists() else []
        return commons("dataset", "check", "--package", self.package, "--format", "json",
                       *dialect, *paths)

    def test_what_is_proposed_imports_as_it_is(self):
        proposed = 0
        for paths in files():
            for args in ((), ("--dialect-out", self.dialect)):
                with self.subTest(paths=[str(path) for path in paths[:3]], args=bool(args)):
                    done = self.infer(paths, *args)
                    if done.code == DONE:
                        proposed += 1
                        self.assertNotIn("an import would stop", done.err)
                        found = self.check(paths).json
                        self.assertFalse([f for f in found["files"] if f["refused"]])
                    elif "nothing could be asked" not in done.err and len(paths) == 1:
                        self.assertTrue(not args or paths[0].name in UNREADABLE, done.err)
        self.assertGreater(proposed, 60)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_an_export_of_a_spreadsheet_is_read_with_one_option(self):
        people = {owner: exported_rows(owner) for owner in ("kahu", "rata", "tui")}
        csvs = {owner: export(rows) for owner, rows in people.items()}
        paths = [self.write(f"{owner}.csv", text) for owner, text in csvs.items()]
        refused = self.infer(paths).expect(WRONG_USE).err
        self.assertIn('--dialect-out FILE reads it so, and writes that down: {"delimiter": ";", '
                      '"headerRows": [3]}', refused)
        said = self.infer(paths, "--dialect-out", self.dialect).expect(DONE).out
        self.assertIn("the last row of 3 files reads as the total", said)
        self.assertEqual(json.loads(self.dialect.read_text(encoding="utf-8")), {
            "delimiter": ";", "headerRows": [3], "commons:trim": True, "fields": [
                {"name": "Seen", "format": "%d/%m/%Y"},
                {"name": "Cost", "groupChar": " ", "decimalChar": ","}]})
        insured = next(field for field in json.loads(self.package.read_text(encoding="utf-8"))
                       ["resources"][0]["schema"]["fields"] if field["name"] == "Insured")
        self.assertEqual(insured["type"], "boolean")
        self.assertTrue({"Y", "y"} <= set(insured["trueValues"]))
        self.check(paths).expect(DONE)
        policy = "noise = 'broad'\nyearly_budget_micro_rho = 100000000\n"
        with Lab(json.loads(self.package.read_text(encoding="utf-8")), csvs, policy,
                 dialects=[self.dialect]) as lab:
            answer = lab.query('SELECT "Insured", COUNT(*) AS n FROM visits GROUP BY "Insured"')
            self.assertEqual(set(cells(answer)), {("false",), ("true",), (None,)})

    def test_files_that_are_the_same_are_named(self):
        text = "sex,n\n" + "".join(f"{'FM'[i % 2]},{i % 70}\n" for i in range(200))
        paths = [self.write(name, text) for name in ("kahu.csv", "tui.csv")]
        self.assertIn("the same, byte by byte", self.infer(paths).expect(DONE).out)
        self.assertIn("the file is the same, byte by byte, as " + str(paths[0]),
                      self.check(paths).json["files"][1]["warnings"])

    def test_a_pasted_file_is_refused_with_its_row(self):
        text = "sex,n\n" + "".join(f"{'FM'[i % 2]},{i % 70}\n" for i in range(200))
        once, twice = self.write("once.csv", text), self.write("twice.csv", text + text)
        self.infer([once]).expect(DONE)
        self.assertIn("row 202 (line 202) is the header again",
                      self.check([twice]).json["files"][0]["message"])
        self.assertIn("row 202 (line 202) is the header again",
                      self.infer([twice]).expect(WRONG_USE).err)


if __name__ == "__main__":
    unittest.main()
