"""Stopping (rahui): what an owner's guardian stops is stopped when the command returns, whoever is
down, and until its board lifts it."""

import unittest

import practice
from lab import DONE, REFUSED, WRONG_USE, Lab, cells, commons, members, until
from oracle import COVID

MEMBERS = ["auckland", "lakes", "taranaki", "whanganui"]
OWNER = "lakes"
COUNT = "SELECT COUNT(*) AS n FROM visits"


def rows_of(member):
    return practice.rows(20 + MEMBERS.index(member), seed=MEMBERS.index(member))


def federation():
    return Lab(practice.open_package(),
               {member: practice.to_csv(rows_of(member)) for member in MEMBERS},
               "release = 'open'\n")


def refusals(answer):
    return {m["member"]: m["reason"] for m in answer["members"] if m["status"] == "refused"}


class Stops(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(federation())

    def tearDown(self):
        for member, row in self.lab.status().items():
            if not row["up"]:
                self.lab.start(member)
        self.lab.run("lift", OWNER).expect(DONE)
        until(lambda: members(self.lab.query(COUNT)) == MEMBERS, "an answer of all")

    def at(self, member, command, *args):
        return commons(command, "--dir", self.lab.member_dir(member), *args)

    def node(self, member, *args):
        return commons("node", *args, "--dir", self.lab.member_dir(member))

    def frozen_at(self, member):
        """What a node says of everybody's freezes."""
        return self.node(member, "status", "--format", "json").expect(DONE).json["frozen"]

    def freeze(self, *args, member=OWNER):
        return self.lab.run("freeze", member, *args).expect(DONE)

    def lift(self, *args, member=OWNER):
        return self.lab.run("lift", member, *args).expect(DONE)

    def check_stopped(self, *args):
        answer = self.lab.query(COUNT, *args)
        self.assertEqual(refusals(answer), {OWNER: "FROZEN"})
        self.assertEqual(members(answer), [m for m in MEMBERS if m != OWNER])
        expected = sum(len(rows_of(m)) for m in MEMBERS if m != OWNER)
        self.assertEqual(cells(answer)[()]["n"], expected)

    def check_open(self, *args):
        self.assertEqual(members(self.lab.query(COUNT, *args)), MEMBERS)

    def everybody_sees(self, count, whom=None):
        for member in whom or MEMBERS:
            until(lambda m=member: len(self.frozen_at(m)) == count, f"{count} freezes at {member}")

    def test_everything_is_stopped_when_the_command_returns_and_lifted_when_it_returns(self):
        said = self.freeze("--reason", "data").out
        self.check_stopped()
        self.assertIn("stopped: everything of lakes", said)
        self.everybody_sees(1)
        (freeze,) = self.frozen_at("auckland")
        self.assertEqual((freeze["member"], freeze["what"], freeze["reason"], freeze["words"]),
                         ("lakes", "everything", "data", "the records are wrong"))
        text = self.node("taranaki", "status").expect(DONE).out
        self.assertIn("everything of lakes, stopped since ", text)
        self.assertIn(freeze["document"][:16], text)
        self.assertIn("everything of lakes", self.lab.run("status").expect(DONE).out)
        self.assertEqual(len(self.lab.status()[OWNER].get("frozen", [])), 1)
        lifted = self.lift().out
        self.check_open()
        self.assertIn("lifted: everything of lakes", lifted)
        self.assertIn("nothing is stopped", lifted)
        self.everybody_sees(0)

    def test_a_dataset_a_purpose_a_requester_and_a_project(self):
        self.freeze("--dataset", "visits")
        self.check_stopped()
        self.assertIn("FROZEN", self.at(OWNER, "catalogue").expect(DONE).out)
        listed = commons("dataset", "list", "--dir", self.lab.member_dir(OWNER), "--format", "json")
        self.assertTrue(listed.expect(DONE).json["datasets"][0]["frozen"])
        would = {m["member"]: m.get("reason") for m in self.lab.explain(COUNT)["members"]}
        self.assertEqual(would[OWNER], "FROZEN")
        self.lift("--dataset", "visits")
        self.check_open()

        self.freeze("--purpose", "research")
        self.check_stopped("--purpose", "research")
        self.check_open("--purpose", "planning")
        self.lift("--purpose", "research")

        self.freeze("--requester", "taranaki")
        self.check_stopped("--from", "taranaki")
        self.check_open("--from", "auckland")
        self.lift("--requester", "taranaki")

        self.freeze("--requester", self.lab.dir / "researcher.key")
        self.check_stopped()
        self.lift("--requester", self.lab.dir / "researcher.key")

        project = self.lab.query(COUNT)["project"]
        self.freeze("--project", project)
        self.check_stopped()
        self.lift("--project", project)
        self.check_open()

    def test_a_lift_of_one_scope_leaves_the_others(self):
        self.freeze()
        self.freeze("--dataset", "visits")
        said = self.lift("--dataset", "visits").out
        self.assertIn("lifted: the dataset 'visits' of lakes", said)
        self.assertIn("still stopped: everything of lakes", said)
        self.check_stopped()
        nothing = self.lift("--purpose", "planning").out
        self.assertIn("lifted: nothing\n", nothing)
        self.check_stopped()

    def test_who_names_nobody_or_nothing_known_stops_nothing(self):
        for args in [["nobody"], [OWNER, "--dataset", "visit"], [OWNER, "--requester", "nobody"],
                     [OWNER, "--project", "no such project"], [OWNER, "--reason", "because"],
                     [OWNER, "--dataset", "visits", "--purpose", "planning"]]:
            for command in ("freeze", "lift"):
                if command == "lift" and "--reason" in args:
                    continue
                outcome = self.lab.run(command, *args).expect(WRONG_USE)
                self.assertEqual((outcome.out, outcome.err.count("\n")), ("", 1), outcome.err)
        self.check_open()

    def test_a_kill_right_after_the_command_returned_opens_nothing(self):
        for _ in range(3):
            self.freeze()
            self.lab.kill(OWNER)
            self.lab.start(OWNER)
            self.check_stopped()
            self.lift()
            self.lab.kill(OWNER)
            self.lab.start(OWNER)
            self.check_open()

    def test_with_every_peer_down_and_not_caught_up(self):
        others = [m for m in MEMBERS if m != OWNER]
        for member in MEMBERS:
            self.lab.kill(member)
        # The owner's daemon alone: it hears nobody, and so has not caught up.
        self.lab.run("start", OWNER)
        status = self.node(OWNER, "status", "--format", "json").expect(DONE).json
        self.assertFalse(status["caught_up"])
        self.freeze("--reason", "harm")
        self.assertEqual(len(self.frozen_at(OWNER)), 1)
        for member in others:
            self.lab.run("start", member)
        self.everybody_sees(1)
        self.check_stopped()

    def test_half_of_the_members_down_and_later_restarted(self):
        down = ["taranaki", "whanganui"]
        for member in down:
            self.lab.kill(member)
        self.freeze()
        self.everybody_sees(1, ["auckland", OWNER])
        self.lab.kill(OWNER)  # who comes back learns it from others too
        for member in down:
            self.lab.run("start", member)
        self.everybody_sees(1, ["auckland", *down])
        self.lab.start(OWNER)
        self.check_stopped()

    def test_signed_beforehand_and_kept_in_a_safe(self):
        safe = self.lab.root / "safe.rule"
        people = self.lab.member_dir(OWNER) / "keys" / "people"
        self.at(OWNER, "freeze", "--key", people / "guardian-1.key", "--out", safe).expect(DONE)
        self.check_open()
        review = commons("doc", "review", safe).expect(DONE).out
        self.assertIn("Stop, at once and until the board lifts it", review)
        commons("doc", "submit", "--dir", self.lab.member_dir(OWNER), safe).expect(DONE)
        self.check_stopped()
        listed = commons("doc", "list", "--dir", self.lab.member_dir("auckland"), "--format", "csv")
        self.assertIn("commons/freeze/1", listed.expect(DONE).out)

        # The board signs its lift elsewhere.
        draft = self.lab.root / "lift.rule"
        self.at(OWNER, "lift", "--out", draft).expect(DONE)
        review = commons("doc", "review", draft).expect(DONE).out
        self.assertIn(f"whose answers: {OWNER}", review)
        self.assertNotIn("not in force here", review)
        refused = commons("doc", "submit", "--dir", self.lab.member_dir(OWNER), draft)
        self.assertIn("nobody whose signature counts", refused.expect(REFUSED).err)
        commons("doc", "sign", draft, "--key", people / "guardian-1.key").expect(WRONG_USE)
        commons("doc", "sign", draft, "--key", people / "board-1.key", "--yes").expect(DONE)
        commons("doc", "submit", "--dir", self.lab.member_dir(OWNER), draft).expect(DONE)
        self.check_open()
        # The paper from the safe is used up, and says so.
        used = commons("doc", "submit", "--dir", self.lab.member_dir(OWNER), safe).expect(REFUSED)
        self.assertIn("the board has lifted this stop", used.err)
        self.check_open()

    def test_only_a_guardian_stops_and_only_the_board_lifts(self):
        people = self.lab.member_dir(OWNER) / "keys" / "people"
        for key in ("steward-1", "researcher-1"):
            outcome = self.at(OWNER, "freeze", "--key", people / f"{key}.key")
            self.assertIn("does not count", outcome.expect(WRONG_USE).err)
        other = self.lab.member_dir("auckland") / "keys" / "people" / "guardian-1.key"
        self.at(OWNER, "freeze", "--key", other).expect(WRONG_USE)
        self.freeze()
        self.at(OWNER, "lift", "--key", people / "guardian-1.key").expect(WRONG_USE)
        self.check_stopped()

    def test_doctor_says_what_is_stopped(self):
        self.freeze("--reason", "complaint")
        own = self.node(OWNER, "doctor").out
        self.assertIn("problem  stopped: everything of lakes", own)
        self.assertIn("somebody complained", own)
        self.everybody_sees(1)
        self.assertIn("ok       everything of lakes", self.node("auckland", "doctor").out)


class StolenGuardian(unittest.TestCase):
    """Last word on a key: the board lifts what it alone stopped, and will stop."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(federation())

    def test_the_board_lifts_the_key(self):
        people = self.lab.member_dir(OWNER) / "keys" / "people"
        directory = self.lab.member_dir(OWNER)
        for _ in range(3):
            commons("freeze", "--dir", directory).expect(DONE)
        said = commons("lift", "--dir", directory, "--signed-by",
                       people / "guardian-1.key").expect(DONE).out
        self.assertEqual(said.count("lifted: everything of lakes"), 3, said)
        outcome = commons("freeze", "--dir", directory).expect(REFUSED)
        self.assertIn("UNDER_SIGNED", outcome.err)
        self.assertEqual(members(self.lab.query(COUNT)), MEMBERS)
        # The board can still stop, by signing together.
        commons("freeze", "--dir", directory, "--key", people / "board-1.key").expect(DONE)
        self.assertEqual(refusals(self.lab.query(COUNT)), {OWNER: "FROZEN"})


class AllOwners(unittest.TestCase):
    """Twenty-two nodes, half of them down: every live one hears of it, and the others later."""

    def test_it_reaches_every_live_node_and_those_who_come_back(self):
        with Lab(COVID.open_package(), COVID.csvs(COVID.owners), "release = 'open'\n") as lab:
            owners = sorted(lab.status())
            live, away = owners[::2], owners[1::2]
            for member in away:
                lab.kill(member)
            lab.run("freeze", live[0]).expect(DONE)

            def hear(whom):
                rows = lab.status()
                return all(rows[m]["up"] and len(rows[m].get("frozen", [])) == 1 for m in whom)

            until(lambda: hear(live), "the freeze at every live node")
            lab.run("start").expect(DONE)
            until(lambda: hear(owners), "the freeze at every node")
            answer = lab.query("SELECT COUNT(*) AS n FROM covid_cases")
            self.assertEqual(refusals(answer), {live[0]: "FROZEN"})


if __name__ == "__main__":
    unittest.main()
