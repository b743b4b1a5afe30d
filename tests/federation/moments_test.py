"""Dates with a time of day are counted by the days of one time zone, however each owner's clocks
are written down. Python's own zoneinfo says which day each moment is of."""

import json
import random
import unittest
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from guarded_folder import GuardedFolder
from lab import DONE, WRONG_USE, Lab, cells, commons

ZONE = "Pacific/Auckland"
PACKAGE = {"name": "p", "resources": [{"name": "visits", "schema": {"fields": [
    {"name": "seen", "type": "datetime", "commons:role": "dimension", "commons:zone": ZONE,
     "constraints": {"required": True},
     "commons:period": {"unit": "day", "from": "2024-03-01", "to": "2024-10-31"}}]}}]}
DIALECT = {"fields": [{"name": "seen", "format": "%d/%m/%Y %I:%M:%S %p"}]}
OFFSETS = {"fields": [{"name": "seen", "format": "%d.%m.%Y %H:%M:%S.%f %z"}]}


def moments(seed):
    """Instants that lie around midnight and around the hours in which clocks change."""
    pick = random.Random(seed)
    anchors = [datetime(2024, 4, 6, 14, tzinfo=timezone.utc),   # back, in the night of Auckland
               datetime(2024, 9, 28, 14, tzinfo=timezone.utc),  # forth
               datetime(2024, 6, 10, 12, tzinfo=timezone.utc)]  # a midnight in winter
    return [pick.choice(anchors) + timedelta(days=pick.randrange(-2, 3),
                                             seconds=pick.randrange(-7200, 7200))
            for _ in range(400)]


def local(at):
    return at.astimezone(ZoneInfo(ZONE))


# How each owner writes the moments.
OWNERS = {
    "kahu": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "rata": lambda at: local(at).strftime("%Y-%m-%d %H:%M:%S"),
    "tui": lambda at: local(at).strftime("%d/%m/%Y %I:%M:%S %p"),
    "weka": lambda at: at.astimezone(timezone(timedelta(hours=-9, minutes=-30))).strftime(
        "%d.%m.%Y %H:%M:%S.%f %z"),
}


class Moments(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(GuardedFolder("commons-moments-"))

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def test_days_and_months_are_those_of_the_zone(self):
        rows = {owner: moments(owner) for owner in OWNERS}
        csvs = {owner: "seen\n" + "".join(OWNERS[owner](at) + "\n" for at in rows[owner])
                for owner in OWNERS}
        days = [local(at).date().isoformat() for ats in rows.values() for at in ats]
        dialects = [f"tui={self.write('tui.json', DIALECT)}",
                    f"weka={self.write('weka.json', OFFSETS)}"]
        with Lab(PACKAGE, csvs, "release = 'open'", dialects=dialects) as lab:
            for unit, length in (("day", 10), ("month", 7)):
                answer = lab.query(f"SELECT date_trunc('{unit}', seen) AS d, COUNT(*) AS n "
                                   "FROM visits GROUP BY 1")
                found = {key[0]: value["n"] for key, value in cells(answer).items() if value["n"]}
                want = {}
                for day in days:
                    want[day[:length]] = want.get(day[:length], 0) + 1
                self.assertEqual(found, want)

    def test_a_machine_without_time_zone_data_takes_nothing(self):
        package = self.write("datapackage.json", PACKAGE)
        data = self.write("kahu.csv", "seen\n2024-06-10T12:00:00Z\n")
        check = ["dataset", "check", "--package", package, data]
        commons(*check).expect(DONE)
        said = commons(*check, env={"TZDIR": str(self.folder)}).expect(WRONG_USE)
        self.assertIn(f'"{ZONE}" is not among this machine\'s time zone data', said.err)
        self.assertIn("install the package tzdata", said.err)

    def test_a_zone_that_is_misspelt_is_refused_before_anybody_signs(self):
        package = self.write("datapackage.json",
                             json.dumps(PACKAGE).replace(ZONE, "Pacific/Aukland"))
        data = self.write("kahu.csv", "seen\n2024-06-10T12:00:00Z\n")
        said = commons("dataset", "check", "--package", package, data).expect(WRONG_USE)
        self.assertIn('"Pacific/Aukland" is not among', said.err)


if __name__ == "__main__":
    unittest.main()
