"""Who asked, as every contributor wrote it down: what was answered, what was refused, what own
people did; still there after a node was killed; and what must never be in it."""

import csv
import io
import unittest

import practice
from lab import DONE, WRONG_USE, Lab, cells, commons

OWNERS = ["kahu", "rata", "tui"]
SQL = "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex"


class Audit(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab(practice.package(), practice.csvs(OWNERS, 200)))

    def listed(self, owner, *args):
        return commons("audit", "list", "--dir", self.lab.member_dir(owner), *args).expect(DONE)

    def entries(self, owner, *args):
        return self.listed(owner, "--format", "json", *args).json["entries"]

    def questions(self, owner):
        return [e for e in self.entries(owner) if e["kind"] == "question"]

    def test_every_contributor_knows_who_asked_for_what(self):
        answer = self.lab.query(SQL)
        for owner in OWNERS:
            (asked,) = self.questions(owner)
            self.assertEqual((asked["outcome"], asked["asked_by"], asked["dataset"]),
                             ("released", "kahu", "visits"))
            self.assertEqual(asked["question"], "how many rows, by sex")
            self.assertEqual(asked["sql"], answer["sql"])
            self.assertEqual(asked["query_id"], answer["query_id"])
            self.assertEqual(asked["cost_micro_rho"], answer["cost_micro_rho"])
            self.assertEqual(sorted(asked["members"]), OWNERS)
            self.assertLessEqual(set(asked["rules"]), set(answer["rules"]))
        self.assertEqual([e["kind"] for e in self.entries("kahu")][:2], ["asked", "question"])
        told = self.listed("tui").out.splitlines()[0]
        self.assertIn("kahu asked how many rows, by sex, of visits, for ", told)
        self.assertIn("answered together by kahu, rata, tui", told)

    def test_a_refusal_is_there_with_its_reason_and_survives_a_kill(self):
        self.lab.run("freeze", "rata", "--dataset", "visits").expect(DONE)
        self.lab.refusal(SQL)
        self.lab.kill("rata")
        self.lab.start("rata")
        (asked,) = self.questions("rata")
        self.assertEqual(asked["outcome"], "refused FROZEN")
        self.assertIn("no: the owner has stopped this for now", asked["words"])
        (asked,) = self.questions("tui")
        self.assertEqual(asked["outcome"], "not_carried_out")
        self.assertIn("nothing left and nothing was spent", asked["words"])

    def test_what_own_people_did_is_there(self):
        kinds = [(e["kind"], e["outcome"]) for e in self.entries("tui")]
        self.assertIn(("import", "done"), kinds)
        self.assertIn(("document", "done"), kinds)
        detail = [e["detail"] for e in self.entries("tui") if e["kind"] == "import"]
        self.assertEqual(detail, ["import of visits: edition 1, 200 rows, 0 left out"])
        commons("dataset", "drop", "--dir", self.lab.member_dir("tui"), "--dataset", "visits",
                "--yes").expect(DONE)
        self.assertIn("deletion of visits", [e["detail"] for e in self.entries("tui")])

    def test_it_is_narrowed_by_day_dataset_and_researcher(self):
        self.lab.query(SQL)
        (asked,) = self.questions("tui")
        self.assertEqual(self.entries("tui", "--since", "2099-01-01"), [])
        self.assertEqual(len(self.entries("tui", "--since", asked["at"][:10])),
                         len(self.entries("tui")))
        self.assertEqual(self.entries("tui", "--dataset", "nothing"), [])
        key = asked["researcher"]
        for researcher in (key[:8], key):
            self.assertEqual([e["kind"] for e in self.entries("tui", "--researcher", researcher)],
                             ["question"])
        self.assertEqual(self.entries("tui", "--researcher", "0" * 64), [])
        slip = commons("audit", "list", "--dir", self.lab.member_dir("tui"), "--since", "yesterday")
        self.assertIn("must be a day", slip.expect(WRONG_USE).err)
        rows = list(csv.DictReader(io.StringIO(self.listed("tui", "--format", "csv").out)))
        self.assertEqual([r["entry"] for r in rows],
                         [str(e["entry"]) for e in self.entries("tui")])
        told = commons("audit", "show", "--dir", self.lab.member_dir("tui"), rows[0]["entry"])
        self.assertIn("sql: SELECT sex, COUNT(*)", told.expect(DONE).out)
        gone = commons("audit", "show", "--dir", self.lab.member_dir("tui"), "999")
        self.assertIn("is not there", gone.expect(WRONG_USE).err)

    # NEVER a value of an answer.
    def test_no_figure_of_an_answer_is_in_it(self):
        answer = self.lab.query(SQL)
        values = {str(figures["n"]) for figures in cells(answer).values()
                  if figures["n"] is not None and figures["n"] > 99}
        self.assertTrue(values)
        for owner in OWNERS:
            (asked,) = self.questions(owner)
            for value in values:
                self.assertNotIn(value, asked["words"])
                self.assertNotIn(value, asked["sql"])


if __name__ == "__main__":
    unittest.main()
