"""Groups of codes that a definition names, from a list beside the package: 5,000 districts in
regions and wards, asked of real daemons."""

import collections
import csv
import io
import json
import pathlib
import random
import tempfile
import unittest

from lab import DONE, Lab, cells, commons

DISTRICTS, REGIONS = 5000, ["North", "South", "East", "West"]
FIELD = {"name": "district", "commons:role": "dimension",
         "commons:codes": {"path": "lists/districts.csv", "value": "code", "label": "name",
                           "groups": {"region": {"value": "r", "label": "region",
                                                 "title": "Region"},
                                      "ward": "ward"}}}
SEX = {"name": "sex", "commons:role": "dimension",
       "constraints": {"required": True, "enum": ["F", "M"]},
       "commons:groups": {"anyone": {"groups": [{"value": "all", "codes": ["F"]}],
                                     "rest": {"value": "others", "label": "Others"}}}}


def region_of(district):
    return REGIONS[district % 4]


def district_list():
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["code", "name", "r", "region", "ward"])
    for i in range(DISTRICTS):
        writer.writerow([f"{i:04}", f"District {i}", region_of(i)[0], region_of(i), f"w{i // 50}"])
    return out.getvalue()


def package(folder, fields):
    path = pathlib.Path(folder) / "datapackage.json"
    path.write_text(json.dumps({"resources": [{"name": "people", "schema": {"fields": fields}}]}))
    lists = path.parent / "lists"
    lists.mkdir(exist_ok=True)
    (lists / "districts.csv").write_text(district_list())
    return path


def rows(owner):
    pick = random.Random(owner)
    return [(pick.choice([pick.randrange(DISTRICTS)] * 9 + [None]), pick.choice("FM"))
            for _ in range(3000)]


def to_csv(people):
    return "district,sex\n" + "".join(
        f"{'' if d is None else f'{d:04}'},{sex}\n" for d, sex in people)


class Groupings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.package = package(folder, [FIELD, SEX])
        cls.people = {owner: rows(owner) for owner in ["kahu", "rata", "tui"]}
        cls.all = [row for people in cls.people.values() for row in people]
        cls.lab = cls.enterClassContext(
            Lab(cls.package, {owner: to_csv(p) for owner, p in cls.people.items()},
                "release = 'open'"))

    def counts(self, sql):
        answer = self.lab.query(sql)
        self.assertEqual(self.lab.query(answer["sql"])["digest"], answer["digest"])
        return {key: value["n"] for key, value in cells(answer).items()}

    def test_by_region_in_the_order_of_the_list(self):
        truth = collections.Counter(d if d is None else region_of(d) for d, _ in self.all)
        found = self.counts("SELECT region, COUNT(*) AS n FROM people GROUP BY region")
        self.assertEqual(list(found), [(region,) for region in [*REGIONS, None]])
        self.assertEqual(found, {(region,): n for region, n in truth.items()})

    def test_by_ward_and_sex_with_totals(self):
        found = self.counts("SELECT ward, sex, COUNT(*) AS n FROM people WHERE region <> 'N' "
                            "GROUP BY ROLLUP(ward, sex)")
        truth = collections.Counter()
        for district, sex in self.all:
            if district is None or region_of(district) == "North":
                continue
            ward = f"w{district // 50}"
            for key in ((ward, sex), (ward, "(all)"), ("(all)", "(all)")):
                truth[key] += 1
        self.assertEqual({key: n for key, n in found.items() if n}, truth)

    def test_levels_that_do_not_lie_in_one_another_are_refused(self):
        outcome = self.lab.ask("SELECT region, ward, COUNT(*) FROM people GROUP BY ROLLUP(region, "
                               "ward)")
        self.assertIn("in groups that do not lie in these", outcome.json["refused"]["message"])
        regions = self.counts("SELECT region, COUNT(*) AS n FROM people GROUP BY region")
        found = self.counts("SELECT ward, COUNT(*) AS n FROM people WHERE region = 'North' GROUP "
                            "BY ROLLUP(ward)")
        self.assertEqual(found.pop(("(all)",)), regions[("North",)])
        self.assertEqual(sum(found.values()), regions[("North",)])

    def test_conditions_on_codes_and_groups(self):
        some = collections.Counter(region_of(d) for d, _ in self.all if d in (7, 8, 4999))
        found = self.counts("SELECT region, COUNT(*) AS n FROM people WHERE district IN "
                            "('0007', 'District 8', '4999') GROUP BY region")
        self.assertEqual({region: n for (region,), n in found.items() if n}, some)
        found = self.counts("SELECT COUNT(*) AS n FROM people WHERE region IN ('North', 'S') OR "
                            "anyone = 'Others'")
        self.assertEqual(found[()], sum(
            sex == "M" or (d is not None and region_of(d) in ("North", "South"))
            for d, sex in self.all))

    def test_a_case_over_a_region_is_the_same_question(self):
        branches = " ".join(f"WHEN region = '{r}' THEN '{r.lower()}'" for r in REGIONS)
        digests = {self.lab.query(sql)["digest"] for sql in (
            "SELECT region, COUNT(*) FROM people GROUP BY region",
            f"SELECT CASE {branches} END AS g, COUNT(*) FROM people GROUP BY g")}
        self.assertEqual(len(digests), 1)

    def test_the_list_itself_is_not_grouped_by(self):
        outcome = self.lab.ask("SELECT district, COUNT(*) FROM people GROUP BY district")
        refused = outcome.json["refused"]
        self.assertEqual(refused["reason"], "TOO_MANY_CELLS")
        self.assertIn("group by region or ward", refused["message"])

    def test_labels_and_the_catalogue_name_groups(self):
        answer = self.lab.query("SELECT region, COUNT(*) AS n FROM people GROUP BY region")
        self.assertEqual(answer["labels"], {"region": {r[0]: r for r in REGIONS}})
        told = commons("dataset", "describe", "people", "--dir",
                       self.lab.member_dir("kahu")).expect(DONE).out
        self.assertIn("4 groups: North, South, East, West", told)

    def test_check_reads_the_list(self):
        done = commons("dataset", "check", "--package", self.package,
                       self.lab.data / "kahu.csv")
        self.assertNotIn("district", done.err)
        self.assertIn("3000", done.out.replace(",", ""))

    def test_a_list_outside_the_folder_is_not_read(self):
        with tempfile.TemporaryDirectory() as folder:
            field = json.loads(json.dumps(FIELD))
            field["commons:codes"]["path"] = "../districts.csv"
            done = commons("lab", "up", "--dir", f"{folder}/lab", "--package",
                           package(folder, [field, SEX]), "--data", self.lab.data)
            self.assertEqual(done.code, 2)
            self.assertIn("is not a file in the package's folder", done.err)


if __name__ == "__main__":
    unittest.main()
