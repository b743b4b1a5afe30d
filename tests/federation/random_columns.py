"""Seeded columns of every kind: how a value is declared, written, grouped and asked for."""

import calendar
import datetime
import itertools
from decimal import Decimal
from fractions import Fraction

LABELS = ["Ngāti Porou", "O'Brien, Ltd", 'a "q" b', "x<y & z", "01", "1", "true", "NULL", "ā",
          "Total", "[0,15)", "2021", "日本", "semi;colon", "-", "(all)", "null"]


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
    grouped = None  # the groups of its codes that the package names

    def __init__(self, name, random):
        self.name, self.random, self.required = name, random, random.random() < 0.4
        self.field = {"name": name, "commons:role": self.role,
                      "constraints": {"required": True} if self.required else {}}
        self.make()

    def group_codes(self, codes):
        """Names groups of the codes, as the package spells them, now and then."""
        if self.random.random() < 0.8:
            self.grouped = Grouped(self, [*codes], self.random)
            self.field["commons:groups"] = self.grouped.spelling

    def draw(self):
        missing = not self.required and self.random.random() < 0.15
        return None if missing else self.value()

    def csv(self, value):
        return str(value)

    def label(self, value):
        return str(value)

    def literal(self, value):
        return str(value)


class Grouped:
    """Groups of a column's codes, as the package names them; the last may be the rest."""

    def __init__(self, column, codes, random):
        self.column, self.name, self.random = column, f"groups of {column.name}", random
        self.labels = random.sample(["it's", "b", "0", "rest", "ā"],
                                    random.randint(1, min(4, len(codes))))
        places = [*range(len(self.labels))]
        places += random.choices(places, k=len(codes) - len(places))
        random.shuffle(places)
        self.label_of = {value: self.labels[place]
                         for value, place in zip(column.domain(), places)}
        groups = [{"value": f"g{i}", "label": label,
                   "codes": [code for code, place in zip(codes, places) if place == i]}
                  for i, label in enumerate(self.labels)]
        grouping = {"groups": groups}
        if random.random() < 0.4:
            last = groups.pop()
            grouping["rest"] = {"value": last["value"], "label": last["label"]}
        self.spelling = {self.name: grouping}

    def group(self, value):
        return None if value is None else self.label_of[value]

    def order(self, labels):
        return sorted(labels, key=lambda label: (label is None, label and self.labels.index(label)))

    def literal(self, label):
        return quote(self.random.choice([label, f"g{self.labels.index(label)}"]))


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
        self.group_codes([self.csv(code) for code in self.codes])

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
        self.group_codes(self.codes)

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
        self.group_codes(self.domain())

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
