"""Questions about seeded tables: their SQL, and their answers in plain Python."""

import dataclasses
import itertools
import math
import typing

from oracle import percentile
from random_columns import Column, Grouped, quote


class Percentile:
    """MEDIAN, PERCENTILE_CONT or PERCENTILE_DISC, as PostgreSQL computes them."""

    def __init__(self, random):
        self.function = random.choice(["MEDIAN", "PERCENTILE_CONT", "PERCENTILE_DISC"])
        median = self.function == "MEDIAN"
        self.fraction = "0.5" if median else random.choice(["0", "0.1", "0.25", "0.5", "0.9", "1"])

    def sql(self, name):
        return (f"MEDIAN({name})" if self.function == "MEDIAN" else
                f"{self.function}({self.fraction}) WITHIN GROUP (ORDER BY {name})")

    def of(self, values):
        return percentile(self.function, self.fraction, values)


@dataclasses.dataclass
class Condition:
    column: Column
    sql: str
    keeps: typing.Callable  # a value, None when missing
    of_null: bool = False   # IS NULL: a missing value is no unknown to it

    def fails(self, value):
        return not self.keeps(value) and (value is not None or self.of_null)

    def passes(self, row):
        return self.keeps(row[self.column.name])


class Either:
    """One condition or another about another column; negated: not both, which a row passes that
    fails either, not one of which nothing is known."""

    def __init__(self, *parts, negated):
        self.parts, self.negated = parts, negated
        both = (" AND " if negated else " OR ").join(part.sql for part in parts)
        self.sql = f"{'NOT ' * negated}({both})"

    def keeps(self, *values):
        return any(part.fails(value) if self.negated else part.keeps(value)
                   for part, value in zip(self.parts, values))

    def passes(self, row):
        return self.keeps(*(row[part.column.name] for part in self.parts))

    def other(self, column):
        """The column beside this one; None: it is not about it."""
        columns = [part.column for part in self.parts]
        return columns[columns[0] is column] if column in columns else None


class Cased:
    """A list of codes in some groups, by CASE; its label of a missing value is ELSE's."""

    def __init__(self, column, random):
        self.column, self.name = column, "case of " + column.name
        self.branches = []
        for label in random.sample(["it's", "b", "0", None], random.randint(1, 3)):
            self.branches.append((label, random.sample(column.domain(),
                                                       random.randint(1, len(column.domain())))))
        self.otherwise = random.choice(["it's", "rest", None])
        literal = lambda label: "NULL" if label is None else quote(label)
        whens = " ".join(f"WHEN {quote(column.name, chr(34))} IN "
                         f"({', '.join(column.literal(v) for v in values)}) THEN {literal(label)}"
                         for label, values in self.branches)
        self.sql = f"CASE {whens} ELSE {literal(self.otherwise)} END"

    def group(self, value):
        for label, values in self.branches:
            if value is not None and value in values:
                return label
        return self.otherwise

    def order(self, labels):
        branches = [label for label, _ in self.branches] + [self.otherwise]
        return sorted(labels, key=lambda label: (label is None, branches.index(label)))


def column_of(group):
    return group.column if isinstance(group, (Cased, Grouped)) else group


def group_of(group, value):
    """The label of a value, which may be missing."""
    if isinstance(group, (Cased, Grouped)):
        return group.group(value)
    return None if value is None else group.label(value)


