"""Runs every command of docs/for-boards/signing-day.md, and builds each example of
docs/for-boards/specs."""

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "federation"))

from guarded_folder import GuardedFolder, processes_in
from lab import DONE, REFUSED, commons

BOARDS = ROOT / "docs" / "for-boards"
SIGNING_DAY = BOARDS / "signing-day.md"
NOT_YET = ("log-reset",)


class SigningDay(unittest.TestCase):
    def test_the_commands_lead_from_keys_to_an_accepted_rule(self):
        page = SIGNING_DAY.read_text(encoding="utf-8")
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S))
        path = os.environ.get("COMMONS_BIN_DIR", "") + os.pathsep + os.environ["PATH"]
        with GuardedFolder("commons-doc-") as folder:
            done = subprocess.run(["sh", "-eu", "-c", script], cwd=folder, timeout=200, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True,
                                  env={**os.environ, "PATH": path})
            left = processes_in(folder)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertEqual(left, [])
        shown = re.findall(r"^    (\S.*)$", page, re.M)
        self.assertEqual(len(shown), 3)
        for words in (*shown, "signed; start the node"):
            self.assertIn(words, done.stdout)
        self.assertEqual(done.stdout.count("\naccepted\n"), 2)


class Specs(unittest.TestCase):
    def setUp(self):
        guarded = GuardedFolder("commons-doc-")
        self.addCleanup(guarded.close)
        self.folder = guarded.path / "specs"
        shutil.copytree(BOARDS / "specs", self.folder)

    def key(self, number):
        """That of a seed of 32 equal bytes, as the examples' README says."""
        path = self.folder / f"{number}.key"
        if not path.exists():
            commons("keygen", "--out", path, "--no-passphrase", "--seed-hex",
                    f"{number:02x}" * 32).expect(DONE)
        return path

    def new(self, kind, *args, out=None):
        return commons("doc", "new", kind, "--spec", self.folder / f"{kind}.toml", "--out",
                       self.folder / (out or f"{kind}.rule"), *args)

    def make_new_member(self):
        text = (self.folder / "org-root.toml").read_text(encoding="utf-8")
        other = self.folder.parent / "other.toml"
        other.write_text(text.replace('"lakes"', '"waikato"'), encoding="utf-8")
        commons("doc", "new", "org-root", "--spec", other, "--out",
                self.folder / "new-member.rule").expect(DONE)

    def test_each_kind_has_an_example_that_builds(self):
        named = commons("doc", "new", "none", "--spec", self.folder / "org-root.toml", "--out",
                        self.folder / "x.rule").err
        self.assertIn("there is no kind of document 'none'", named)
        self.new("org-root", out="card.rule").expect(DONE)
        for number in (1, 2):
            commons("doc", "sign", self.folder / "card.rule", "--key", self.key(number),
                    "--yes").expect(DONE)
        self.make_new_member()
        self.new("charter").expect(DONE)
        made = {"org-root", "charter"}
        after = {"membership": "charter", "standard": "charter", "commons-policy": "charter"}
        for kind in ("membership", "standard", "commons-policy", "owner-policy", "project"):
            before = ("--prev", self.folder / f"{after[kind]}.rule") if kind in after else ()
            self.new(kind, *before).expect(DONE)
            made.add(kind)
        for spec in sorted(self.folder.glob("*.toml")):
            kind = spec.stem
            if kind in made or kind in ("policy", "next-card", "recovery"):
                continue
            outcome = self.new(kind)
            if outcome.code == REFUSED:  # of later work, and said so
                self.assertIn("NOT_SUPPORTED_YET", outcome.err, kind)
                self.assertIn(kind, ("freeze", "lift", "decline", "leave", "withdrawal",
                                     "revocation"))
                continue
            outcome.expect(DONE)
            told = commons("doc", "review", self.folder / f"{kind}.rule").expect(DONE).out
            self.assertGreater(len(told.splitlines()), 1, kind)
            made.add(kind)
        self.assertGreaterEqual(len(made), 13, made)
        for kind in NOT_YET:
            (self.folder / f"{kind}.toml").write_text("", encoding="utf-8")
            self.assertIn("NOT_SUPPORTED_YET", self.new(kind).expect(REFUSED).err)

    def test_the_next_card_is_signed_by_the_boards_before_and_after(self):
        card, draft = self.folder / "card.rule", self.folder / "next.rule"
        self.new("org-root", out="card.rule").expect(DONE)

        def sign(path, *numbers):
            for number in numbers:
                commons("doc", "sign", path, "--key", self.key(number), "--card", card,
                        "--yes").expect(DONE)

        sign(card, 1, 2)
        commons("doc", "new", "org-root", "--spec", self.folder / "next-card.toml", "--prev", card,
                "--out", draft).expect(DONE)
        verify = ("doc", "verify", draft, "--trust", card)
        sign(draft, 9, 2)
        self.assertEqual(commons(*verify).expect(REFUSED).out, "UNDER_SIGNED\n")
        self.assertIn("missing the chair seat or the treasurer seat",
                      commons("doc", "status", draft, "--trust", card).expect(DONE).out)
        sign(draft, 3)
        self.assertEqual(commons(*verify).expect(DONE).out.splitlines()[0], "accepted")
        for line, words in (('name = "other"', "NOT_SUPPORTED_YET"), ("colour = 1", "colour"),
                            ("expires = 1999-01-01", "passed")):
            spec = self.folder / "wrong.toml"
            spec.write_text(line + "\n", encoding="utf-8")
            wrong = commons("doc", "new", "org-root", "--spec", spec, "--prev", card, "--out",
                            self.folder / "wrong.rule")
            self.assertNotEqual(wrong.code, DONE)
            self.assertIn(words, wrong.err)

    def test_a_recovery_is_signed_by_whom_the_card_names_and_its_new_seats(self):
        card, draft = self.folder / "card.rule", self.folder / "recovery.rule"
        self.new("org-root", out="card.rule").expect(DONE)

        def sign(path, *numbers):
            for number in numbers:
                commons("doc", "sign", path, "--key", self.key(number), "--card", card,
                        "--yes").expect(DONE)

        sign(card, 1, 2)
        self.assertIn("--prev", self.new("recovery").err)
        self.new("recovery", "--prev", card).expect(DONE)
        told = commons("doc", "review", draft).expect(DONE).out
        for words in ("takes power: 30 days after", "to object: ", "every dataset"):
            self.assertIn(words, told)
        verify = ("doc", "verify", draft, "--trust", card)
        sign(draft, 9, 2)
        self.assertEqual(commons(*verify).expect(REFUSED).out, "UNDER_SIGNED\n")
        status = commons("doc", "status", draft, "--trust", card).expect(DONE).out
        self.assertIn("of those who replace lost keys: 1 of 2 signed: missing the chair seat or",
                      status)
        self.assertIn("of the board that comes: signed by all that are needed", status)
        stranger = commons("doc", "sign", draft, "--key", self.key(8), "--card", card, "--yes")
        self.assertIn("names to replace lost ones", stranger.err)
        sign(draft, 3)
        self.assertEqual(commons(*verify).expect(DONE).out.splitlines()[0], "accepted")

        objection = self.folder / "objection.toml"
        objection.write_text('card = "recovery.rule"\n', encoding="utf-8")
        self.new("objection").expect(DONE)
        no = self.folder / "objection.rule"
        sign(no, 1)
        trust = ("--trust", card)
        self.assertEqual(commons("doc", "verify", no, *trust).expect(DONE).out.splitlines()[0],
                         "accepted")
        self.assertIn("chair", commons("doc", "status", no, *trust).expect(DONE).out)

        spec = self.folder / "going-on.toml"
        spec.write_text('after = "recovery.rule"\n', encoding="utf-8")
        going_on = self.folder / "going-on.rule"
        commons("doc", "new", "org-root", "--spec", spec, "--prev", card, "--out",
                going_on).expect(DONE)
        sign(going_on, 1, 2)
        verify = ("doc", "verify", going_on, "--trust", card)
        self.assertEqual(commons(*verify).expect(REFUSED).out, "UNKNOWN_ISSUER\n")
        self.assertEqual(commons(*verify, "--trust", draft).expect(DONE).out.splitlines()[0],
                         "accepted")

    def test_every_kind_of_the_command_has_an_example(self):
        readme = (BOARDS / "specs" / "README.md").read_text(encoding="utf-8")
        for kind in re.findall(r"^\| `([a-z-]+)` \|", readme, re.M):
            self.assertTrue((BOARDS / "specs" / f"{kind}.toml").is_file() or kind in NOT_YET, kind)


