"""Votes between real daemons: a split vote that goes on in the next ballot, what people are told
before and after they say yes, withdrawing, and leaving."""

import json
import unittest

import practice
from lab import DONE, REFUSED, WRONG_USE, Lab, commons, until

OWNERS = ["kahu", "rata", "tui"]


class Votes(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab(practice.package(), practice.csvs(OWNERS, 20)))

    def doc(self, command, owner, *args):
        return commons("doc", command, "--dir", self.lab.member_dir(owner), *args)

    def propose(self, owner, threshold, *args):
        path = self.lab.root / f"floor-{threshold}.toml"
        path.write_text(f'purposes = ["planning"]\nthreshold = {threshold}\n', encoding="utf-8")
        return self.doc("propose", owner, "--policy", path, *args)

    def status(self, owner):
        return commons("node", "status", "--dir", self.lab.member_dir(owner), "--format",
                       "json").expect(DONE).json

    def knows(self, owner, document, *yes):
        """Whether a member knows the proposal and these yeses."""
        found = [p for p in self.status(owner)["proposals"] if p["document"] == document]
        return bool(found) and set(yes) <= set(found[0]["yes"])

    def meet(self, document, *yes):
        for owner in OWNERS:
            until(lambda owner=owner: self.knows(owner, document, *yes), f"{document} at {owner}")

    def decided(self, version, owners=OWNERS):
        for owner in owners:
            until(lambda owner=owner: self.status(owner)["commons_version"] == version,
                  f"version {version} at {owner}")

    def test_a_split_vote_goes_on_in_the_next_ballot(self):
        first = self.propose("kahu", 7).expect(DONE).out.strip()
        self.meet(first)
        # A second proposal takes a word more, and both are told of each other.
        refused = self.propose("rata", 8).expect(WRONG_USE)
        for words in (first[:16], "0 of 3 say yes, 3 are needed", "--rival"):
            self.assertIn(words, refused.err)
        rival = self.propose("rata", 8, "--rival").expect(DONE).out.strip()
        self.meet(rival)
        told = self.doc("approve", "kahu", first[:10]).expect(DONE).out
        for words in ("Common decision, version 3", "a rival", rival[:16], "a yes is final",
                      "not heard: kahu, rata, tui", "it needs 2 more of: rata, tui"):
            self.assertIn(words, told)
        self.assertIn("kahu says yes", told)
        self.assertIn("said yes", self.doc("approve", "kahu", first).expect(DONE).out)
        self.assertIn("one thing in one ballot",
                      self.doc("approve", "kahu", rival).expect(WRONG_USE).err)
        self.meet(first, "kahu")
        # One word of three is enough for the first to be lost.
        self.doc("approve", "rata", rival, "--anyway").expect(DONE)
        self.meet(rival, "rata")
        self.assertIn("can't be decided", self.doc("approve", "tui", first).expect(WRONG_USE).err)
        told = self.doc("status", "tui").expect(DONE).out
        self.assertIn("can have the votes it needs in ballot 1 any more", told)
        self.assertIn("commons doc propose", told)
        doctor = commons("node", "doctor", "--dir", self.lab.member_dir("tui")).out
        self.assertIn("propose again", doctor)
        # Ballot 2, drafted with what shows that ballot 1 is dead.
        third = self.propose("tui", 9).expect(DONE)
        self.assertIn("this is for ballot 2", third.err)
        agreed = third.out.strip()
        self.meet(agreed)
        for owner in OWNERS:
            self.doc("approve", owner, agreed).expect(DONE)
        self.decided(3)
        self.assertEqual(self.status("kahu")["proposals"], [])
        self.assertIn("nothing is voted on", self.doc("status", "kahu").expect(DONE).out)
        self.assertIn("counts", self.doc("status", "kahu", agreed[:12]).expect(DONE).out)

    def test_a_no_and_a_withdrawal_are_told(self):
        proposal = self.propose("kahu", 7).expect(DONE).out.strip()
        self.meet(proposal)
        self.assertIn("only who proposed it",
                      self.doc("withdraw", "rata", proposal).expect(WRONG_USE).err)
        self.doc("withdraw", "kahu", proposal).expect(DONE)
        until(lambda: self.status("tui")["proposals"][0]["withdrawn"], "the withdrawal")
        self.assertIn("withdrew it", self.doc("review", "tui", proposal).expect(DONE).out)
        refused = self.doc("approve", "tui", proposal).expect(WRONG_USE)
        self.assertIn("--anyway", refused.err)
        self.assertIn("not voted on", self.doc("approve", "tui", "--no", "9").expect(WRONG_USE).err)
        told = self.doc("approve", "tui", "--no", "3").expect(DONE).out
        self.assertIn("tui says no to version 3 of the common rules, ballot 1", told)
        self.assertIn("decided otherwise",
                      self.doc("approve", "tui", proposal, "--anyway").expect(WRONG_USE).err)
        until(lambda: self.status("kahu")["proposals"][0]["against"] == ["tui"], "the no")
        self.assertTrue(self.status("kahu")["proposals"][0]["lost"])

    def test_who_leaves_is_suspended_and_its_departure_listed(self):
        self.assertIn("--yes", self.doc("leave", "tui").expect(WRONG_USE).err)
        self.assertIn("has not said that it leaves",
                      self.doc("propose", "kahu", "--departure", "tui").expect(WRONG_USE).err)
        self.assertIn("tui has left", self.doc("leave", "tui", "--yes").expect(DONE).out)
        self.assertIn("has left already", self.doc("leave", "tui", "--yes").expect(WRONG_USE).err)
        until(lambda: "--departure tui" in json.dumps(self.status("kahu")["votes"]), "the leave")
        # Its data is closed at once: the other two are too few.
        refused = self.lab.ask("SELECT COUNT(*) AS n FROM visits", "--from", "kahu")
        self.assertIn("TOO_FEW_MEMBERS", refused.expect(REFUSED).out)
        asked = self.lab.ask("SELECT COUNT(*) AS n FROM visits", "--from", "tui").expect(REFUSED)
        self.assertIn("NOT_A_MEMBER", asked.out)
        until(lambda: "--departure tui" in json.dumps(self.status("rata")["votes"]), "the leave")
        for version, options in ((3, ["--suspend", "tui"]), (4, ["--departure", "tui"])):
            proposal = self.doc("propose", "kahu", *options).expect(DONE).out.strip()
            for owner in ("kahu", "rata"):
                until(lambda owner=owner, proposal=proposal: self.knows(owner, proposal),
                      "the proposal")
                self.doc("approve", owner, proposal).expect(DONE)
            self.decided(version, ["kahu", "rata"])
        self.assertEqual(self.status("kahu")["members"], 2)
        self.assertEqual(self.status("kahu")["votes"], [])


if __name__ == "__main__":
    unittest.main()
