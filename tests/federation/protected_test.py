"""Protected release: the noise is what the roster says, the truth lies within the margins, small
cells carry no number, budgets end when they say."""

import math
import os
import statistics
import unittest

from lab import REFUSED, Lab, cells, members
from oracle import COVID, HLFS, Pool, Question
from random_questions import Generator

LONG = os.environ.get("COMMONS_LONG") == "1"
QUESTIONS = 400 if LONG else 60
SEED = 4711
RICH = "yearly_budget_micro_rho = 4000000000000\n"
COUNT_COST = 5000
BY_SEX = "SELECT sex, COUNT(*) AS n FROM covid_cases GROUP BY sex"


def policy(**keys):
    return "".join(f"{key} = {value!r}\n".replace("'", '"') for key, value in keys.items())


class Tally:
    """Shown and suppressed numbers beside the truth."""

    def __init__(self, test, threshold, rounding, margin):
        self.test, self.threshold, self.rounding, self.margin = test, threshold, rounding, margin
        self.cut = max(threshold, margin)
        self.covered = self.cells = 0
        self.errors = []  # of cells that are always shown

    def add(self, question, answer, pooled):
        self.test.assertEqual((answer["threshold"], answer["rounding"]),
                              (self.threshold, self.rounding), question.sql)
        names = [f"d{i}" for i in range(len(question.dims))]
        seen = {tuple(c["key"][n] for n in names): c["values"]["n"] for c in answer["cells"]}
        self.test.assertEqual(set(seen), set(pooled), question.sql)
        for key, value in seen.items():
            self._cell(f"{question.sql}: {key}", value, pooled[key]["n"])

    def _cell(self, where, value, truth):
        self.cells += 1
        if value["status"] == "suppressed":
            self.test.assertEqual(set(value), {"status", "reason"}, where)
            self.test.assertIn(value["reason"], ["SMALL_CELL", "BELOW_NOISE"], where)
            # The cut of a table of K cells lies below threshold + 5.5 sigma while 0.05 / K does
            # not: so high is no cell's noise.
            self.covered += truth < self.threshold + 3 * self.margin
            return
        shown = value["value"]
        # Wider near the cut, for having been selected.
        self.test.assertGreaterEqual(value["margin95"], self.margin, where)
        if shown > self.threshold + 4 * self.margin:
            self.test.assertEqual(value["margin95"], self.margin, where)
        self.test.assertEqual(shown % self.rounding, 0, where)
        self.test.assertGreaterEqual(shown, self.threshold, where)
        self.test.assertGreaterEqual(shown + self.rounding, self.cut, where)
        if abs(shown - 2 * self.margin) <= self.rounding:
            expected = {"released", "unreliable"}
        else:
            expected = {"released"} if shown > 2 * self.margin else {"unreliable"}
        self.test.assertIn(value["status"], expected, f"{where} {value}")
        self.covered += abs(shown - truth) <= value["margin95"]
        if truth >= self.cut + 3 * self.margin:
            self.errors.append(shown - truth)

    def check(self, sigma):
        """The figures, and that the noise has the stated spread: neither too little nor too much.
        Limits lie 5 standard errors off, so that chance alone fails about once in a million."""
        test, n = self.test, len(self.errors)
        share = self.covered / self.cells
        test.assertGreaterEqual(share, 0.93, f"{self.covered} of {self.cells} cells covered")
        test.assertGreater(n, 200, "too few large cells to judge the noise by")
        variance = sigma ** 2 + self.rounding ** 2 / 12
        slack = 5 * math.sqrt(2 / n)
        spread = statistics.fmean(e * e for e in self.errors) / variance
        test.assertAlmostEqual(spread, 1, delta=slack, msg=f"variance of {n} errors")
        test.assertAlmostEqual(statistics.fmean(self.errors), 0, delta=5 * math.sqrt(variance / n))
        within = sum(abs(e) <= self.margin for e in self.errors) / n
        test.assertGreaterEqual(within, 0.95 - 5 * math.sqrt(0.95 * 0.05 / n))


