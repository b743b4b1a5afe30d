"""Seeded tables whose columns are of every kind, with questions about them, and the answers in
plain Python: an oracle that shares nothing with the engine, not even a schema."""

import calendar
import csv
import dataclasses
import datetime
import io
import itertools
import math
import operator
import typing
from decimal import Decimal
from fractions import Fraction

LABELS = ["Ngāti Porou", "O'Brien, Ltd", 'a "q" b', "x<y & z", "01", "1", "true", "NULL", "ā",
          "Total", "[0,15)", "2021", "日本", "semi;colon", "-", "(all)", "null"]
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
           "=": operator.eq, "<>": operator.ne}


def quote(text, mark="'"):
    return mark + text.replace(mark, mark * 2) + mark


def plain(value):
    """A fraction as a decimal without exponent."""
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


class Column:
    """A field of the package; `value` draws a cell, `csv` writes it, `label` is its group,
    `literal` writes it in SQL. Dimensions have a label and a `domain`, every value there can be in
    the order of their groups; measures have none; `ordered` ones take ranges, and what is
    `measured` may be added up, a column of bands too."""

    role, ordered, measured = "dimension", True, False

    def __init__(self, name, random):
        self.name, self.random, self.required = name, random, random.random() < 0.4
        self.field = {"name": name, "commons:role": self.role,
                      "constraints": {"required": True} if self.required else {}}
        self.make()

    def draw(self):
        missing = not self.required and self.random.random() < 0.15
        return None if missing else self.value()

    def csv(self, value):
        return str(value)

    def label(self, value):
        return str(value)

    def literal(self, value):
        return str(value)


class Texts(Column):
    ordered = False

    def make(self):
        self.codes = self.random.sample(LABELS, self.random.randint(2, 8))
        self.field["type"] = "string"
        self.by_key = self.random.random() < 0.5
        if self.by_key:
            self.field["categories"] = [{"value": f"k{i}", "label": c}
                                        for i, c in enumerate(self.codes)]
        else:
            self.field["constraints"]["enum"] = self.codes

    def domain(self):
        return self.codes

    def value(self):
        return self.random.choice(self.codes)

    def csv(self, value):
        return f"k{self.codes.index(value)}" if self.by_key else value

    def literal(self, value):
        return quote(value)


class YesNo(Column):
    ordered = False

    def make(self):
        self.field["type"] = "boolean"
        self.words = {True: ["true", "TRUE", "1"], False: ["false", "False", "0"]}
        if self.random.random() < 0.5:
            self.words = {True: ["Yes", "āe"], False: ["No"]}
            self.field |= {"trueValues": self.words[True], "falseValues": self.words[False]}

    def domain(self):
        return [False, True]

    def value(self):
        return self.random.random() < 0.5

    def csv(self, value):
        return self.random.choice(self.words[value])

    def label(self, value):
        return str(value).lower()

    literal = label


class Numbers(Column):
    """A list of whole numbers, in no order."""

    def make(self):
        self.field["type"] = "integer"
        self.codes = self.random.sample(range(-20, 50), self.random.randint(2, 6))
        self.field["constraints"]["enum"] = self.codes

    def domain(self):
        return self.codes

    def value(self):
        return self.random.choice(self.codes)


class WholeNumbers(Column):
    def make(self):
        self.field["type"] = "integer"
        low = self.random.randint(-30, 5)
        self.range = (low, low + self.random.randint(1, 30))
        self.field["constraints"] |= dict(zip(("minimum", "maximum"), self.range))

    def domain(self):
        return range(self.range[0], self.range[1] + 1)

    def value(self):
        return self.random.randint(*self.range)


class Bands(Column):
    """Bands of hundredths, or of whole numbers."""

    def make(self):
        self.places = self.random.choice([0, 2])
        self.field |= {"type": "number" if self.places else "integer"}
        unit = Fraction(1, 4) if self.places else Fraction(1)
        edges = sorted(self.random.sample(range(-100, 200), self.random.randint(2, 8)))
        self.edges = [unit * edge for edge in edges]
        self.field["commons:breaks"] = [float(e) if self.places else int(e) for e in self.edges]
        if self.places:
            self.field["commons:decimals"] = 2
        self.measured = self.random.random() < 0.7
        if self.measured:
            self.field["commons:role"] = ["dimension", "measure"]

    def domain(self):
        scale = 10**self.places
        return [Fraction(v, scale)
                for v in range(int(self.edges[0] * scale), int(self.edges[-1] * scale))]

    def value(self):
        return self.random.choice(self.domain())

    def csv(self, value):
        return plain(value)

    literal = csv

    def label(self, value):
        for low, high in itertools.pairwise(self.edges):
            if low <= value < high:
                return f"[{float(low):g},{float(high):g})"
        raise ValueError(value)


