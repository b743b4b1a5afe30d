"""The proof of the open release, for one data set: every known question and many random ones, over
one, three and all owners, against the published answers and a pooled SQLite table."""

import json
import os
import unittest
from pathlib import Path

from lab import Lab, members
from oracle import Pool, close, differences, parse
from random_questions import Generator

QUERIES = json.loads((Path(__file__).parent / "oracle_queries.json").read_text(encoding="utf-8"))
LONG = os.environ.get("COMMONS_LONG") == "1"
SEED = 20261


def known_rows(rows, query, answer):
    """Known rows in the federation's words: {key: {measure: value}}."""
    labels = query.get("labels", {})
    names = {ours: known for known, ours in query["columns"].items()}
    def key(row):
        known = [names[dimension] for dimension in answer["dimensions"]]
        return tuple(labels.get(k, {}).get(str(row[k]), str(row[k])) for k in known)
    return {key(row): {m: row[names[m]] for m in answer["measures"]} for row in rows}


class OracleSuite(unittest.TestCase):
    """Subclasses set `data`, and the owners of the middle federation."""
    data = None
    three = []
    random_all, random_few = 40, 12

    @classmethod
    def setUpClass(cls):
        cls.queries = QUERIES[cls.data.name]
        cls.expected = cls.data.expected()["queries"]

    def test_every_known_question_is_listed_as_covered_or_says_why_not(self):
        self.assertEqual(set(self.queries), set(self.expected))
        for name, query in self.queries.items():
            with self.subTest(query=name):
                row = self.expected[name]["pooled"][0]
                said = set(query.get("columns", {})) | set(query.get("why_not_columns", {}))
                self.assertTrue(query.get("why_not") or said == set(row), f"{said} of {set(row)}")

    def test_pooled_table_gives_the_published_answers(self):
        pool = Pool(self.data, self.data.owners)
        for name, known in self.expected.items():
            with self.subTest(query=name):
                rows = pool.rows(known["sql"])
                self.assertEqual(len(rows), len(known["pooled"]))
                for row, want in zip(rows, known["pooled"]):
                    self.check_row(row, want)

    def test_one_owner(self):
        self.federation(self.three[:1], self.random_few)

    def test_three_owners(self):
        self.federation(self.three, self.random_few)

    def test_all_owners(self):
        self.federation(self.data.owners, 400 if LONG else self.random_all)

    def check_row(self, got, want):
        self.assertEqual(set(got), set(want))
        for name, value in want.items():
            if isinstance(value, float):
                self.assertTrue(close(got[name], value), f"{name}: {got[name]}, known {value}")
            else:
                self.assertEqual(got[name], value, name)

    def federation(self, owners, random_count):
        pool = Pool(self.data, owners)
        everyone = owners == self.data.owners
        with Lab(self.data.open_package(), self.data.csvs(owners), "release = 'open'\n") as lab:
            for name, query in self.queries.items():
                if "sql" in query:
                    with self.subTest(query=name, owners=len(owners)):
                        rows = pool.rows(self.expected[name]["sql"])
                        self.check_known(lab, query, rows, owners)
                        if everyone:
                            self.check_known(lab, query, self.expected[name]["pooled"], owners)
            if everyone:
                self.check_summaries(lab)
            for number, question in enumerate(Generator(self.data, SEED).questions(random_count)):
                with self.subTest(seed=SEED, number=number, sql=question.sql):
                    outcome = lab.ask(question.sql).expect(0)
                    self.assertEqual(
                        differences(question, parse(outcome.out), pool.answer(question)), [])

    def check_summaries(self, lab):
        """The published percentiles of columns in bands."""
        known = {"q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.9}
        for summary in self.data.expected().get("summaries", []):
            column = summary["column"]
            if "commons:breaks" not in self.data.fields[column]:
                continue
            measures = ", ".join(f"PERCENTILE_CONT({p}) WITHIN GROUP (ORDER BY {column}) AS {name}"
                                 for name, p in known.items())
            answer = parse(lab.ask(f"SELECT {measures} FROM {self.data.dataset}").expect(0).out)
            (cell,) = answer["cells"]
            for name in known:
                self.assertEqual(cell["values"][name], {
                    "status": "released", "value": summary["pooled"][name], "margin95": 0,
                    "noise_sd": 0}, f"{column} {name}")

    def check_known(self, lab, query, rows, owners):
        answer = parse(lab.ask(query["sql"]).expect(0).out)
        self.assertEqual(members(answer), owners)
        known = known_rows(rows, query, answer)
        seen = {tuple(c["key"][d] for d in answer["dimensions"]): c["values"]
                for c in answer["cells"]}
        self.assertEqual(set(known) - set(seen), set())
        for key, values in seen.items():
            for measure, value in values.items():
                want = known.get(key, {}).get(measure)
                if want is None:  # an empty cell: 0, and nothing to sum
                    self.assertIn(value["value"], (0, None), f"{key} {measure}")
                elif isinstance(want, float):
                    self.assertTrue(close(value["value"], want),
                                    f"{key} {measure}: {value}, {want}")
                else:
                    self.assertEqual(value["value"], want, f"{key} {measure}")