class ManyQuestions(unittest.TestCase):
    def ask_many(self, lab, data, tally, columns):
        pool = Pool(data, data.owners)
        asked = {q.sql: q for q in Generator(data, SEED, False, columns).questions(QUESTIONS)}
        for sql, question in asked.items():
            answer = lab.query(sql)
            self.assertEqual(members(answer), data.owners)
            self.assertEqual(answer["release"], "protected")
            tally.add(question, answer, pool.answer(question))
        return tally

    def test_truth_lies_within_the_margins_of_22_owners_at_standard(self):
        shared = [c for c in COVID.columns("dimension") if c != "dhb"]
        with Lab(COVID.package, COVID.csvs(COVID.owners), RICH) as lab:
            tally = self.ask_many(lab, COVID, Tally(self, 6, 3, 29), shared)
            tally.check(sigma=math.sqrt(187))  # 34 coins of each of 22: docs/formats/release.md, 3
            answer = lab.query(BY_SEX)
            self.assertEqual(answer["noise"]["class"], "standard")
            self.assertTrue(13.6 < answer["noise"]["sigma"] < 13.9, answer["noise"])
            self.assertEqual(answer["cost_micro_rho"], COUNT_COST)
            self.check_explain_costs_nothing(lab)
            self.check_exclusive_cells_are_refused(lab)
            self.check_asking_twice(lab)

    def check_explain_costs_nothing(self, lab):
        before = {m: row["budget_left_micro_rho"] for m, row in lab.status().items()}
        told = lab.explain("SELECT sex, age_group, COUNT(*) FROM covid_cases GROUP BY 1, 2")
        self.assertEqual((told["cells"], told["cost_micro_rho"], told["margin95"]),
                         (30, COUNT_COST, 29))
        self.assertEqual({m["member"]: m["status"] for m in told["members"]},
                         {owner: "would_answer" for owner in COVID.owners})
        after = {m: row["budget_left_micro_rho"] for m, row in lab.status().items()}
        self.assertEqual(before, after)

    def check_exclusive_cells_are_refused(self, lab):
        for sql in ("SELECT COUNT(*) FROM covid_cases "
                    "WHERE dhb IN ('Lakes', 'Taranaki', 'Waikato')",
                    "SELECT dhb, COUNT(*) FROM covid_cases GROUP BY dhb"):
            self.assertEqual(lab.refusal(sql)["refused"]["reason"], "EXCLUSIVE_CELLS", sql)

    def check_asking_twice(self, lab):
        first, second = lab.query(BY_SEX), lab.query(BY_SEX)
        self.assertEqual(first["digest"], second["digest"])
        for answer in (first, second):
            self.assertAlmostEqual(cells(answer)[("Female",)]["n"], 22972, delta=6 * 14)

    def test_fine_noise_with_its_own_threshold_and_rounding_and_exclusive_cells_allowed(self):
        rules = RICH + policy(noise="fine", threshold=20, rounding=5, exclusive_cells="allow")
        with Lab(COVID.package, COVID.csvs(COVID.owners), rules) as lab:
            tally = self.ask_many(lab, COVID, Tally(self, 20, 5, 14), COVID.columns("dimension"))
            tally.check(sigma=math.sqrt(33))  # 6 coins of each of 22
            answer = lab.query("SELECT COUNT(*) AS n FROM covid_cases "
                               "WHERE dhb IN ('Lakes', 'Taranaki', 'Waikato')")
            self.assertEqual(answer["cost_micro_rho"], 31250)
            self.assertAlmostEqual(cells(answer)[()]["n"], 567 + 217 + 3665, delta=6 * 6)

    def test_sums_and_averages_of_12_regions_lie_within_their_margins(self):
        within = shown = 0
        pool = ClippedPool()
        with Lab(HLFS.package, HLFS.csvs(HLFS.owners), RICH) as lab:
            for dimension in HLFS.columns("dimension"):
                measures = [(f"{f}_{m}".lower(), f, m)
                            for f in ("SUM", "AVG") for m in ("hours_total", "wage", "weight")]
                question = Question(HLFS.dataset, [(dimension, None)], [], measures)
                answer = lab.query(question.sql)
                # Rows (shared with every average) and three sums: two partials a measure.
                self.assertEqual(answer["cost_micro_rho"], 4 * COUNT_COST)
                for key, truths in pool.answer(question).items():
                    (cell,) = [c for c in answer["cells"] if c["key"]["d0"] == key[0]]
                    for alias, _, _ in measures:
                        value = cell["values"][alias]
                        if value["status"] != "suppressed":
                            shown += 1
                            error = abs(value["value"] - float(truths[alias]))
                            within += error <= value["margin95"]
            self.check_percentiles(lab)
        self.assertGreater(shown, 300)
        # The values of a cell share its noise: simulated with these 12 regions' cells, the share is
        # 0.951 with a standard deviation of 0.0117. Five of them off.
        self.assertGreaterEqual(within / shown, 0.89, f"{within} of {shown}")


    def check_percentiles(self, lab):
        within = shown = 0
        pool = Pool(HLFS, HLFS.owners)
        fractions = {"low": 0.25, "middle": 0.5, "high": 0.9}
        for dimension in HLFS.columns("dimension"):
            measures = ", ".join(f"PERCENTILE_CONT({p}) WITHIN GROUP (ORDER BY age) AS {name}"
                                 for name, p in fractions.items())
            answer = lab.query(f"SELECT {dimension} AS d, {measures} FROM hlfs GROUP BY 1")
            self.assertEqual(answer["cost_micro_rho"], COUNT_COST)
            ages = {}
            for row in pool.rows(f"SELECT {dimension} AS d, age FROM T WHERE age IS NOT NULL"):
                ten = row["age"] // 10 * 10
                key = (f"[{ten},{ten + 10})" if dimension == "age"
                       else HLFS.label(dimension, row["d"]))
                ages.setdefault(key, []).append(row["age"])
            for cell in answer["cells"]:
                values = sorted(ages.get(cell["key"]["d"], []))
                for name, fraction in fractions.items():
                    value = cell["values"][name]
                    if value["status"] == "suppressed":
                        self.assertEqual(set(value), {"status", "reason"})
                        continue
                    self.assertRegex(value["band"], r"\[\d0,\d+0\)")
                    self.assertGreaterEqual(value["margin95"], 4.5)
                    shown += 1
                    within += bool(values) and (
                        abs(value["value"] - percentile(values, fraction)) <= value["margin95"])
        self.assertGreater(shown, 100)
        self.assertGreaterEqual(within / shown, 0.93, f"{within} of {shown}")


