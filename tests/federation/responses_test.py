"""A column of several responses: each row counts once in each group it names, and once in the
total. The answers are counted again in plain Python."""

import random
import unittest

from lab import DONE, Lab, cells

CODES = ["Māori", "Samoan", "Tongan", "European"]
PRIORITY = ["Tongan", "European", "Māori", "Samoan"]
PACKAGE = {"name": "p", "resources": [{"name": "visits", "schema": {"fields": [
    {"name": "eth", "type": "string", "commons:role": "dimension", "constraints": {"enum": CODES},
     "commons:max_responses": 3, "commons:separator": ";", "commons:priority": PRIORITY},
    {"name": "why", "type": "list", "delimiter": "|", "commons:role": "dimension",
     "categories": ["a", "b"]},
    {"name": "sex", "type": "string", "commons:role": "dimension",
     "constraints": {"required": True, "enum": ["F", "M"]}}]}}]}
GROUPS = "People may be in several groups of eth: the groups add up to more than the total."


def draw(seed):
    """(responses, reasons, sex) of each row."""
    chance = random.Random(seed)
    return [(chance.sample(CODES, chance.randint(0, 3)), chance.sample("ab", chance.randint(0, 2)),
             chance.choice("FM")) for _ in range(300)]


def to_csv(rows):
    return "eth,why,sex\n" + "".join(
        f"{';'.join(eth)},{'|'.join(why)},{sex}\n" for eth, why, sex in rows)


def count(rows, *keys):
    counts = {}
    for row in rows:
        groups = [()]
        for key in keys:
            values = row[key] if key != 2 else [row[2]]
            groups = [group + (value,) for group in groups for value in (values or [None])]
        for group in groups:
            counts[group] = counts.get(group, 0) + 1
    return counts


class Responses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        owners = {name: draw(name) for name in ("kahu", "rata", "tui")}
        cls.rows = [row for rows in owners.values() for row in rows]
        csvs = {name: to_csv(rows) for name, rows in owners.items()}
        # One field too many of them, and one that nobody declared, both rejected and said.
        csvs["tui"] = csvs["tui"].replace("\n", ",x\n").replace("sex,x", "sex,eth_prioritised")
        csvs["tui"] += "Māori;Samoan;Tongan;European,,F,x\nMaori;Samoan,,F,x\n"
        cls.lab = Lab(PACKAGE, csvs, "release = 'open'\n")
        cls.addClassCleanup(cls.lab.close)
        cls.said = cls.lab.up().err

    def asked(self, sql):
        answer = self.lab.query(sql)
        return {key: value["n"] for key, value in cells(answer).items() if value["n"]}, answer

    def test_rows_with_too_many_or_unknown_responses_are_rejected(self):
        self.assertIn('tui: 1 rows rejected: column "eth": more codes than one row may have',
                      self.said)
        self.assertIn('tui: 1 rows rejected: column "eth": not one of the declared codes',
                      self.said)

    def test_groups_and_totals(self):
        counted, answer = self.asked("SELECT eth, COUNT(*) AS n FROM visits GROUP BY eth")
        self.assertEqual(counted, count(self.rows, 0))
        self.assertIn(GROUPS, answer["caveats"])
        counted, _ = self.asked("SELECT eth, why, sex, COUNT(*) AS n FROM visits GROUP BY 1, 2, 3")
        self.assertEqual(counted, count(self.rows, 0, 1, 2))
        counted, answer = self.asked("SELECT COUNT(*) AS n FROM visits")
        self.assertEqual(counted, {(): len(self.rows)})
        self.assertNotIn(GROUPS, answer["caveats"])

    def test_in_the_order_of_priority_each_row_counts_once(self):
        first = [(next((code for code in PRIORITY if code in eth), None), sex)
                 for eth, _, sex in self.rows]
        want = {pair: first.count(pair) for pair in set(first)}
        counted, answer = self.asked("SELECT eth_prioritised, sex, COUNT(*) AS n FROM visits "
                                     "GROUP BY 1, 2")
        self.assertEqual(counted, want)
        self.assertEqual(sum(counted.values()), len(self.rows))
        self.assertNotIn("several groups", " ".join(answer["caveats"]))
        order = list(dict.fromkeys(cell["key"]["eth_prioritised"] for cell in answer["cells"]))
        self.assertEqual(order, [*PRIORITY, None])
        counted, _ = self.asked("SELECT eth, COUNT(*) AS n FROM visits "
                                "WHERE eth_prioritised = 'Māori' GROUP BY eth")
        kept = [row for row, (code, _) in zip(self.rows, first) if code == "Māori"]
        self.assertEqual(counted, count(kept, 0))

    def test_no_file_has_the_column_that_is_made(self):
        self.assertIn('tui: undeclared columns were not stored: "eth_prioritised"', self.said)

    def test_conditions(self):
        for where, keeps in {
                "eth = 'Māori'": lambda eth: "Māori" in eth,
                "eth <> 'Māori'": lambda eth: eth and "Māori" not in eth,
                "eth IN ('Tongan', 'Samoan')": lambda eth: {"Tongan", "Samoan"} & set(eth),
                "eth NOT IN ('Tongan', 'Samoan')":
                    lambda eth: eth and not {"Tongan", "Samoan"} & set(eth),
                "eth IS NULL": lambda eth: not eth}.items():
            kept = [row for row in self.rows if keeps(row[0])]
            counted, _ = self.asked(f"SELECT COUNT(*) AS n FROM visits WHERE {where}")
            self.assertEqual(counted, {(): len(kept)}, where)
            counted, _ = self.asked(f"SELECT eth, COUNT(*) AS n FROM visits WHERE {where} "
                                    "GROUP BY eth")
            self.assertEqual(counted, count(kept, 0), where)

    def test_explain_says_it_too(self):
        explained = self.lab.run("explain", "--format", "json", "SELECT eth, COUNT(*) AS n FROM "
                                 "visits GROUP BY eth").expect(DONE).json
        self.assertIn(GROUPS, explained["notes"])


if __name__ == "__main__":
    unittest.main()
