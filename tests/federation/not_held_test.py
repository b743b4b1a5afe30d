"""A member whose files lack a declared column: it says so in its notice, answers what does not use
the column, and is refused alone where a question does."""

import unittest

from lab import DONE, WRONG_USE, Lab, cells, commons, until

COUNT = "SELECT COUNT(*) AS n FROM visits"
BY_WARD = "SELECT ward, COUNT(*) AS n FROM visits GROUP BY ward"
BY_FIRST_WARD = "SELECT ward_prioritised, COUNT(*) AS n FROM visits GROUP BY 1"


def field(name, codes):
    return {"name": name, "type": "string", "commons:role": "dimension",
            "constraints": {"required": True, "enum": codes}}


PACKAGE = {"name": "p", "resources": [{"name": "visits", "schema": {
    "fields": [field("sex", ["F", "M"]),
               {**field("ward", ["x", "y"]), "commons:separator": ";",
                "commons:priority": ["y", "x"]}]}}]}
ROWS = {"kahu": "sex,ward\nF,x\nM,y\n", "rata": "sex,ward\nF,y\n", "tui": "sex\nM\nM\nF\n"}
OPEN = "release = 'open'\ncooling_off = '0s'\n"


class NotHeld(unittest.TestCase):
    def test_what_is_missing_and_not_stated_is_an_error(self):
        lab = Lab(PACKAGE, ROWS, OPEN)
        self.addCleanup(lab.close)
        said = lab.up(code=WRONG_USE).err
        self.assertIn('declared columns missing from the header: "ward"', said)
        self.assertIn("one that the owner does not hold with --not-held", said)

    def test_the_member_answers_all_that_does_not_use_the_column(self):
        lab = self.enterContext(Lab(PACKAGE, ROWS, OPEN, not_held=["tui=ward"]))
        self.assertEqual(cells(lab.query(COUNT)), {(): {"n": 6}})
        for question in (BY_WARD, BY_FIRST_WARD):
            answer = lab.query(question)
            self.assertEqual(cells(answer), {("x",): {"n": 1}, ("y",): {"n": 2}})
            said = {m["member"]: m.get("reason") for m in answer["members"]}
            self.assertEqual(said, {"kahu": None, "rata": None, "tui": "COLUMN_NOT_HELD"})
        explained = lab.run("explain", "--format", "json", BY_WARD).expect(DONE).json
        said = {m["member"]: m.get("reason") for m in explained["members"]}
        self.assertEqual(said["tui"], "COLUMN_NOT_HELD")

        at = lab.member_dir("tui")
        (held,) = commons("dataset", "list", "--dir", at, "--format", "json").json["datasets"]
        self.assertEqual(held["not_held"], ["ward"])
        catalogue = commons("catalogue", "--dir", lab.member_dir("kahu"), "--format", "json").json
        holders = {h["member"]: h["not_held"] for h in catalogue["datasets"][0]["holders"]}
        self.assertEqual(holders, {"kahu": [], "rata": [], "tui": ["ward"]})

        # Its next file has the column: the board signs that more is opened.
        path = lab.root / "tui.csv"
        path.write_text("sex,ward\nM,x\n", encoding="utf-8")
        commons("dataset", "import", "--dir", at, "--dataset", "visits",
                "--data", path).expect(DONE)
        until(lambda: cells(lab.query(BY_WARD)) == {("x",): {"n": 2}, ("y",): {"n": 2}})
        commons("dataset", "revert", "--dir", at, "--dataset", "visits").expect(DONE)
        until(lambda: cells(lab.query(COUNT)) == {(): {"n": 6}})
        for question in (BY_WARD, BY_FIRST_WARD):
            refused = {m["member"]: m.get("reason") for m in lab.query(question)["members"]}
            self.assertEqual(refused["tui"], "COLUMN_NOT_HELD")


if __name__ == "__main__":
    unittest.main()
