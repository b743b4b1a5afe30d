"""Awkward real labels survive from the CSV to the answer, in every format."""

import collections
import csv
import io
import unittest

import practice
from lab import DONE, Lab, cells

OWNERS = ["Ngāti Whātua", "o'brien & sons", "tui"]
BY_SERVICE = "SELECT service, COUNT(*) AS n FROM visits GROUP BY service"


class AwkwardLabels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.records = [row for seed in range(3) for row in practice.rows(150, seed)]
        cls.lab = cls.enterClassContext(
            Lab(practice.open_package(), practice.csvs(OWNERS, 150), "release = 'open'"))

    def truth(self, column):
        return collections.Counter(row[column] or None for row in self.records)

    def test_labels_with_commas_quotes_brackets_and_macrons(self):
        answer = self.lab.query(BY_SERVICE)
        self.assertEqual({key: value["n"] for (key,), value in cells(answer).items()},
                         {label: self.truth("service")[label]
                          for label in [*practice.SERVICES, None]})
        self.assertEqual(sorted(m["member"] for m in answer["members"]), sorted(OWNERS))

    def test_each_label_in_where(self):
        for label in practice.SERVICES:
            with self.subTest(label=label):
                quoted = "'" + label.replace("'", "''") + "'"
                answer = self.lab.query(
                    f"SELECT COUNT(*) AS n FROM visits WHERE service = {quoted}")
                self.assertEqual(cells(answer)[()]["n"], self.truth("service")[label])
                again = self.lab.query(answer["sql"])
                self.assertEqual(again["digest"], answer["digest"])

    def test_columns_with_spaces_and_capitals(self):
        answer = self.lab.query('SELECT "Age at visit", COUNT(*) AS n FROM visits '
                                "WHERE \"Age at visit\" < 25 GROUP BY 1")
        counts = {key: value["n"] for (key,), value in cells(answer).items()}
        self.assertEqual(list(counts), ["[0,15)", "[15,25)"])
        ages = [int(row["Age at visit"]) for row in self.records]
        self.assertEqual(list(counts.values()), [sum(age < 15 for age in ages),
                                                 sum(15 <= age < 25 for age in ages)])

    def test_csv_reads_back(self):
        text = self.lab.run("query", "--format", "csv", BY_SERVICE).expect(DONE).out
        found = {row["service"]: int(row["n"]) for row in csv.DictReader(io.StringIO(text))}
        for label in practice.SERVICES:
            self.assertEqual(found[label], self.truth("service")[label])

    def test_order_limit_rollup_and_unnamed_measures(self):
        answer = self.lab.query(
            "SELECT service, COUNT(*), SUM(cost) FROM visits "
            "WHERE service IS NOT NULL GROUP BY service ORDER BY 2 DESC LIMIT 3")
        counts = [cell["values"]["count"]["value"] for cell in answer["cells"]]
        self.assertEqual(counts, sorted(self.truth_values(), reverse=True)[:3])
        self.assertEqual(answer["measures"], ["count", "sum"])
        rolled = self.lab.query("SELECT sex, COUNT(*) AS n FROM visits GROUP BY ROLLUP(sex)")
        (total,) = [cell for cell in rolled["cells"] if cell["key"] == {}]
        self.assertEqual(total["values"]["n"]["value"], len(self.records))

    def truth_values(self):
        return [self.truth("service")[label] for label in practice.SERVICES]

    def test_paraphrases_share_a_digest(self):
        digests = {self.lab.query(sql)["digest"] for sql in (
            "SELECT sex, COUNT(*) FROM visits "
            "WHERE \"Age at visit\" >= 15 AND \"Age at visit\" < 25 GROUP BY sex",
            "select count(*) as c, sex as s from visits v "
            "where v.\"Age at visit\" between 15 and 24 group by 2 order by 1 desc limit 1",
            "SELECT sex, COUNT(*) FROM visits "
            "WHERE 1 = 1 AND \"Age at visit\" = '[15,25)' GROUP BY 1")}
        self.assertEqual(len(digests), 1)


if __name__ == "__main__":
    unittest.main()
