"""Seeded tables whose columns are of every kind, with questions about them, and the answers in
plain Python: an oracle that shares nothing with the engine, not even a schema."""

import csv
import io
import operator

from random_columns import KINDS, Bands, Numbers, Texts, WholeNumbers, YesNo, quote
from table_questions import Cased, Condition, Either, Percentile, Question

COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
           "=": operator.eq, "<>": operator.ne}


class Table:
    """The package, one CSV text for each owner, and all rows together as dicts of values."""

    def __init__(self, random):
        self.random, self.columns, self.rows, self.csvs = random, [], [], {}
        while not any(c.label for c in self.columns):
            self.columns = [random.choice(KINDS)(self._name(i), random)
                            for i in range(random.randint(3, 7))]
        self.missing = random.choice([["", "n/a"], [""]])
        for owner in range(random.randint(1, 4)):
            self.csvs[f"owner{owner}"] = self._csv(random.choice([1, 5, 50, 400]))

    def _name(self, i):
        names = ["select" if i == 0 else f"plain{i}", f"Col {i}", f"ā{i}", f"Weird-{i}", f'"q"{i}']
        return self.random.choice(names)

    @property
    def package(self):
        schema = {"fields": [c.field for c in self.columns], "missingValues": self.missing}
        return {"resources": [{"name": "random_rows", "schema": schema}]}

    def _csv(self, count):
        out = io.StringIO()
        order = self.random.sample(self.columns, len(self.columns))
        writer = csv.writer(out, lineterminator=self.random.choice(["\n", "\r\n"]))
        writer.writerow([c.name for c in order] + ["undeclared, here"])
        for _ in range(count):
            row = {c.name: c.draw() for c in self.columns}
            self.rows.append(row)
            writer.writerow([self.random.choice(self.missing) if row[c.name] is None
                             else c.csv(row[c.name]) for c in order] + ["z"])
        return ("\ufeff" if self.random.random() < 0.3 else "") + out.getvalue()

    def question(self):
        dims = [c for c in self.columns if c.label]
        measures = [c for c in self.columns if c.measured]
        groups = self.random.sample(dims, min(len(dims), self.random.randint(0, 6)))
        asked = [("n", "COUNT", None)]
        for i in range(self.random.randint(0, 2) if measures else 0):
            function = self.random.choice(["SUM", "AVG", "COUNT", "VARIANCE", "STDDEV"])
            asked.append((f"v{i}", function, self.random.choice(measures)))
        banded = [c for c in self.columns if isinstance(c, Bands)]
        for i in range(self.random.randint(0, 2) if banded else 0):
            asked.append((f"p{i}", Percentile(self.random), self.random.choice(banded)))
        conditions = [self._condition(groups if groups and self.random.random() < 0.5
                                      else self.columns)
                      for _ in range(self.random.randint(0, 3))]
        question = Question(groups, asked, conditions,
                            bool(groups) and self.random.random() < 0.2)
        self._embellish(question)
        return question

    def _embellish(self, question):
        """With FILTER, CASE, OR between columns and sub-selects, each now and then."""
        lists = [c for c in self.columns if isinstance(c, (Texts, YesNo, Numbers, WholeNumbers))]
        for i in range(self.random.choice([0, 0, 1, 2])):
            function, column = self.random.choice(question.asked)[1:3]
            question.asked.append((f"f{i}", function, column))
            question.filters[f"f{i}"] = self._condition(self.columns)
            if len(lists) > 1 and self.random.random() < 0.5:
                question.filters[f"f{i}"] = self._either(lists)
        question.groups = [self._taken_together(c) if c in lists else c for c in question.groups]
        if len(lists) > 1 and self.random.random() < 0.4:
            question.either = self._either(lists)
        question.nested = self.random.choice([0, 0, 0, 1, 2])

    def _either(self, lists):
        parts = [self._condition([c]) for c in self.random.sample(lists, 2)]
        return Either(*parts, negated=self.random.random() < 0.4)

    def _taken_together(self, c):
        """A list of codes in groups, by CASE or as the package groups it, now and then."""
        if self.random.random() < 0.3:
            return Cased(c, self.random)
        return c.grouped if c.grouped and self.random.random() < 0.6 else c

    def _group_condition(self, c):
        """The groups that the package names are compared as codes are."""
        some = self.random.choices(c.grouped.labels, k=2)
        sign = self.random.choice(["=", "<>", "IN", "NOT IN"])
        some = some if "IN" in sign else some[:1]
        listed = ", ".join(map(c.grouped.literal, some))
        sql = f"{quote(c.grouped.name, chr(34))} {sign} " + (f"({listed})" if "IN" in sign else
                                                             listed)
        kept = sign in ("=", "IN")
        return Condition(c, sql, lambda v: v is not None and (c.grouped.group(v) in some) == kept)

    def _condition(self, columns):
        """Of one of the columns, in SQL's logic, in which a missing value is never kept."""
        c = self.random.choice(columns)
        name = quote(c.name, '"')
        if c.grouped and self.random.random() < 0.4:
            return self._group_condition(c)
        if not c.required and self.random.random() < 0.15:
            isnot = self.random.random() < 0.5
            return Condition(c, f"{name} IS {'NOT ' * isnot}NULL",
                             lambda v: (v is not None) == isnot, of_null=True)
        a, b = c.value(), c.value()
        if c.ordered:
            a, b = sorted([a, b])
        choices = ["IN", "NOT IN", "=", "<>"] + ["<", "<=", ">", ">=", "BETWEEN"] * c.ordered
        sign = self.random.choice(choices)
        one, two = c.literal(a), c.literal(b)
        if sign == "BETWEEN":
            sql, keeps = f"{name} BETWEEN {one} AND {two}", lambda v: a <= v <= b
        elif sign in COMPARE:
            sql, keeps = f"{name} {sign} {one}", lambda v: COMPARE[sign](v, a)
        else:
            sql, keeps = f"{name} {sign} ({one}, {two})", lambda v: (v in (a, b)) == (sign == "IN")
        return Condition(c, sql, lambda v: v is not None and keeps(v))