class Question:
    def __init__(self, groups, asked, conditions, rollup):
        self.groups, self.asked, self.conditions, self.rollup = groups, asked, conditions, rollup
        self.filters, self.either, self.nested = {}, None, 0  # filters: by alias

    @property
    def sql(self):
        quoted = [quote(g.name, '"') for g in self.groups]
        names = [f"{g.sql} AS {name}" if isinstance(g, Cased) else name
                 for g, name in zip(self.groups, quoted)]
        filters = {alias: f" FILTER (WHERE {condition.sql})"
                   for alias, condition in self.filters.items()}
        measures = [f"{self._call(function, quote(c.name, chr(34)) if c else '*')}"
                    f"{filters.get(alias, '')} AS {alias}" for alias, function, c in self.asked]
        conditions = [condition.sql for condition in self.conditions]
        if self.either:
            conditions.insert(len(conditions) // 2, self.either.sql)
        source = "random_rows"
        for level in range(self.nested):  # the first condition furthest in
            inside = f" WHERE {conditions.pop(0)}" if conditions else ""
            star = "*" if level else "random_rows.*"
            source = f"(SELECT {star} FROM {source}{inside}) AS q{level}"
        where = " AND ".join(conditions)
        group = ", ".join(quoted)
        return (f"SELECT {', '.join(names + measures)} FROM {source}"
                + (f" WHERE {where}" if where else "")
                + (f" GROUP BY {f'ROLLUP({group})' if self.rollup else group}" if group else ""))

    @staticmethod
    def _call(function, name):
        return function.sql(name) if isinstance(function, Percentile) else f"{function}({name})"

    def passing(self, c):
        """The values of a column that pass the conditions on it."""
        of_it = [condition for condition in self.conditions if condition.column is c]
        return [v for v in c.domain() if all(condition.keeps(v) for condition in of_it)]

    @property
    def widest(self):
        """In how many bands a cell is counted, at most."""
        return max([1] + [len({c.label(v) for v in self.passing(c)})
                          for _, function, c in self.asked if isinstance(function, Percentile)])

    def exact(self, alias):
        """Whether each value is counted; a percentile of too many is worked out from bands."""
        ((function, c),) = [(f, c) for a, f, c in self.asked if a == alias]
        return (not isinstance(function, Percentile)
                or len(self.passing(c)) <= 4096 // max(len(self.keys), 1))

    @property
    def leaves_out(self):
        """Whether a condition is on what it groups by."""
        grouped = [column_of(g) for g in self.groups]
        return any(condition.column in grouped for condition in self.conditions)

    def kept(self, rows):
        asked = self.conditions + [self.either] * bool(self.either)
        return [row for row in rows if all(condition.passes(row) for condition in asked)]

    def _passing(self, c):
        of_it = [condition for condition in self.conditions if condition.column is c]
        values = [*c.domain()] + [None] * (not c.required)
        return [v for v in values if all(condition.keeps(v) for condition in of_it)]

    def labels(self, group):
        """The groups of a dimension: those that some value has which passes its conditions, with
        some value of the other column of an OR."""
        c = column_of(group)
        passing = self._passing(c)
        other = self.either.other(c) if self.either else None
        if other:
            first = self.either.parts[0].column is c
            passing = [v for v in passing
                       if any(self.either.keeps(*((v, w) if first else (w, v)))
                              for w in self._passing(other))]
        labels = list(dict.fromkeys(group_of(group, v) for v in passing))
        return labels if group is c else group.order(labels)

    @property
    def keys(self):
        """The key of every cell, in order, each total after what it is the total of."""
        labels = [self.labels(c) for c in self.groups]
        sets = range(len(self.groups), -1 if self.rollup else len(self.groups) - 1, -1)
        return [{c.name: label for c, label in zip(self.groups, key)}
                for n in sets for key in itertools.product(*labels[:n])]

    @property
    def counted(self):
        """How many cells are held against the limit: a dimension without any counts as one."""
        sizes = [max(len(self.labels(c)), 1) for c in self.groups]
        sets = range(len(sizes) + 1) if self.rollup else [len(sizes)]
        return sum(math.prod(sizes[:n]) for n in sets)

    def cell(self, rows, key):
        """The kept rows of one cell; a dimension that is not in the key was rolled up."""
        def inside(row):
            return all(group_of(g, row[column_of(g).name]) == key[g.name]
                       for g in self.groups if g.name in key)
        return [row for row in rows if inside(row)]

    def truth(self, rows):
        """{alias: int for counts, Fraction for sums and means, float for the rest, or None}"""
        truth = {}
        for alias, function, c in self.asked:
            condition = self.filters.get(alias)
            of = [r for r in rows if not condition or condition.passes(r)]
            truth[alias] = self._measure(function, of if c is None else
                                         [r[c.name] for r in of if r[c.name] is not None])
        return truth

    @staticmethod
    def _measure(function, values):
        if isinstance(function, Percentile):
            return function.of(values)
        if function == "COUNT":
            return len(values)
        if len(values) < (1 if function in ("SUM", "AVG") else 2):
            return None
        mean = sum(values) / len(values)
        if function in ("SUM", "AVG"):
            return sum(values) if function == "SUM" else mean
        variance = float(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
        return variance if function == "VARIANCE" else variance**0.5
