"""The example of docs/formats/datapackage.md, visits of which a patient has many, asked under the
rules that nobody changed."""

import collections
import csv
import io
import json
import pathlib
import random
import re
import unittest

from lab import Lab

DOC = pathlib.Path(__file__).resolve().parents[2] / "docs" / "formats" / "datapackage.md"
OWNERS = ["kahu", "rata", "tui"]
YEARLY_BUDGET = 500_000
BY_MONTH = ("SELECT date_trunc('month', visit) AS month, COUNT(*) AS n FROM clinic_visits "
            "GROUP BY month")


def example():
    return json.loads(re.search(r"```json\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S)[1])


def visits(owner, patients=400):
    """Up to 30 visits of each patient, often several in a month."""
    pick = random.Random(owner)
    rows = []
    for patient in range(patients):
        for _ in range(pick.randrange(1, 31)):
            rows.append({"patient": f"{owner}-{patient}", "iwi_affiliated": pick.choice(["0", "1"]),
                         "visit": f"202{pick.randrange(3, 5)}-{pick.randrange(1, 13):02}-"
                                  f"{pick.randrange(1, 29):02}",
                         "age": str(pick.randrange(120)), "notes": "none",
                         "cost": f"{pick.randrange(50000) / 100:.2f}"})
    return rows


def to_csv(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = {owner: visits(owner) for owner in OWNERS}
        cls.lab = cls.enterClassContext(
            Lab(example(), {owner: to_csv(rows) for owner, rows in cls.rows.items()}))

    def test_a_table_by_month_costs_twelve_counts_and_holds_each_patient_once_a_month(self):
        explained = self.lab.explain(BY_MONTH)
        self.assertEqual(explained["cost_micro_rho"], 60_000)
        self.assertEqual({member["status"] for member in explained["members"]}, {"would_answer"})
        self.assertTrue(any("right at most 70 %" in note for note in explained["notes"]),
                        explained["notes"])
        answer = self.lab.query(BY_MONTH)
        self.assertEqual(answer["cost_micro_rho"], 60_000)
        self.assertTrue(any("At most 12 rows of one person count, 1 in each cell" in caveat
                            for caveat in answer["caveats"]), answer["caveats"])
        # What no bound by r could change: how many patients came in each month, and how many visits
        # there were.
        patients, rows = collections.defaultdict(set), collections.Counter()
        for owner in self.rows.values():
            for row in owner:
                patients[row["visit"][:7]].add(row["patient"])
                rows[row["visit"][:7]] += 1
        self.assertEqual(len(answer["cells"]), 24)
        for cell in answer["cells"]:
            value, month = cell["values"]["n"], cell["key"]["month"]
            self.assertEqual(value["status"], "released")
            margin = 2 * value["margin95"]
            self.assertLessEqual(value["value"], len(patients[month]) + margin, month)
            self.assertLess(value["value"], rows[month], month)

    def test_averages_and_people_are_asked_too(self):
        for sql, cost in (("SELECT AVG(cost) AS c FROM clinic_visits", 120_000),
                          ("SELECT COUNT(DISTINCT person) AS n FROM clinic_visits", 5_000)):
            answer = self.lab.query(sql)
            self.assertEqual(answer["cost_micro_rho"], cost)
            self.assertNotEqual(list(answer["cells"][0]["values"].values())[0]["status"],
                                "suppressed")


if __name__ == "__main__":
    unittest.main()