class Frameworks(unittest.TestCase):
    """Every field and every test that a principle rests on is there."""

    def setUp(self):
        self.page = (BOARDS / "frameworks.md").read_text(encoding="utf-8")

    def test_the_fields_are_there(self):
        proto = "".join((ROOT / "proto" / f"{file}.proto").read_text(encoding="utf-8")
                        for file in ("documents", "audit"))
        fields = re.findall(r"`([A-Z][A-Za-z]+)\.([a-z_]+)`", self.page)
        self.assertGreater(len(fields), 30)
        for message, field in fields:
            body = re.search(rf"^message {message} {{(.*?)^}}", proto, re.M | re.S)
            self.assertTrue(body and re.search(rf"\b{field} = \d", body.group(1)),
                            f"{message}.{field}")

    def test_the_tests_are_there(self):
        rows = [line for line in self.page.splitlines()
                if line.startswith("| ") and not line.startswith(("| principle", "| safe |",
                                                                  "| statement"))]
        self.assertGreater(len(rows), 20)
        for row in rows:
            tests = re.findall(r"`([a-z_/]+_test\.(?:cc|py))`", row.split(" | ")[-1])
            self.assertTrue(tests, row)
            for test in tests:
                self.assertTrue((ROOT / test).is_file(), test)


if __name__ == "__main__":
    unittest.main()
