"""Seeded questions from the grammar, over any data set of oracle.py."""

import math
import random

from oracle import Question, is_percentile, quote

UNITS = ["month", "quarter", "year"]
CELLS_MAX = 4096


class Generator:
    """open: measures, and ranges of any number; protected: counts, ranges on declared edges."""

    def __init__(self, data, seed, is_open=True, columns=None):
        self.data, self.random, self.is_open = data, random.Random(seed), is_open
        self.dimensions = columns or data.columns("dimension")
        self.measures = data.columns("measure") if is_open else []
        self.groupings = data.groupings if is_open else {}

    def questions(self, count):
        return [self.question() for _ in range(count)]

    def question(self):
        while True:
            dims = [(self._grouped(c), self._unit(c))
                    for c in self.random.sample(self.dimensions,
                                                self.random.choice([0, 1, 1, 2, 2, 3]))]
            measures = self._measures() + self._percentiles()
            bands = max([1] + [len(self.data.bins(c)) for _, f, c in measures if is_percentile(f)])
            if bands * math.prod(len(self.data.bins(*dim)) for dim in dims) <= CELLS_MAX:
                break
        filtered = self.random.sample(self.dimensions + self.measures,
                                      self.random.choice([0, 1, 1, 2]))
        return Question(self.data.dataset, dims, [self._condition(c) for c in filtered], measures)

    def _grouped(self, column):
        """Groups of its codes in place of a column, now and then."""
        names = [name for name in self.groupings if self.data.column_of(name) == column]
        return self.random.choice([column, *names]) if names else column

    def _percentiles(self):
        banded = [c for c in self.dimensions if "commons:breaks" in self.data.fields[c]]
        if not self.is_open or not banded:
            return []
        functions = ["MEDIAN", *(f"PERCENTILE_{kind} {fraction}" for kind in ("CONT", "DISC")
                                 for fraction in ("0", "0.1", "0.25", "0.9", "1"))]
        return [(f"p{i}", self.random.choice(functions), self.random.choice(banded))
                for i in range(self.random.choice([0, 0, 1, 2]))]

    def _unit(self, column):
        if "commons:period" not in self.data.fields[column]:
            return None
        return self.random.choice(UNITS)

    def _measures(self):
        if not self.measures:
            return []
        functions = ["SUM", "AVG", "VARIANCE", "STDDEV", "COUNT"]
        return [(f"m{i}", self.random.choice(functions), self.random.choice(self.measures))
                for i in range(self.random.choice([0, 1, 2]))]

    def _condition(self, column):
        name = self._grouped(column)
        if name != column:
            label = self.random.choice([*self.groupings[name][1].values()])
            return f"{name} {self.random.choice(['=', '<>'])} {quote(label)}"
        f = self.data.fields[column]
        if f["commons:role"] == "measure":
            return f"{column} {self.random.choice(['<', '<=', '>', '>=', '<>'])} " \
                   f"{self.random.choice([0, 1, 20.5, 40])}"
        if "commons:period" in f:
            return self._date_range(column)
        if "commons:breaks" in f:
            return self._number_range(column, f["commons:breaks"])
        return self._codes(column, f)

    def _date_range(self, column):
        months = [f"{year}-{month:02}" for year in (2020, 2021) for month in range(3, 13)]
        low, high = (f"{month}-{self.random.randint(1, 28):02}"
                     for month in sorted(self.random.sample(months, 2)))
        return self.random.choice([
            f"{column} >= '{low}' AND {column} < '{high}'",
            f"{column} BETWEEN '{low}' AND '{high}'",
            f"{column} >= '{high}'", f"{column} <= '{high}'"])

    def _number_range(self, column, breaks):
        edges = list(range(breaks[0], breaks[-1])) if self.is_open else breaks[1:-1]
        low, high = sorted(self.random.sample(edges, 2))
        return self.random.choice([
            f"{column} >= {low}", f"{column} < {high}", f"{column} <= {high - 1}",
            f"{column} BETWEEN {low} AND {high - 1}"])

    def _codes(self, column, f):
        rules = f.get("constraints", {})
        codes = rules.get("enum") or list(range(rules["minimum"], rules["maximum"] + 1))
        some = self.random.sample(codes, self.random.randint(1, len(codes)))
        literal = str if f["type"] == "integer" else quote
        listed = ", ".join(map(literal, some))
        choices = [f"{column} = {literal(some[0])}", f"{column} <> {literal(some[0])}",
                   f"{column} IN ({listed})"]
        if len(some) < len(codes):
            choices.append(f"{column} NOT IN ({listed})")
        if not rules.get("required"):
            choices += [f"{column} IS NULL", f"{column} IS NOT NULL"]
        return self.random.choice(choices)
