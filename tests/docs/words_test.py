"""What people read says their words, not the wire's: no sentence in the sources that write for
people holds a name for which governance/document/words.cc has a word."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "governance" / "document" / "words.cc"
WRITE_FOR_PEOPLE = ("governance/document", "governance/review", "governance/kinds",
                    "governance/fold", "clients")
TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
# Names that are also everyday words, and mean those in a sentence.
EVERYDAY = {"Charter", "Approval", "Standard", "Project", "Freeze", "Lift", "Decline", "Leave",
            "Withdrawal", "Resolution", "Accreditation", "Revocation", "Recovery", "Objection",
            "meet", "witness"}


def wire_names():
    rows = re.findall(r'^\s*\{"(\w+)", "', CATALOGUE.read_text(encoding="utf-8"), re.M)
    return [name for name in rows if name not in EVERYDAY]


def sentences(source):
    for line in source.read_text(encoding="utf-8").splitlines():
        if not line.lstrip().startswith("#include"):
            yield from (text for text in TEXT.findall(line) if " " in text.strip())


def found_in(root, names):
    pattern = re.compile(rf"\b({'|'.join(names)})\b")
    return [f"{source.relative_to(root)}: {text}" for room in WRITE_FOR_PEOPLE
            for source in sorted((root / room).rglob("*.cc"))
            if not source.name.endswith("_test.cc") and source != CATALOGUE
            for text in sentences(source) if pattern.search(text)]


class Words(unittest.TestCase):
    def test_no_sentence_holds_a_name_of_the_wire(self):
        self.assertIn("OrgRoot", wire_names())
        self.assertIn("epoch", wire_names())
        self.assertEqual(found_in(ROOT, wire_names()), [])

    def test_a_sentence_that_did_would_be_found(self):
        self.assertTrue(found_in(ROOT, ["board"]))


if __name__ == "__main__":
    unittest.main()
