"""Open answers over tables of random columns agree with plain Python, cell by cell."""

import math
import random
import unittest
from fractions import Fraction

from lab import DONE, Lab
from random_tables import Table
from table_questions import Either

SEEDS = range(1, 7)
QUESTIONS = 25


class RandomTables(unittest.TestCase):
    left_out = 0  # answered questions with a condition on what they group by
    grouped = 0  # answered questions that use groups which the package names
    joined = 0  # answered questions with a FILTER between columns
    from_bands = 0  # percentiles of more values than can be counted one by one

    def test_every_cell(self):
        answered = 0
        for seed in SEEDS:
            table = Table(random.Random(seed))
            with self.subTest(seed=seed), Lab(table.package, table.csvs, "release = 'open'") as lab:
                for _ in range(QUESTIONS):
                    answered += self.check(lab, table, table.question())
        self.assertGreater(answered, len(SEEDS) * QUESTIONS * 3 // 4)
        self.assertGreater(self.left_out, len(SEEDS) * QUESTIONS // 4)
        self.assertGreater(self.grouped, len(SEEDS))
        self.assertGreater(self.joined, len(SEEDS))
        self.assertGreater(self.from_bands, 0)

    def check(self, lab, table, question):
        outcome = lab.ask(question.sql)
        if outcome.code != DONE:  # several wide dimensions may have too many cells: nothing else
            self.assertGreater(question.counted * question.widest, 4096, question.sql)
            self.assertEqual(outcome.json["refused"]["reason"], "TOO_MANY_CELLS",
                             f"{question.sql}\n{outcome.out}")
            return False
        kept = question.kept(table.rows)
        self.assertEqual([cell["key"] for cell in outcome.json["cells"]], question.keys,
                         question.sql)
        for cell in outcome.json["cells"]:
            truth = question.truth(question.cell(kept, cell["key"]))
            for alias, expected in truth.items():
                value = cell["values"][alias]
                found = value.get("value")
                agrees = same(found, expected)
                if found is not None and not question.exact(alias):
                    agrees = "band" in value and expected is not None and (
                        abs(found - expected) <= value["margin95"] + 1e-9)
                    self.from_bands += 1
                self.assertTrue(agrees, f"{question.sql}\n{cell['key']} {alias}: {value}, "
                                        f"not {expected}")
        self.left_out += question.leaves_out
        self.grouped += "groups of" in question.sql
        self.joined += any(isinstance(f, Either) for f in question.filters.values())
        if not question.rollup:
            total = sum(cell["values"]["n"]["value"] for cell in outcome.json["cells"])
            self.assertEqual(total, len(kept), question.sql)
        return True


def same(found, expected):
    if found is None or expected is None:
        return found is expected
    if isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(expected, Fraction):
        return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)
    return found == expected


if __name__ == "__main__":
    unittest.main()
