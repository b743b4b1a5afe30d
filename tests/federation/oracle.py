"""What the pooled records say: the CSV files of some owners in one SQLite table, asked the same
questions. Counts and sums are exact integers, averages and variances exact fractions.

    pool = Pool(COVID, ["auckland", "lakes"])
    pool.answer(Question("covid_cases", dims=[("sex", None)]))  # every cell, zeros included
"""

import csv
import itertools
import json
import math
import sqlite3
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Data:
    """A data set in the repository: its datapackage, one CSV file per owner, known answers."""

    def __init__(self, folder, files):
        self.folder = ROOT / folder
        self.name = self.folder.name
        self.package = json.loads((self.folder / "datapackage.json").read_text(encoding="utf-8"))
        self.resource = self.package["resources"][0]
        self.dataset = self.resource["name"]
        self.fields = {f["name"]: f for f in self.resource["schema"]["fields"]}
        self.files = self.folder / files
        self.owners = sorted(path.stem for path in self.files.glob("*.csv"))
        self.groupings = {f"{column}_group": (column, self._groups(column))
                          for column in self.columns("dimension") if self._has_codes(column)}

    def _has_codes(self, column):
        f = self.fields[column]
        return not {"commons:breaks", "commons:period"} & f.keys() and f["type"] != "boolean"

    def _groups(self, column):
        """{code: label}: the codes in two or three groups, neighbours in different ones."""
        codes = [code for code in self.domain(column) if code is not None]
        return {code: f"Group {i % min(3, len(codes)) + 1}" for i, code in enumerate(codes)}

    def csvs(self, owners):
        return {owner: (self.files / f"{owner}.csv").read_bytes() for owner in owners}

    def expected(self):
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))

    def open_package(self):
        """The datapackage as an open release needs it: what names or hides people is skipped. Its
        code lists have groups, of which the last is the rest."""
        package = json.loads(json.dumps(self.package))
        resource = package["resources"][0]
        resource.pop("commons:entity", None)
        for column in resource["schema"]["fields"]:
            if column.get("commons:role") in ("identifier", "linkage_key", "hidden"):
                column["commons:role"] = "skip"
        for name, (column, groups) in self.groupings.items():
            *listed, rest = dict.fromkeys(groups.values())
            (field,) = (f for f in resource["schema"]["fields"] if f["name"] == column)
            field["commons:groups"] = {name: {
                "groups": [{"value": label, "codes": [c for c, of in groups.items() if of == label]}
                           for label in listed],
                "rest": {"value": rest}}}
        return package

    def column_of(self, name):
        """The column that a grouping is of; of a column, the column."""
        return self.groupings[name][0] if name in self.groupings else name

    def columns(self, role):
        return [n for n, f in self.fields.items() if f.get("commons:role", "skip") == role]

    def bins(self, column, unit=None):
        """Every key of a dimension in code-list order; None (missing) last, unless required."""
        f = self.fields[self.column_of(column)]
        rules = f.get("constraints", {})
        if column in self.groupings:
            keys = dict.fromkeys(self.groupings[column][1].values())
        elif "commons:breaks" in f:
            keys = [f"[{low},{high})" for low, high in itertools.pairwise(f["commons:breaks"])]
        elif "commons:period" in f:
            period = f["commons:period"]
            first, last = (date.fromisoformat(period[end]) for end in ("from", "to"))
            days = (first + timedelta(n) for n in range((last - first).days + 1))
            keys = list(dict.fromkeys(period_of(day, unit or period["unit"]) for day in days))
        else:
            codes = rules.get("enum") or range(rules["minimum"], rules["maximum"] + 1)
            keys = [self.label(column, code) for code in codes]
        return keys if rules.get("required") else [*keys, None]

    def domain(self, column):
        """Every value that a row can hold; None (missing) last, unless required."""
        f = self.fields[column]
        rules = f.get("constraints", {})
        if "commons:breaks" in f:
            values = range(f["commons:breaks"][0], f["commons:breaks"][-1])
        elif "commons:period" in f:
            first, last = (date.fromisoformat(f["commons:period"][end]) for end in ("from", "to"))
            values = ((first + timedelta(n)).isoformat() for n in range((last - first).days + 1))
        else:
            values = rules.get("enum") or range(rules["minimum"], rules["maximum"] + 1)
        return [*values] + [None] * (not rules.get("required"))

    def label(self, column, code):
        if code is None or column in self.groupings:
            return code
        return self.fields[column].get("commons:labels", {}).get(str(code), str(code))


def period_of(day, unit):
    quarter = (day.month + 2) // 3
    return {"day": day.isoformat(), "month": day.isoformat()[:7], "year": f"{day.year:04}",
            "quarter": f"{day.year:04}-Q{quarter}"}[unit]


COVID = Data("deploy/demo/data/nz-covid-cases", "by-dhb")
HLFS = Data("tests/data/nz-hlfs-synthetic", "by-region")


