"""The pooled table that answers are held against says what PostgreSQL says of the same rows: of
random questions, percentiles and groups of codes among them. Without daemons, and only where a
PostgreSQL server is installed."""

import csv
import io
import os
import unittest
from fractions import Fraction

from oracle import COVID, HLFS, Pool, close, is_percentile
from postgres import Server, installed
from random_questions import Generator

SEED = int(os.environ.get("COMMONS_SEED", "20265"))
QUESTIONS = 80
TYPES = {"integer": "BIGINT", "number": "NUMERIC"}


def load(server, pool):
    """The pool's rows as a table of the dataset's name, with each grouping as the same CASE."""
    data = pool.data
    columns = [f'"{name}" {TYPES.get(f["type"], "TEXT")}' for name, f in data.fields.items()]
    columns += [text.replace(" AS (", " GENERATED ALWAYS AS (") + " STORED"
                for text in pool.groupings]
    server.run(f"CREATE TABLE {data.dataset} ({', '.join(columns)})")
    names = ", ".join(f'"{name}"' for name in data.fields)
    out = io.StringIO()
    csv.writer(out).writerows(pool.db.execute(f"SELECT {names} FROM T"))
    server.run(f"COPY {data.dataset} ({names}) FROM STDIN (FORMAT csv)", out.getvalue())


def call(function, column):
    name, _, fraction = ("PERCENTILE_CONT 0.5" if function == "MEDIAN" else function).partition(" ")
    return f"{name}({fraction}) WITHIN GROUP (ORDER BY {column})" if fraction else (
        f"{name}({column})")


def rows(server, pool, question):
    """PostgreSQL's answer: {key: [n, *measures]} of the groups that have rows."""
    groups = [pool.bin_sql(*dim) for dim in question.dims]
    shown = [*groups, "COUNT(*)", *(call(f, c) for _, f, c in question.measures)]
    sql = f"SELECT {', '.join(shown)} FROM {pool.data.dataset}"
    if question.where:
        sql += " WHERE " + " AND ".join(question.where)
    if groups:
        sql += " GROUP BY " + ", ".join(str(i + 1) for i in range(len(groups)))
    return {tuple(pool.data.label(c, g) for (c, _), g in zip(question.dims, row)):
            row[len(groups):] for row in server.run(sql)}


@unittest.skipUnless(installed(), "no PostgreSQL server is installed here")
class OraclePostgres(unittest.TestCase):
    def check(self, data):
        pool, percentiles, grouped = Pool(data, data.owners), 0, 0
        with Server() as server:
            load(server, pool)
            for number, question in enumerate(Generator(data, SEED).questions(QUESTIONS)):
                with self.subTest(seed=SEED, number=number, sql=question.sql):
                    self.compare(question, pool.answer(question), rows(server, pool, question))
                percentiles += any(is_percentile(f) for _, f, _ in question.measures)
                grouped += "_group" in question.sql
        self.assertGreater(grouped, QUESTIONS // 4)
        return percentiles

    def compare(self, question, pooled, found):
        filled = {key: cell for key, cell in pooled.items() if cell["n"] > 0}
        self.assertEqual({key: int(row[0]) for key, row in found.items() if int(row[0]) > 0},
                         {key: cell["n"] for key, cell in filled.items()})
        for key, cell in filled.items():
            for (alias, function, _), value in zip(question.measures, found[key][1:]):
                want = cell[alias]
                where = f"{key} {alias}: PostgreSQL {value}, pooled {want}"
                if value is None or want is None:
                    self.assertIs(value, want, where)
                elif function in ("COUNT", "SUM") or function.startswith("PERCENTILE_DISC"):
                    self.assertEqual(Fraction(value), want, where)
                else:
                    self.assertTrue(close(value, want, Fraction(1, 10**12)), where)

    def test_survey(self):
        self.assertGreater(self.check(HLFS), QUESTIONS // 8)

    def test_cases(self):
        self.check(COVID)


if __name__ == "__main__":
    unittest.main()
