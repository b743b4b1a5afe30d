"""An organisation whose board lost its keys, between real daemons: what is drafted away from its
node, what everybody is told while it waits, the objection, and the thirty days."""

import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

import practice
from lab import DONE, REFUSED, Lab, binary, commons, members, until

OWNERS = ["kahu", "rata", "tui"]
OWNER = "tui"
OTHERS = ["kahu", "rata"]
COUNT = "SELECT COUNT(*) AS n FROM visits"


class Days:
    """What daemons and commands take for today: so many days from now (later_clock.cc)."""

    def __init__(self):
        self.ahead = 0

    def now(self):
        return time.time() + self.ahead * 86400

    def env(self):
        library = Path(binary("commonsd")).parent / "later_clock.so"
        if not library.exists():
            raise FileNotFoundError(f"{library}: build later_clock")
        return {"LD_PRELOAD": str(library), "COMMONS_TEST_LATER": str(self.ahead * 86400),
                "ASAN_OPTIONS": "verify_asan_link_order=0"}


class Recovery(unittest.TestCase):
    def setUp(self):
        self.days = Days()
        self.daemons = []
        self.lab = self.enterContext(Lab(practice.open_package(), practice.csvs(OWNERS, 20),
                                         "release = 'open'\n"))
        self.addCleanup(self.stop_daemons)
        self.home = self.lab.root / "home"  # of those who recover: no node is here
        self.home.mkdir()
        self.keys = {}
        for name in ("aunt", "elder", "stranger", "chair"):
            self.keys[name] = self.home / f"{name}.key"
            made = self.tool("keygen", "--out", self.keys[name], "--no-passphrase").expect(DONE)
            self.keys[name + " public"] = made.out.strip()
        self.old_board = self.lab.member_dir(OWNER) / "keys" / "people" / "board-1.key"
        self.name_who_recovers()

    # ---- What people run.

    def tool(self, *args):
        return commons(*args, env=self.days.env(), cwd=self.home)

    def doc(self, command, *args):
        return self.tool("doc", command, *args)

    def node(self, owner, command, *args):
        return self.tool("node", command, "--dir", self.lab.member_dir(owner), *args)

    def submit(self, path, owner=OWNER):
        return self.doc("submit", "--dir", self.lab.member_dir(owner), path)

    def write(self, name, text):
        (self.home / name).write_text(text, encoding="utf-8")
        return name

    def sign(self, path, *keys, card="card.rule"):
        for key in keys:
            self.doc("sign", path, "--key", self.keys.get(key, key), "--card", card,
                     "--yes").expect(DONE)

    def name_who_recovers(self):
        """The card of a board that has its keys says who replaces them, and then it has not."""
        first = self.lab.member_dir(OWNER) / "card.rule"
        spec = self.write("next.toml", f'recovery = "2 of kin({self.keys["aunt public"]}, '
                                       f'{self.keys["elder public"]})"\n')
        self.doc("new", "org-root", "--spec", spec, "--prev", first, "--out",
                 "card.rule").expect(DONE)
        self.doc("sign", "card.rule", "--key", self.old_board, "--card", first,
                 "--yes").expect(DONE)
        self.submit("card.rule").expect(DONE)
        self.old_board = self.old_board.rename(self.home / "lost.key")

    def recover(self):
        spec = self.write("recovery.toml",
                          f'board = "1"\n[seats]\nchair = "{self.keys["chair public"]}"\n')
        self.doc("new", "recovery", "--spec", spec, "--prev", "card.rule", "--out",
                 "recovery.rule").expect(DONE)
        self.sign("recovery.rule", "aunt", "chair")
        self.assertEqual(self.doc("verify", "recovery.rule", "--trust", "card.rule")
                         .expect(REFUSED).out, "UNDER_SIGNED\n")
        self.assertIn("lacks signatures of those who may replace lost keys",
                      self.submit("recovery.rule").expect(REFUSED).err)
        self.sign("recovery.rule", "elder")
        self.submit("recovery.rule").expect(DONE)
        for owner in OWNERS:
            until(lambda owner=owner: self.recoveries(owner), f"the recovery at {owner}")

    def rules(self, key, name):
        """The owner's rules anew, signed by one key."""
        self.doc("policy", "--dir", self.lab.member_dir(OWNER), "--dataset", "visits", "--from",
                 self.lab.policy, "--out", name).expect(DONE)
        self.sign(name, key, card="recovery.rule" if key == "chair" else "card.rule")
        return name

    def objection(self, key):
        spec = self.write("objection.toml", 'card = "recovery.rule"\n')
        self.doc("new", "objection", "--spec", spec, "--out", "no.rule").expect(DONE)
        self.sign("no.rule", key)
        return "no.rule"

    # ---- What is seen.

    def status(self, owner):
        return self.node(owner, "status", "--format", "json").expect(DONE).json

    def card(self, owner):
        """The organisation's own, as it is known there."""
        return next(card for card in self.status(owner)["cards"] if card["member"] == OWNER)

    def recoveries(self, owner):
        return self.status(owner)["recoveries"]

    def told(self, owner, words):
        """Waits until a member's people are told so."""
        until(lambda: any(words in note["what"] for note in self.recoveries(owner)),
              f"'{words}' at {owner}")

    def answering(self):
        """Who answers, asked at a member that recovers nothing."""
        asked = self.tool("query", "--dir", self.lab.member_dir("kahu"), "--as",
                         self.lab.dir / "researcher.key", "--purpose", "planning", "--format",
                         "json", COUNT)
        return members(asked.json) if asked.code == DONE else []

    # ---- Days go by.

    def stop_daemons(self):
        for daemon in self.daemons:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(timeout=60)
        self.daemons = []

    def pass_days(self, days):
        """No more than a node's address is good for at a time: all stop, and start that later."""
        while days > 0:
            step = min(days, 14)
            days -= step
            if self.days.ahead == 0:
                for owner in OWNERS:
                    self.lab.run("stop", owner).expect(DONE)
            self.stop_daemons()
            self.days.ahead += step
            for owner in OWNERS:
                self.daemons.append(subprocess.Popen(
                    [binary("commonsd"), "--dir", self.lab.member_dir(owner), "--accept-clock"],
                    env={**os.environ, **self.days.env()}, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL))
            for owner in OWNERS:
                until(lambda owner=owner: self.node(owner, "status").code == DONE
                      and self.status(owner)["caught_up"], f"{owner} after {step} days")

    # ----

    def test_it_waits_in_the_open_and_an_objection_ends_it(self):
        self.recover()
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86400))
        for owner in OWNERS:
            (note,) = self.recoveries(owner)
            self.assertEqual(note["ours"], owner == OWNER)
            for words in (f"recovery of {OWNER}", f"takes power on {day}",
                          "unless one seat of the board objects"):
                self.assertIn(words, note["what"])
        self.assertIn("ATTENTION: recovery of tui", self.node(OWNER, "status").out)
        doctor = self.node(OWNER, "doctor")
        self.assertIn("RECOVERY OF THIS ORGANISATION", doctor.out)
        self.assertIn("commons doc new objection", doctor.out)
        self.assertIn(f"takes power on {day}", self.node("kahu", "doctor").out)
        self.assertEqual(self.answering(), OWNERS, "the board before it is in force")
        refused = self.submit(self.rules("chair", "new.rule")).expect(REFUSED)
        self.assertIn(f"takes power on {day}", refused.err)

        # Any one seat, at any member: the organisation's own node may be in other hands.
        no = self.objection(self.old_board)
        refused = self.doc("sign", no, "--key", self.keys["stranger"], "--card", "card.rule",
                           "--yes")
        self.assertIn("does not count on objection", refused.err)
        self.submit(no, "kahu").expect(DONE)
        for owner in OWNERS:
            self.told(owner, "a seat objected")
        self.lab.run("stop", OWNER).expect(DONE)
        self.lab.run("start", OWNER).expect(DONE)
        self.told(OWNER, "it never takes power")
        self.assertIn("never takes power", self.submit("new.rule").expect(REFUSED).err)
        # Not after the thirty days either; the board that found its key goes on.
        self.pass_days(31)
        self.told(OWNER, "it never takes power")
        self.assertIn("never takes power", self.submit("new.rule").expect(REFUSED).err)
        self.submit(self.rules(self.old_board, "old.rule")).expect(DONE)
        self.assertEqual(self.answering(), OWNERS)
        # Its next card stands behind one that never had power; all say since when it rules.
        spec = self.write("after.toml", 'after = "recovery.rule"\n'
                                        f'guardians = ["{self.keys["stranger public"]}"]\n')
        self.doc("new", "org-root", "--spec", spec, "--prev", "card.rule", "--out",
                 "after.rule").expect(DONE)
        self.sign("after.rule", self.old_board)
        self.submit("after.rule").expect(DONE)
        for owner in OWNERS:
            until(lambda owner=owner: self.card(owner)["version"] == 4, f"the card at {owner}")
            self.assertLess(abs(self.card(owner)["since"] - self.days.now()), 3600)

    def test_after_thirty_days_the_new_board_decides_everywhere(self):
        self.recover()
        self.pass_days(29)
        self.submit(self.rules(self.old_board, "old.rule")).expect(DONE)
        self.assertIn("takes no power here before",
                      self.submit(self.rules("chair", "new.rule")).expect(REFUSED).err)
        until(lambda: self.answering() == OWNERS, "an answer of all")
        self.pass_days(2)
        self.told(OWNER, "its new board has not spoken yet")
        until(lambda: self.answering() == OTHERS, "an answer of the others")
        self.assertIn("comes too late", self.submit(self.objection(self.old_board)).err)
        self.assertIn("decides nothing more",
                      self.submit(self.rules(self.old_board, "late.rule")).expect(REFUSED).err)
        self.submit("new.rule").expect(DONE)
        for owner in OWNERS:
            until(lambda owner=owner: not self.recoveries(owner), f"the end of it at {owner}")
            (card,) = [card for card in self.status(owner)["cards"] if card["member"] == OWNER]
            self.assertEqual(card["version"], 3)
        until(lambda: self.answering() == OWNERS, "an answer of all, by the new board's rules")
        self.assertIn("nobody whose signature counts", self.submit("late.rule").err)


if __name__ == "__main__":
    unittest.main()
