"""What a steward does with editions: publishes, takes back, drops. What is held, what the notice of
holdings names and what questions are answered from agree at every step."""

import shutil
import unittest

import practice
from lab import DONE, WRONG_USE, commons
from steward import Steward


class Editions(Steward):
    # The number had been given, and signed, before: the old notice would have covered other rows.
    def test_a_restored_node_gives_no_number_twice(self):
        away = self.lab.root / "backup"
        self.lab.stop("tui")
        shutil.copytree(self.dir, away, ignore=shutil.ignore_patterns("local.sock"))
        self.lab.start("tui")
        self.assertIn("edition 2", self.load(practice.rows(50, 3)).out)
        self.assertEqual(self.asked()[0], 450)
        self.lab.stop("tui")
        shutil.rmtree(self.dir)
        away.rename(self.dir)
        self.lab.start("tui")
        self.without_keys()
        unsigned = self.load(practice.rows(70, 5))
        self.assertIn("edition 3", unsigned.out)
        self.assertIn("nothing is answered from edition 3 before its notice", unsigned.err)
        self.assertEqual([row["queryable"] for row in self.held()], [False])
        self.assertEqual(self.asked()[0], 400)

    def test_an_edition_without_its_notice_is_not_asked_about(self):
        people = self.without_keys()
        outcome = self.load(practice.rows(210, 9), "--as-of", "2024-02-29")
        self.assertIn("commons dataset notice", outcome.err)
        rows, said = self.asked()
        self.assertEqual((rows, said["status"], said["reason"]), (400, "refused", "NO_DATA"))
        (held,) = self.held()
        self.assertEqual((held["epoch"], held["queryable"]), (2, False))
        self.assertEqual(self.holders("tui")["tui"][0], 1)
        self.lab.kill("tui")
        self.lab.start("tui")
        self.assertEqual(self.asked()[1]["reason"], "NO_DATA")
        (self.lab.root / "away").rename(people)
        self.dataset("notice", "--as-of", "2024-02-29")
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"], said["as_of"]), (610, 2, "2024-02-29"))
        self.assertEqual(self.holders("tui")["tui"], (2, "2024-02-29"))
        self.assertTrue(self.held()[0]["queryable"])

    def test_the_steward_publishes_further_editions_without_the_board(self):
        (self.dir / "keys" / "people" / "board-1.key").unlink()
        self.assertIn("notice of holdings signed", self.load(practice.rows(220, 4)).out)
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"]), (620, 2))

    def test_drop_asks_and_says_and_the_catalogue_follows(self):
        refused = self.dataset("drop", code=WRONG_USE)
        self.assertIn("deletes all 200 rows of visits", refused.err)
        self.assertIn("--yes", refused.err)
        self.assertEqual(self.asked()[0], 600)
        self.assertIn("edition 1 with 200 rows deleted", self.dataset("drop", "--yes").out)
        self.assertEqual(self.held(), [])
        self.assertNotIn("tui", self.holders("tui"))
        self.assertEqual(self.asked(), (400, None))
        self.dataset("drop", "--yes", code=WRONG_USE)
        self.dataset("notice", code=WRONG_USE)
        self.load(practice.rows(50, 3))  # nothing is replaced
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"]), (450, 2))
        people = self.without_keys()
        self.assertIn("commons dataset notice", self.dataset("drop", "--yes").err)
        self.assertIn("tui", self.holders("tui"))
        (self.lab.root / "away").rename(people)
        self.dataset("notice")
        self.assertNotIn("tui", self.holders("tui"))

    def test_an_import_is_taken_back(self):
        self.assertIn("no edition before edition 1 is kept",
                      self.dataset("revert", code=WRONG_USE).err)
        self.load(practice.rows(50, 3), "--as-of", "2024-02-29")
        self.load(practice.rows(5, 3), "--as-of", "2024-03-31")
        self.assertEqual(self.editions(), [(2, "kept"), (3, "queryable")])
        self.assertEqual(self.asked()[0], 405)
        out = commons("dataset", "revert", "--dir", self.dir, "visits").expect(DONE).out
        self.assertIn("visits: edition 2 with 50 rows is the current one again; edition 3", out)
        self.assertIn("notice of holdings signed", out)
        for _ in range(2):
            rows, said = self.asked()
            self.assertEqual((rows, said["epoch"], said["as_of"]), (450, 2, "2024-02-29"))
            self.assertEqual(self.editions(), [(3, "kept"), (2, "queryable")])
            self.lab.kill("tui")
            self.lab.start("tui")
        self.dataset("revert")
        self.assertEqual(self.asked()[0], 405)
        self.dataset("revert")
        # Neither number is given again, and what the next import replaces is kept.
        self.load(practice.rows(70, 5))
        self.assertEqual(self.editions(), [(2, "kept"), (4, "queryable")])
        self.assertIn("deletes all 70 rows of visits and of the edition before",
                      self.dataset("drop", code=WRONG_USE).err)
        self.dataset("drop", "--yes")
        self.assertEqual(self.held(), [])
        self.dataset("revert", code=WRONG_USE)

    # The notice of the other edition is in force until then: nothing is answered from it.
    def test_an_edition_gone_back_to_without_keys_waits_for_its_notice(self):
        self.load(practice.rows(50, 3), "--as-of", "2024-02-29")
        people = self.without_keys()
        self.load(practice.rows(5, 3))
        self.load(practice.rows(6, 3))
        undated = self.dataset("revert", code=WRONG_USE)
        self.assertIn("no notice has said of which day edition 3 is", undated.err)
        self.assertEqual(self.editions(), [(3, "kept"), (4, "closed")])
        unsigned = self.dataset("revert", "--as-of", "2024-03-31")
        self.assertIn("nothing is answered from edition 3 before its notice", unsigned.err)
        self.assertEqual(self.asked()[1]["reason"], "NO_DATA")
        (self.lab.root / "away").rename(people)
        self.dataset("notice", "--as-of", "2024-03-31")
        rows, said = self.asked()
        self.assertEqual((rows, said["epoch"], said["as_of"]), (405, 3, "2024-03-31"))

    def test_editions_and_what_others_see_are_shown_to_people(self):
        lines = self.dataset("epochs").out.splitlines()
        self.assertEqual(lines[0].split(), ["edition", "rows", "state"])
        self.assertEqual(lines[-1].split(), ["1", "200", "queryable"])
        self.assertEqual(self.dataset("epochs", "--format", "json").json,
                         {"epochs": [{"epoch": 1, "state": "queryable"}]})
        table = self.dataset("preview").out
        for word in ("group or filter by it", "kahu", "edition"):
            self.assertIn(word, table)
        self.assertEqual(self.dataset("preview", "--format", "json").json["dataset"], "visits")


if __name__ == "__main__":
    unittest.main()
