"""Planted words in every column that must not leave: none in what daemons store, log or say, in any
encoding people grep for. What crosses the wire is shown by tests that read messages before TLS."""

import base64
import unittest

import practice
from lab import DONE, REFUSED, Lab, commons

OWNERS = ["kahu", "rata", "tui"]
PLANTED = {"nhi": "ZQX7731", "Whānau name": "Kanariahuna", "comment": "skippedcanary free text"}
INVALID = "brokencanary"  # in a column with a code list: the row is rejected
QUESTIONS = ["SELECT COUNT(*) AS n FROM visits",
             "SELECT sex, service, COUNT(*) FROM visits GROUP BY 1, 2",
             "SELECT AVG(cost) FROM visits", "SELECT COUNT(*) FROM visits WHERE nhi IS NULL",
             'SELECT "Whānau name", COUNT(*) FROM visits GROUP BY 1']


def forms(word):
    """The word as bytes: UTF-8 and UTF-16, hex, and base64 at each of its three alignments."""
    plain = word.encode()
    found = [plain, plain.lower(), plain.upper(), word.encode("utf-16-le"),
             word.encode("utf-16-be"), plain.hex().encode(), plain.hex().upper().encode(),
             plain[::-1]]
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        found.append(encoded[(0, 2, 3)[shift]:-4])
    return found


class Canaries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        data = {}
        for seed, owner in enumerate(OWNERS):
            records = practice.rows(300, seed)
            for number, row in enumerate(records):
                row |= {name: f"{word} {owner}{number}" for name, word in PLANTED.items()}
            records[5]["service"] = INVALID
            data[owner] = practice.to_csv(records)
        cls.lab = cls.enterClassContext(Lab(practice.package(), data))
        cls.said = []
        for sql in QUESTIONS:
            for output in ("json", "csv", "table"):
                cls.said.append(cls.lab.run("query", "--format", output, sql))
            cls.said.append(cls.lab.run("explain", sql))
        cls.said.append(cls.lab.run("status"))
        again = commons("dataset", "import", "--dir", cls.lab.member_dir("tui"),
                        "--dataset", "visits", "--data", cls.lab.data / "tui.csv").expect(DONE)
        cls.said.append(again)
        cls.lab.stop("rata")  # what a stopped node leaves on disk counts as well
        cls.lab.kill("kahu")

    def files(self):
        return [path for path in self.lab.dir.rglob("*") if path.is_file()]

    def test_nothing_planted_is_stored_or_logged(self):
        looked_at = 0
        for path in self.files():
            if path.parent.name == "outbox":
                continue  # rejected rows, for the steward to mend
            content = path.read_bytes()
            looked_at += len(content)
            for word in [*PLANTED.values(), INVALID]:
                for form in forms(word):
                    self.assertNotIn(form, content, f"{word} in {path.relative_to(self.lab.dir)}")
        self.assertGreater(looked_at, 10_000)

    def test_nothing_planted_is_said(self):
        self.assertIn(REFUSED, {outcome.code for outcome in self.said})
        for outcome in self.said:
            for word in [*PLANTED.values(), INVALID]:
                self.assertNotIn(word, outcome.out + outcome.err, outcome.args)

    def test_the_csv_does_not_stay_in_the_inbox(self):
        for owner in OWNERS:
            self.assertEqual(list((self.lab.member_dir(owner) / "inbox").iterdir()), [])

    def test_rejected_rows_wait_in_the_outbox_for_the_steward_alone(self):
        for owner in OWNERS:
            outbox = list((self.lab.member_dir(owner) / "outbox").iterdir())
            self.assertGreater(len(outbox), 0)
            for rejects in outbox:
                self.assertIn(INVALID, rejects.read_text(encoding="utf-8"))
                self.assertEqual(rejects.stat().st_mode & 0o007, 0)

    def test_keys_and_stores_are_their_owners_alone(self):
        for path in self.files():
            private = path.suffix == ".key" or "db" in path.relative_to(self.lab.dir).parts
            if private:
                self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_forms_are_found_where_they_are(self):
        """The search itself works: each form is found in a text that holds it."""
        for word in PLANTED.values():
            text = f"xx{word}yy"
            self.assertIn(forms(word)[0], text.encode())
            self.assertIn(forms(word)[3], text.encode("utf-16-le"))
            self.assertIn(forms(word)[5], text.encode().hex().encode())
            for shift in range(3):
                held = base64.b64encode(b"x" * shift + word.encode() + b"tail")
                self.assertIn(forms(word)[8 + shift], held)


if __name__ == "__main__":
    unittest.main()