class Days(Column):
    def make(self):
        self.field["type"] = "date"
        self.unit = self.random.choice(["day", "week", "month", "quarter", "year"])
        self.first = datetime.date(self.random.randint(2015, 2021),
                                   self.random.choice([1, 4, 7, 10]), 1)
        last = self.first + datetime.timedelta(
            days=self.random.randint(*((20, 80) if self.unit == "day" else (100, 900))))
        if self.unit == "year":
            self.first, last = self.first.replace(month=1), last.replace(month=12)
        if self.unit == "quarter":
            last = last.replace(day=1, month=(last.month + 2) // 3 * 3)
        if self.unit == "week":
            self.starts = self.random.randint(0, 6)
            if self.starts or self.random.random() < 0.5:
                self.field["commons:week_starts"] = calendar.day_name[self.starts].lower()
            self.first, last = self.week(self.first), self.week(last) + datetime.timedelta(6)
        elif self.unit != "day":
            last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
        self.last = last
        self.field["commons:period"] = {"unit": self.unit, "from": str(self.first), "to": str(last)}

    def week(self, day):
        """The first day of the day's week."""
        return day - datetime.timedelta((day.weekday() - self.starts) % 7)

    def domain(self):
        days = (self.last - self.first).days
        return [self.first + datetime.timedelta(n) for n in range(days + 1)]

    def value(self):
        return self.random.choice(self.domain())

    def label(self, value):
        if self.unit == "week":
            year, week, _ = value.isocalendar()
            return str(self.week(value)) if self.starts else f"{year}-W{week:02}"
        return {"day": str(value), "month": str(value)[:7], "year": str(value.year),
                "quarter": f"{value.year}-Q{(value.month + 2) // 3}"}[self.unit]

    def literal(self, value):
        # A week's own day in another form than DATE is its label, and means all of it.
        plain = [] if self.unit == "week" else [""]
        return self.random.choice(["DATE ", *plain]) + quote(str(value))


class Years(Column):
    def make(self):
        self.field["type"] = "year"
        low = self.random.randint(1990, 2010)
        self.range = (low, low + self.random.randint(1, 15))
        self.field["commons:period"] = {"unit": "year",
                                        **dict(zip(("from", "to"), map(str, self.range)))}

    def domain(self):
        return range(self.range[0], self.range[1] + 1)

    def value(self):
        return self.random.randint(*self.range)

    def literal(self, value):
        return self.random.choice([str(value), quote(str(value))])


class Months(Column):
    def make(self):
        self.field |= {"type": "yearmonth",
                       "commons:period": {"unit": "month", "from": "2019-01", "to": "2021-12"}}

    def domain(self):
        return [f"{year}-{month:02}" for year in (2019, 2020, 2021) for month in range(1, 13)]

    def value(self):
        return self.random.choice(self.domain())

    def literal(self, value):
        return quote(value)


class Amounts(Column):
    role, label, measured = "measure", None, True

    def make(self):
        self.places = self.random.choice([0, 0, 1, 2, 6])
        self.largest = self.random.choice([10, 10**5, 10**8])
        self.field["type"] = "number" if self.places else "integer"
        if self.places:
            self.field["commons:decimals"] = self.places

    def value(self):
        scale = 10**self.places
        return Fraction(self.random.randint(-self.largest * scale, self.largest * scale), scale)

    def csv(self, value):
        return plain(value)

    literal = csv


KINDS = [Texts, YesNo, Numbers, WholeNumbers, Bands, Days, Years, Months, Amounts, Amounts]


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
        for i in range(self.random.choice([0, 0, 1, 2])):
            function, column = self.random.choice(question.asked)[1:3]
            question.asked.append((f"f{i}", function, column))
            question.filters[f"f{i}"] = self._condition(self.columns)
        lists = [c for c in self.columns if isinstance(c, (Texts, YesNo, Numbers, WholeNumbers))]
        question.groups = [Cased(c, self.random) if c in lists and self.random.random() < 0.3 else c
                           for c in question.groups]
        if len(lists) > 1 and self.random.random() < 0.4:
            parts = [self._condition([c]) for c in self.random.sample(lists, 2)]
            question.either = Either(*parts, negated=self.random.random() < 0.4)
        question.nested = self.random.choice([0, 0, 0, 1, 2])

    def _condition(self, columns):
        """Of one of the columns, in SQL's logic, in which a missing value is never kept."""
        c = self.random.choice(columns)
        name = quote(c.name, '"')
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
        values, fraction = sorted(values), Fraction(self.fraction)
        if not values:
            return None
        if self.function == "PERCENTILE_DISC":
            return values[max(math.ceil(float(fraction) * len(values)), 1) - 1]
        row = fraction * (len(values) - 1)
        low, high = values[math.floor(row)], values[math.ceil(row)]
        return low + (row - math.floor(row)) * (high - low)


@dataclasses.dataclass
class Condition:
    column: Column
    sql: str
    keeps: typing.Callable  # a value, None when missing
    of_null: bool = False   # IS NULL: a missing value is no unknown to it

    def fails(self, value):
        return not self.keeps(value) and (value is not None or self.of_null)


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
    return group.column if isinstance(group, Cased) else group


def group_of(group, value):
    """The label of a value, which may be missing."""
    if isinstance(group, Cased):
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
        return [row for row in rows
                if all(kept.keeps(row[kept.column.name]) for kept in self.conditions)
                and (not self.either or
                     self.either.keeps(*(row[part.column.name] for part in self.either.parts)))]

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
        return group.order(labels) if isinstance(group, Cased) else labels

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
            of = [r for r in rows if not condition or condition.keeps(r[condition.column.name])]
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