@dataclass
class Question:
    """dims: (column or grouping, unit or None). where: conditions that mean the same in both
    languages. measures: (alias, function, column), COUNT(*) as n always comes first; a percentile's
    function is "MEDIAN", or "PERCENTILE_CONT 0.9" with its fraction."""
    dataset: str
    dims: list = field(default_factory=list)
    where: list = field(default_factory=list)
    measures: list = field(default_factory=list)

    @property
    def sql(self):
        names = [f"date_trunc('{unit}', {column})" if unit else column
                 for column, unit in self.dims]
        shown = [f"{name} AS d{i}" for i, name in enumerate(names)]
        shown += ["COUNT(*) AS n",
                  *(f"{call(f, column)} AS {alias}" for alias, f, column in self.measures)]
        text = f"SELECT {', '.join(shown)} FROM {self.dataset}"
        if self.where:
            text += " WHERE " + " AND ".join(self.where)
        return text + (" GROUP BY " + ", ".join(names) if names else "")


def call(function, column):
    name, _, fraction = function.partition(" ")
    return f"{name}({fraction}) WITHIN GROUP (ORDER BY {column})" if fraction else (
        f"{name}({column})")


def is_percentile(function):
    return function == "MEDIAN" or function.startswith("PERCENTILE")


def percentile(function, fraction, values):
    """As PostgreSQL's percentile_cont and percentile_disc; MEDIAN is the first."""
    values, fraction = sorted(values), Fraction(fraction)
    if not values:
        return None
    if function == "PERCENTILE_DISC":
        return values[max(math.ceil(float(fraction) * len(values)), 1) - 1]
    row = fraction * (len(values) - 1)
    low, high = values[math.floor(row)], values[math.ceil(row)]
    return low + (row - math.floor(row)) * (high - low)


def quote(text):
    return "'" + str(text).replace("'", "''") + "'"


class Pool:
    """One table T with every row of the owners: columns as declared (empty: NULL), for each measure
    NAME its exact scaled value as "NAME scaled", and each grouping by its name."""

    def __init__(self, data, owners):
        self.data = data
        self.decimals = {n: data.fields[n].get("commons:decimals", 0)
                         for n in data.columns("measure")}
        self.db = sqlite3.connect(":memory:")
        types = {"integer": "INTEGER", "number": "REAL"}
        columns = [f'"{n}" {types.get(f["type"], "TEXT")}' for n, f in data.fields.items()]
        columns += [f'"{n} scaled" INTEGER' for n in self.decimals]
        self.groupings = [f'"{name}" TEXT AS ({self._case(name)})' for name in data.groupings]
        self.db.execute(f"CREATE TABLE T ({', '.join(columns + self.groupings)})")
        marks = ",".join("?" * len(columns))
        for owner in owners:
            with open(data.files / f"{owner}.csv", encoding="utf-8", newline="") as file:
                names = ", ".join(column.rpartition(" ")[0] for column in columns)
                self.db.executemany(f"INSERT INTO T ({names}) VALUES ({marks})",
                                    (self._row(row) for row in csv.DictReader(file)))

    def _row(self, row):
        values = [row[name] or None for name in self.data.fields]
        scaled = [None if not row[n] else int(Decimal(row[n]).scaleb(d))
                  for n, d in self.decimals.items()]
        return values + scaled

    def _case(self, name):
        column, groups = self.data.groupings[name]
        text = self.data.fields[column]["type"] == "string"
        cases = " ".join(f"WHEN {quote(code) if text else code} THEN {quote(label)}"
                         for code, label in groups.items())
        return f"CASE {column} {cases} END"

    def rows(self, sql):
        """Rows of any SQL over T, as dicts."""
        cursor = self.db.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor]

    def count(self, where="1"):
        return self.rows(f"SELECT COUNT(*) AS n FROM T WHERE {where}")[0]["n"]

    def bin_sql(self, column, unit):
        f = self.data.fields[self.data.column_of(column)]
        if "commons:breaks" in f:
            cases = "".join(f" WHEN {column} >= {low} AND {column} < {high} THEN '[{low},{high})'"
                            for low, high in itertools.pairwise(f["commons:breaks"]))
            return f"CASE{cases} END"
        return {"month": f"substr({column},1,7)", "year": f"substr({column},1,4)",
                "quarter": f"substr({column},1,4)||'-Q'||"
                           f"((CAST(substr({column},6,2) AS INTEGER)+2)/3)"}.get(unit, column)

    def answer(self, question):
        """{key: {measure: int, Fraction or None}} with every cell of the product of code lists,
        but for the codes that a condition on their own column leaves out."""
        groups = [self.bin_sql(*dim) for dim in question.dims]
        used = sorted({column for _, f, column in question.measures if not is_percentile(f)})
        sums = [s for c in used for s in (f'COUNT("{c} scaled")', f'SUM("{c} scaled")',
                                          f'SUM("{c} scaled" * "{c} scaled")')]
        sql = f"SELECT {', '.join([*groups, 'COUNT(*)', *sums])} FROM T"
        if question.where:
            sql += " WHERE " + " AND ".join(question.where)
        if groups:
            sql += " GROUP BY " + ", ".join(map(str, range(1, len(groups) + 1)))
        found = {}
        for row in self.db.execute(sql):
            key = tuple(self.data.label(column, value)
                        for (column, _), value in zip(question.dims, row))
            count, *rest = row[len(groups):]
            found[key] = (count, {c: rest[3 * i:3 * i + 3] for i, c in enumerate(used)})
        empty = (0, {c: (0, None, None) for c in used})
        keys = itertools.product(*(self.bins(dim, question.where) for dim in question.dims))
        cells = {key: self._cell(question, *found.pop(key, empty)) for key in keys} | found
        for alias, function, column in question.measures:
            if is_percentile(function):
                self._add_percentiles(question, groups, (alias, function, column), cells)
        return cells

    def _add_percentiles(self, question, groups, measure, cells):
        alias, function, column = measure
        where = " AND ".join([f"{column} IS NOT NULL", *question.where])
        values = {key: [] for key in cells}
        for *group, value in self.db.execute(
                f"SELECT {', '.join([*groups, column])} FROM T WHERE {where}"):
            key = tuple(self.data.label(c, g) for (c, _), g in zip(question.dims, group))
            values[key].append(value)
        name, _, fraction = function.partition(" ")
        for key, of_cell in values.items():
            cells[key][alias] = percentile(name, fraction or "0.5", of_cell)

    def bins(self, dim, where):
        """The groups of a dimension with a value that passes the conditions on its column."""
        column = self.data.column_of(dim[0])
        domain = self.data.domain(column)
        of_it = [condition for condition in where
                 if self.data.column_of(condition.split()[0]) == column]
        own = [text for name, text in zip(self.data.groupings, self.groupings)
               if self.data.column_of(name) == column]
        self.db.execute("DROP TABLE IF EXISTS D")
        affinity = {"integer": "INTEGER", "number": "REAL"}.get(
            self.data.fields[column]["type"], "TEXT")
        self.db.execute(f"CREATE TABLE D ({', '.join([f'{column} {affinity}', *own])})")
        self.db.executemany(f"INSERT INTO D ({column}) VALUES (?)", [(v,) for v in domain])
        passing = self.db.execute(f"SELECT {self.bin_sql(*dim)} FROM D WHERE "
                                  + " AND ".join(["1", *of_it]))
        labels = {self.data.label(dim[0], row[0]) for row in passing}
        return [label for label in self.data.bins(*dim) if label in labels]

    def _cell(self, question, count, totals):
        cell = {"n": count}
        for alias, function, column in question.measures:
            if is_percentile(function):
                continue
            unit = 10 ** self.decimals[column]
            n, total, squares = totals[column]
            cell[alias] = measure(function, n, total or 0, squares or 0, unit)
        return cell


