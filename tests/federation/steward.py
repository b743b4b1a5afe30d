"""A steward at her node, in a practice federation of open data."""

import unittest

import practice
from lab import DONE, Lab, cells, commons

OWNERS = ["kahu", "rata", "tui"]
COUNT = "SELECT COUNT(*) AS n FROM visits"
OPEN = "release = 'open'"


class Steward(unittest.TestCase):
    """Of tui; each test has a federation of its own, in which every owner holds 200 rows."""

    def setUp(self):
        self.lab = self.enterContext(Lab(practice.open_package(), practice.csvs(OWNERS, 200), OPEN))
        self.dir = self.lab.member_dir("tui")
        self.files = self.lab.root / "files"
        self.files.mkdir()

    def dataset(self, command, *args, code=DONE):
        outcome = commons("dataset", command, "--dir", self.dir, "--dataset", "visits", *args)
        return outcome.expect(code)

    def load(self, records, *args, code=DONE):
        path = self.files / "visits.csv"
        path.write_text(practice.to_csv(records), encoding="utf-8")
        return self.dataset("import", "--data", path, *args, code=code)

    def held(self):
        reply = commons("dataset", "list", "--dir", self.dir, "--format", "json").expect(DONE).json
        return reply["datasets"]

    def holders(self, of):
        outcome = commons("catalogue", "--dir", self.lab.member_dir(of), "--format", "json")
        (dataset,) = outcome.expect(DONE).json["datasets"]
        return {holder["member"]: (holder["epoch"], holder["as_of"])
                for holder in dataset["holders"]}

    def asked(self):
        """(rows counted, what tui said) of a question, asked by tui itself."""
        answer = self.lab.query(COUNT, "--from", "tui")
        said = {member["member"]: member for member in answer["members"]}
        return cells(answer)[()]["n"], said.get("tui")

    def without_keys(self):
        people = self.dir / "keys" / "people"
        people.rename(self.lab.root / "away")
        return people

    def files_of_node(self):
        return sorted(path.name for folder in ("inbox", "outbox")
                      for path in (self.dir / folder).iterdir())

    def editions(self):
        reply = commons("dataset", "epochs", "--dir", self.dir, "visits", "--format", "json")
        return [(row["epoch"], row["state"]) for row in reply.expect(DONE).json["epochs"]]
