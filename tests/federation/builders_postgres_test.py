"""SQL as query builders write it (dbplyr, SQLAlchemy), and OR between groups of a long list, asked
of real daemons and of PostgreSQL over the same rows, word by word the same. Only where a PostgreSQL
server is installed."""

import csv
import io
import json
import pathlib
import random
import tempfile
import unittest
from fractions import Fraction

from lab import Lab, cells
from postgres import Server, installed

CODES, CHAPTERS = 6000, 22
FIELDS = [
    {"name": "sex", "type": "string", "commons:role": "dimension",
     "constraints": {"enum": ["F", "M", "X"]}},
    {"name": "age", "type": "integer", "commons:role": ["dimension", "measure"],
     "commons:breaks": [0, 15, 25, 45, 65, 120], "commons:clip": [0, 120]},
    {"name": "ED", "type": "boolean", "commons:role": "dimension"},
    {"name": "day", "type": "date", "commons:role": "dimension",
     "constraints": {"required": True},
     "commons:period": {"unit": "month", "from": "2022-01", "to": "2022-12"}},
    {"name": "cost", "type": "number", "commons:role": "measure", "commons:decimals": 2,
     "commons:clip": [0, 500]},
    {"name": "calls", "type": "integer", "commons:role": ["dimension", "measure"],
     "constraints": {"minimum": 0, "maximum": 9}},
    {"name": "district", "type": "string", "commons:role": "dimension",
     "constraints": {"enum": [f"d{i:02}" for i in range(12)]},
     "commons:groups": {"region": {"groups": [
         {"value": f"r{r}", "codes": [f"d{i:02}" for i in range(12) if i % 4 == r]}
         for r in range(4)]}}},
    {"name": "icd", "type": "string", "commons:role": "dimension",
     "commons:codes": {"path": "icd.csv", "value": "code", "groups": {"chapter": "chapter"}}}]
NAMES = [field["name"] for field in FIELDS]