def percentile(values, fraction):
    """As PostgreSQL's percentile_cont, of sorted values."""
    row = fraction * (len(values) - 1)
    low, high = values[math.floor(row)], values[math.ceil(row)]
    return low + (row - math.floor(row)) * (high - low)


class ClippedPool(Pool):
    """Measures clipped to the declared bounds, as protected sums are."""

    def __init__(self):
        super().__init__(HLFS, HLFS.owners)
        for name, decimals in self.decimals.items():
            low, high = (bound * 10 ** decimals for bound in HLFS.fields[name]["commons:clip"])
            scaled = f'"{name} scaled"'
            self.db.execute(f"UPDATE T SET {scaled} = MAX({low}, MIN({high}, {scaled}))")


class SmallFederations(unittest.TestCase):
    def test_three_members_margin_and_a_budget_for_two_questions(self):
        owners = ["lakes", "taranaki", "waikato"]
        rules = policy(yearly_budget_micro_rho=2 * COUNT_COST + 4999)
        with Lab(COVID.package, COVID.csvs(owners), rules) as lab:
            for left in (COUNT_COST + 4999, 4999):
                answer = lab.query(BY_SEX)
                self.assertEqual(cells_margin(answer), {26})
                self.assertAlmostEqual(answer["noise"]["sigma"], 12.2, delta=0.1)
                self.assertEqual({row["budget_left_micro_rho"] for row in lab.status().values()},
                                 {left})
            refused = lab.refusal(BY_SEX)
            self.assertEqual(refused["refused"]["reason"], "BUDGET_EXHAUSTED")
            self.assertEqual({(m["member"], m["reason"]) for m in refused["members"]},
                             {(owner, "BUDGET_EXHAUSTED") for owner in owners})
            told = lab.explain(BY_SEX)
            self.assertEqual({(m["member"], m["reason"]) for m in told["members"]},
                             {(owner, "BUDGET_EXHAUSTED") for owner in owners})
            for member in told["members"]:
                self.assertIn(f"the question costs {COUNT_COST} micro-rho, 4999 are left until",
                              member["message"])
            self.assertIn("4999 are left until", refused["refused"]["message"])
            self.assertEqual((told["margin95"], told["min_members"]), (None, 3))
            table = lab.run("explain", BY_SEX)
            self.assertNotIn("±", table.out)
            self.assertIn("nobody would answer; at least 3 are needed", table.out)
            self.assertIn("commons explain says", lab.run("query", BY_SEX).err)

    def test_two_members_are_too_few(self):
        with Lab(COVID.package, COVID.csvs(["lakes", "waikato"])) as lab:
            outcome = lab.ask(BY_SEX).expect(REFUSED)
            self.assertEqual(outcome.json["refused"]["reason"], "TOO_FEW_MEMBERS")

    def test_a_member_less_than_the_minimum_and_rules_that_say_two_are_enough(self):
        with Lab(COVID.package, COVID.csvs(["lakes", "taranaki", "waikato"]),
                 policy(min_members=2)) as lab:
            lab.stop("taranaki")
            answer = lab.query(BY_SEX)
            self.assertEqual(members(answer), ["lakes", "waikato"])
            self.assertEqual(cells_margin(answer), {30})
            lab.stop("waikato")
            self.assertEqual(lab.refusal(BY_SEX)["refused"]["reason"], "TOO_FEW_MEMBERS")


def cells_margin(answer):
    return {v["margin95"] for c in answer["cells"] for v in c["values"].values()
            if v["status"] != "suppressed"}


if __name__ == "__main__":
    unittest.main()