def measure(function, n, total, squares, unit):
    """As PostgreSQL: NULL without values, sample variance."""
    if function == "COUNT":
        return n
    if n == 0 or (function in ("VARIANCE", "STDDEV") and n < 2):
        return None
    if function == "SUM":
        return Fraction(total, unit)
    if function == "AVG":
        return Fraction(total, unit * n)
    variance = Fraction(n * squares - total * total, n * (n - 1) * unit * unit)
    return variance if function == "VARIANCE" else Fraction(math.sqrt(variance))


def parse(text):
    """JSON with decimal numbers kept exact."""
    return json.loads(text, parse_float=Decimal)


def differences(question, answer, pooled):
    """How an open answer (parsed with `parse`) differs from the pooled one; [] when it does not."""
    wrong = []
    functions = {"n": "COUNT"} | {alias: f for alias, f, _ in question.measures}
    seen = {}
    for cell in answer["cells"]:
        key = tuple(cell["key"].get(f"d{i}", "(none)") for i in range(len(question.dims)))
        if key in seen:
            wrong.append(f"{key} twice")
        seen[key] = cell["values"]
    if set(seen) != set(pooled):
        wrong.append(f"keys {sorted(map(str, set(seen) ^ set(pooled)))[:5]} are on one side only")
    if len(question.dims) < 2 and list(seen) != list(pooled):
        wrong.append("cells are not in code-list order")
    for key in set(seen) & set(pooled):
        for alias, function in functions.items():
            got, want = seen[key].get(alias, {}), pooled[key][alias]
            if is_percentile(function) and "band" in got:
                if want is None or abs(got["value"] - want) > got["margin95"]:
                    wrong.append(f"{key} {alias}: {got}, pooled {want}")
                continue
            if got.get("status") != "released" or got.get("margin95") != 0:
                wrong.append(f"{key} {alias}: {got} is not an exact release")
            elif not same(function, got["value"], want):
                wrong.append(f"{key} {alias}: {got['value']}, pooled {want}")
    return wrong


def same(function, got, want):
    if got is None or want is None:
        return got is want
    if function in ("COUNT", "SUM") or function.startswith("PERCENTILE_DISC"):
        return Fraction(got) == want
    return close(got, want, Fraction(1, 10**12))


def close(got, want, relative=Fraction(1, 10**9)):
    got, want = Fraction(got), Fraction(want)
    return abs(got - want) <= relative * max(abs(got), abs(want))