QUESTIONS = [
    # Columns of yes and no.
    'SELECT COUNT(*) AS "n" FROM "visits" WHERE ("ED")',
    'SELECT COUNT(*) AS "n" FROM "visits" WHERE (NOT("ED"))',
    'SELECT "sex", COUNT(*) AS "n" FROM "visits" WHERE "ED" IS NOT TRUE GROUP BY "sex"',
    'SELECT count(*) AS n FROM visits WHERE visits."ED" IS false OR visits.sex = \'F\'',
    'SELECT count(*) AS n FROM visits WHERE ("ED" AND age >= 25) IS UNKNOWN',
    'SELECT count(*) AS n FROM visits WHERE NOT ((age < 25 OR "ED") IS TRUE)',
    'SELECT count(*) AS n, count(*) FILTER (WHERE (age < 25) IS NOT FALSE) AS f FROM visits',
    # Ones.
    'SELECT "sex", COUNT(*) AS "n", SUM(CASE WHEN ("age" >= 25.0) THEN 1.0 ELSE 0.0 END) AS "o" '
    'FROM "visits" GROUP BY "sex"',
    'SELECT "sex", COUNT(*) AS "n", SUM(CASE WHEN ("age" >= 65.0) THEN 1.0 WHEN NOT ("age" >= '
    '65.0) THEN 0.0 END) AS "old" FROM "visits" GROUP BY "sex" ORDER BY "n" DESC',
    'SELECT COUNT(*) AS n, SUM(CASE WHEN (sex = \'F\') THEN 0 WHEN ("ED") THEN 0 ELSE 1 END) AS r '
    'FROM visits',
    'SELECT COUNT(*) AS n, SUM(CAST("ED" AS INTEGER)) AS e, SUM((age < 15)::int) AS y FROM visits',
    'SELECT COUNT(*) AS n, COUNT(CASE WHEN ("ED") THEN 1 WHEN sex = \'M\' THEN 2 END) AS c '
    'FROM visits',
    'SELECT sex, COUNT(*) AS n, AVG(CASE WHEN ("ED") THEN cost END) AS a FROM visits GROUP BY sex',
    # Names and sub-selects.
    'SELECT "t"."sex", COUNT(*) AS "n" FROM "visits" AS "t" WHERE ("t"."sex" IN (\'F\', \'M\')) '
    'GROUP BY "t"."sex"',
    'SELECT anon_1.visits_sex, count(*) AS n FROM (SELECT visits.sex AS visits_sex, visits.age AS '
    'visits_age FROM visits WHERE visits.age BETWEEN 15 AND 44) AS anon_1 GROUP BY '
    'anon_1.visits_sex',
    'SELECT "old", COUNT(*) AS "n" FROM (SELECT "visits".*, "age" >= 25.0 AS "old" FROM "visits") '
    'AS "q01" GROUP BY "old"',
    'SELECT "sex", COUNT(*) AS "n", SUM(CASE WHEN "old" THEN 1.0 WHEN NOT "old" THEN 0.0 END) AS '
    '"o" FROM (SELECT "visits".*, ("age" >= 25.0) AS "old" FROM "visits") AS "q01" WHERE '
    '(NOT("old") OR "ED") GROUP BY "sex"',
    'SELECT age >= 45 AS g, COUNT(*) AS n FROM visits GROUP BY 1',
    # Casts that change nothing.
    'SELECT CAST("sex" AS VARCHAR) AS "s", COUNT(*) AS "n" FROM "visits" WHERE CAST("sex" AS TEXT) '
    'IN (CAST(\'F\' AS TEXT), \'X\'::varchar) AND "age" >= CAST(25 AS NUMERIC) GROUP BY CAST("sex" '
    'AS VARCHAR)',
    'SELECT CAST(COUNT(*) AS INTEGER) AS n, AVG(CAST(cost AS NUMERIC)) AS c, SUM(age)::numeric AS '
    's FROM visits WHERE day >= CAST(\'2022-03-01\' AS DATE)',
    # Whole numbers, one by one and measured.
    "SELECT calls, COUNT(*) AS n, COUNT(calls) AS c FROM visits GROUP BY calls",
    "SELECT sex, COUNT(*) AS n, SUM(calls) AS s, STDDEV(calls) AS d FROM visits GROUP BY sex",
    "SELECT sex, COUNT(*) AS n, AVG(calls) AS a, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY "
    "calls) AS m FROM visits WHERE calls IN (0, 3, 4) OR calls >= 8 GROUP BY sex",
    # OR between groups of 6,000 codes and other columns: 6,001 times 4 times 6 combinations.
    "SELECT COUNT(*) AS n FROM visits WHERE chapter = 'C03' OR sex = 'F' OR age >= 65",
    "SELECT sex, COUNT(*) AS n FROM visits WHERE NOT (chapter IN ('C01', 'C02') AND (age < 15 OR "
    "\"ED\")) GROUP BY sex",
    "SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE chapter <> 'C05' OR age < 25 OR sex = 'M') AS f "
    "FROM visits WHERE icd <> 'A00007' OR \"ED\" OR day >= '2022-06-01'",
    "SELECT chapter, COUNT(*) AS n FROM visits WHERE (chapter = 'C07' AND sex = 'F') OR (chapter "
    "<> 'C09' AND age >= 25) GROUP BY chapter",
]

# What is selected, and GROUP BY: one column at several levels.
LEVELS = [
    (["region", "district"], "ROLLUP(region, district)"),
    (["region", "district"], "region, district"),
    (["district", "region"], "region, ROLLUP(district)"),
    (["region", "sex", "district"], "ROLLUP(region, sex, district)"),
    (["date_trunc('quarter', day)", "date_trunc('month', day)"], "ROLLUP(1, 2)"),
    (["date_trunc('year', day)", "region", "date_trunc('month', day)"], "ROLLUP(1, region, 3)"),
]


def first_day(period):
    """Of 2022-03 and of 2022-Q1."""
    year, _, part = period.partition("-")
    month = 3 * int(part[1:]) - 2 if part.startswith("Q") else int(part or 1)
    return f"{year}-{month:02}-01"


def code(i):
    return f"A{i:05}"


def chapter(i):
    return f"C{i * CHAPTERS // CODES:02}"


def package(folder):
    path = pathlib.Path(folder) / "datapackage.json"
    path.write_text(json.dumps({"resources": [{"name": "visits", "schema": {"fields": FIELDS}}]}))
    (path.parent / "icd.csv").write_text("code,chapter\n" + "".join(
        f"{code(i)},{chapter(i)}\n" for i in range(CODES)))
    return path


def rows(owner):
    pick = random.Random(owner)
    return [[pick.choice(["F", "M", "X", ""]), pick.choice(["", str(pick.randrange(120))]),
             pick.choice(["true", "false", ""]),
             f"2022-{pick.randrange(1, 13):02}-{pick.randrange(1, 29):02}",
             pick.choice(["", f"{pick.randrange(50000) / 100:.2f}"]),
             pick.choice(["", str(pick.randrange(10))]),
             pick.choice(["", *[f"d{pick.randrange(12):02}" for _ in range(9)]]),
             pick.choice(["", *[code(pick.randrange(CODES)) for _ in range(9)]])]
            for _ in range(1500)]


def text(table):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def load(server, table):
    server.run("CREATE TABLE chapters (code TEXT PRIMARY KEY, chapter TEXT);"
               "CREATE TABLE people (sex TEXT, age INT, \"ED\" BOOLEAN, day DATE, cost NUMERIC,"
               " calls INT, district TEXT, icd TEXT);"
               "CREATE VIEW visits AS SELECT people.*, chapter,"
               " 'r' || substr(district, 2)::int % 4 AS region"
               " FROM people LEFT JOIN chapters ON icd = code")
    server.run("COPY chapters FROM STDIN (FORMAT csv)",
               text([code(i), chapter(i)] for i in range(CODES)))
    server.run("COPY people FROM STDIN (FORMAT csv)", text(table))


@unittest.skipUnless(installed(), "no PostgreSQL server is installed here")
class Builders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        people = {owner: rows(owner) for owner in ("kahu", "rata", "tui")}
        cls.server = cls.enterClassContext(Server())
        load(cls.server, [row for table in people.values() for row in table])
        cls.lab = cls.enterClassContext(
            Lab(package(folder), {owner: text([NAMES, *table]) for owner, table in people.items()},
                "release = 'open'"))

    def test_each_is_answered_as_postgresql_does(self):
        for sql in QUESTIONS:
            with self.subTest(sql=sql):
                answer = self.lab.query(sql)
                keys = len(answer["dimensions"])
                found = {key: list(values.values()) for key, values in cells(answer).items()
                         if values["n"] != 0}
                expected = {tuple({"t": "true", "f": "false"}.get(k, k) for k in row[:keys]):
                            row[keys:] for row in self.server.run(sql)}
                self.assertEqual(found.keys(), expected.keys())
                self.assertGreater(len(found), 0)
                for key, values in found.items():
                    for value, want in zip(values, expected[key], strict=True):
                        self.assertAlmostEqual(Fraction(str(value)), Fraction(want), 9, key)

    def test_levels_are_totalled_as_postgresql_does(self):
        for dims, groups in LEVELS:
            for where in ("", " WHERE region <> 'r2' AND day >= '2022-04-01'"):
                names = [f"{dim} AS g{i}" for i, dim in enumerate(dims)]
                sql = f"SELECT {', '.join(names)}, COUNT(*) AS n, AVG(cost) AS a FROM visits{where}"
                with self.subTest(dims=dims, groups=groups, where=where):
                    answer = self.lab.query(f"{sql} GROUP BY {groups}")
                    found = {tuple(first_day(k) if k and k.startswith("20") else k for k in key):
                             values for key, values in cells(answer).items() if values["n"]}
                    self.assertEqual(found, self.totals(sql, dims, groups))
                    self.assertEqual(self.lab.query(answer["sql"])["digest"], answer["digest"])

    def totals(self, sql, dims, groups):
        """PostgreSQL's, with "(all)" where GROUPING says so."""
        told = ", ".join(f"GROUPING({dim})" for dim in dims)
        for place, dim in enumerate(dims):
            groups = groups.replace(str(place + 1), dim)
        table = {}
        for row in self.server.run(sql.replace(", COUNT(*)", f", {told}, COUNT(*)", 1)
                                   + f" GROUP BY {groups}"):
            keys, rolled = row[:len(dims)], row[len(dims):2 * len(dims)]
            key = tuple("(all)" if r == "1" else k[:10] if k and k.startswith("20") else k
                        for k, r in zip(keys, rolled))
            table[key] = {"n": int(row[-2]), "a": float(row[-1])}
        return table

    def test_what_was_understood_is_the_same_question(self):
        for sql in QUESTIONS:
            answer = self.lab.query(sql)
            self.assertEqual(self.lab.query(answer["sql"])["digest"], answer["digest"], sql)


if __name__ == "__main__":
    unittest.main()
