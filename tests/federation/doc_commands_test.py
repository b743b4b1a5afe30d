"""What people at a node do with documents: read, draft, sign, hand in; and what they are told when
it does not count."""

import subprocess
import time
import unittest

import practice
from guarded_folder import GuardedFolder
from lab import DONE, REFUSED, WRONG_USE, Lab, binary, commons

OWNERS = ["kahu", "rata", "tui"]
BASIS = ["--legal-basis", "statistical exception"]


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(practice.package(), practice.csvs(OWNERS, 20)))
        cls.policy = cls.lab.root / "policy.toml"
        cls.policy.write_text('purposes = ["planning"]\n', encoding="utf-8")

    def doc(self, command, owner, *args):
        return commons("doc", command, "--dir", self.lab.member_dir(owner), *args)

    def key(self, owner, label):
        return self.lab.member_dir(owner) / "keys" / "people" / f"{label}.key"

    def draft(self, name="draft.rule"):
        path = self.lab.root / name
        self.doc("propose", "kahu", "--policy", self.policy, "--out", path).expect(DONE)
        return path

    def ids(self, owner, kind):
        rows = self.doc("list", owner, "--format", "csv").expect(DONE).out.splitlines()[1:]
        return [row.split(",")[0] for row in rows if row.split(",")[1] == kind]

    def test_a_document_from_the_network_is_read_by_its_id(self):
        (resolution,) = self.ids("tui", "commons/resolution/1")[:1]
        told = self.doc("review", "tui", resolution).expect(DONE).out
        self.assertIn("Common decision, version 2", told)
        self.assertIn("from: kahu", told)
        self.assertIn("--dir", commons("doc", "review", resolution).expect(WRONG_USE).err)
        self.assertIn("neither a file nor",
                      self.doc("review", "tui", "0" * 16).expect(WRONG_USE).err)

    def test_an_invitation_can_be_read(self):
        path = self.lab.root / "invitation.rule"
        told = commons("node", "invite", "--dir", self.lab.member_dir("rata"), "--out", path)
        self.assertIn("commons node join", told.expect(DONE).out)
        text = commons("doc", "review", path).expect(DONE).out
        self.assertIn("Invitation", text)
        self.assertIn("practice commons", text)
        self.assertIn(self.lab.status()["tui"]["address"], text)
        self.assertIn("commons node join", self.doc("submit", "rata", path).expect(WRONG_USE).err)

    def test_a_yes_is_said_once_and_told_so(self):
        (resolution,) = self.ids("kahu", "commons/resolution/1")[:1]
        before = self.ids("kahu", "commons/approval/1")
        self.assertIn("said yes", self.doc("approve", "kahu", resolution).expect(DONE).out)
        self.assertEqual(self.ids("kahu", "commons/approval/1"), before)

    def test_what_nobody_signed_goes_nowhere(self):
        path, before = self.draft(), self.ids("kahu", "commons/resolution/1")
        refused = self.doc("submit", "kahu", path).expect(REFUSED)
        self.assertIn("refused (UNDER_SIGNED)", refused.err)
        self.assertIn("commons doc sign", refused.err)
        self.assertEqual(self.ids("kahu", "commons/resolution/1"), before)

    def test_a_draft_is_compared_where_no_node_is(self):
        looser = self.lab.root / "looser.toml"
        looser.write_text('purposes = ["planning"]\nthreshold = 4\n', encoding="utf-8")
        path, beside = self.lab.root / "ours.rule", self.lab.root / "ours.context.rule"
        self.doc("policy", "kahu", "--dataset", "visits", "--from", looser,
                 "--out", path).expect(DONE)
        told, as_of = commons("doc", "review", path).expect(DONE).out.split("compared with")
        self.assertEqual(told, self.doc("review", "kahu", path).expect(DONE).out)
        self.assertTrue(as_of.startswith(" what was in force on "), as_of)
        self.assertIn("WIDER: too small to show below: 4; was 6; no effect on "
                      f"visits: 6 stays, by the common rules", told)
        self.assertIn("from: kahu", told)
        # Who signs reads the same first, and it says whom to trust.
        shown = commons("doc", "sign", path, "--key", self.key("kahu", "board-1"))
        self.assertIn("no effect on visits", shown.expect(WRONG_USE).out)
        verify = ("doc", "verify", path, "--trust", beside)
        self.assertEqual(commons(*verify).expect(REFUSED).out, "UNDER_SIGNED\n")
        commons("doc", "sign", path, "--key", self.key("kahu", "board-1"), "--yes").expect(DONE)
        self.assertEqual(commons(*verify).expect(DONE).out.splitlines()[0], "accepted")
        told = commons("doc", "review", path).expect(DONE).out
        # Named, and cut or changed: what is in it is verified again.
        elsewhere = self.lab.root / "elsewhere.rule"
        self.doc("context", "tui", "--out", elsewhere).expect(DONE)
        beside.unlink()
        self.assertEqual(told, commons("doc", "review", path, "--against", elsewhere)
                         .expect(DONE).out)
        self.assertNotIn("no effect", commons("doc", "review", path).expect(DONE).out)
        whole = elsewhere.read_bytes()
        elsewhere.write_bytes(whole[:-1])
        cut = commons("doc", "review", path, "--against", elsewhere).expect(WRONG_USE)
        self.assertIn("not a context file, or damaged", cut.err)
        elsewhere.write_bytes(whole.replace(b"kahu", b"rata"))
        forged = commons("doc", "review", path, "--against", elsewhere).expect(DONE).out
        self.assertNotIn("from: rata", forged)
        self.assertIn("not known here", forged)

    # Neither the version before, nor whose it is, nor in which commons, has to be named.
    def test_a_draft_follows_what_a_node_or_a_context_knows(self):
        spec = self.lab.root / "rules.toml"
        spec.write_text('dataset = "visits"\npolicy = "policy.toml"\nexpires = 2099-01-02\n',
                        encoding="utf-8")
        draft, again = self.lab.root / "next.rule", self.lab.root / "again.rule"
        self.doc("new", "kahu", "owner-policy", "--spec", spec, "--out", draft).expect(DONE)
        told = commons("doc", "review", draft).expect(DONE).out
        self.assertIn("these rules end: 2099-01-02; was never", told)
        today = time.strftime("%Y-%m-%d", time.gmtime())
        self.assertIn(f"compared with what was in force on {today}", told)
        status = commons("doc", "status", draft).expect(DONE).out
        self.assertIn("0 of 1 signed: missing the board-1 seat", status)
        self.assertIn("hand it in: commons doc submit",
                      self.doc("status", "kahu", draft).expect(DONE).out)
        commons("doc", "sign", draft, "--key", self.key("kahu", "board-1"), "--yes").expect(DONE)
        self.doc("submit", "kahu", draft).expect(DONE)
        context = self.lab.root / "context.rule"
        self.doc("context", "kahu", "--out", context).expect(DONE)
        told = commons("doc", "new", "owner-policy", "--spec", spec, "--context", context,
                       "--out", again).expect(WRONG_USE).err
        self.assertIn("issuer is missing", told)
        self.doc("new", "kahu", "owner-policy", "--spec", spec, "--out", again).expect(DONE)
        commons("doc", "sign", again, "--key", self.key("kahu", "board-1"), "--yes").expect(DONE)
        self.doc("submit", "kahu", again).expect(DONE)
        card = self.lab.root / "next-card.rule"
        spec.write_text("expires = 2099-01-02\n", encoding="utf-8")
        self.doc("new", "kahu", "org-root", "--spec", spec, "--out", card).expect(DONE)
        self.assertIn("changes: the card ends: 2099-01-02; was never",
                      commons("doc", "review", card).expect(DONE).out)

    def test_keys_that_do_not_count_are_refused(self):
        path = self.draft()
        for owner, label in (("kahu", "researcher-1"), ("kahu", "guardian-1"),
                             ("kahu", "steward-1"), ("rata", "researcher-1")):
            with self.subTest(owner=owner, label=label):
                outcome = commons("doc", "sign", path, "--key", self.key(owner, label))
                self.assertEqual(len(outcome.expect(WRONG_USE).err.splitlines()), 1)
                self.assertIn(f"'{label}' does not count", outcome.err)
        card = self.lab.member_dir("kahu") / "card.rule"
        outcome = commons("doc", "sign", path, "--key", self.key("rata", "board-1"), "--card", card)
        self.assertIn("does not count", outcome.expect(WRONG_USE).err)

    def test_boards_whose_keys_lie_elsewhere_sign_drafts(self):
        home = self.lab.member_dir("rata")
        away = self.lab.root / "safe"
        (home / "keys" / "people").rename(away)
        path = self.lab.root / "ours.rule"
        asked = ["--dataset", "visits", "--from", self.policy]
        try:
            self.assertIn("--out", self.doc("policy", "rata", *asked).expect(WRONG_USE).err)
            told = self.doc("policy", "rata", *asked, "--out", path).expect(DONE).out
            self.assertIn("commons doc sign", told)
            before = self.ids("rata", "commons/owner-policy/1")
            commons("doc", "sign", path, "--key", away / "board-1.key", "--yes").expect(DONE)
            self.assertIn("accepted", self.doc("submit", "rata", path).expect(DONE).out)
            self.assertEqual(len(self.ids("rata", "commons/owner-policy/1")), len(before) + 1)
        finally:
            away.rename(home / "keys" / "people")

    def test_a_projects_name_that_two_members_gave_is_not_guessed(self):
        known = set(self.ids("kahu", "commons/project/1"))
        for owner in ("rata", "tui"):
            self.doc("project", owner, "--name", "twin", "--question", "Who?", "--purpose",
                     "planning", "--dataset", "visits", *BASIS, "--researcher",
                     self.key(owner, "researcher-1")).expect(DONE)
        twins, deadline = set(), time.monotonic() + 20
        while len(twins) < 2 and time.monotonic() < deadline:
            twins = set(self.ids("kahu", "commons/project/1")) - known
        before = self.ids("kahu", "commons/project-approval/1")
        refused = self.doc("approve-project", "kahu", "twin").expect(WRONG_USE)
        self.assertEqual(len(refused.err.splitlines()), 1)
        for told in (*twins, "from rata", "from tui"):
            self.assertIn(told, refused.err)
        self.assertEqual(self.ids("kahu", "commons/project-approval/1"), before)
        chosen = min(twins)
        self.assertIn("researcher's key", self.doc("review", "kahu", chosen).expect(DONE).out)
        approval = self.doc("approve-project", "kahu", chosen).expect(DONE).out.strip()
        self.assertIn("project: twin", self.doc("review", "kahu", approval).expect(DONE).out)
        # Nor when somebody asks under it.
        asked = ["--dir", self.lab.member_dir("kahu"), "--format", "json",
                 "SELECT COUNT(*) AS n FROM visits"]
        told = commons("query", "--project", "twin", *asked).expect(REFUSED).json["refused"]
        self.assertEqual(told["reason"], "PROJECT_NOT_APPROVED")
        for words in (*twins, "of rata", "of tui"):
            self.assertIn(words, told["message"])
        told = commons("query", "--project", chosen, *asked).expect(REFUSED).json["refused"]
        self.assertNotIn("in force: ", told["message"])  # found; nobody approved it

    def test_a_new_version_of_a_project_is_warned_of(self):
        for warned in (False, True):
            outcome = self.doc("project", "tui", "--name", "third", "--question", "Who?",
                               "--purpose", "planning", "--dataset", "visits", *BASIS,
                               "--researcher", self.key("tui", "researcher-1")).expect(DONE)
            self.assertEqual("new version of third" in outcome.err, warned, outcome.err)

    def test_a_charter_is_not_written_over(self):
        path = self.lab.root / "charter.rule"
        path.write_text("read and approved", encoding="utf-8")
        card = self.lab.member_dir("kahu") / "card.rule"
        outcome = commons("found", "--card", card, "--name", "C", "--purpose", "P", "--out", path)
        self.assertIn("is there already", outcome.expect(WRONG_USE).err)
        self.assertEqual(path.read_text(encoding="utf-8"), "read and approved")

    def test_a_slip_in_a_project_is_warned_of(self):
        outcome = self.doc("project", "tui", "--name", "second", "--question", "Who?", "--purpose",
                           "planing", "--dataset", "vists", *BASIS, "--researcher",
                           self.key("tui", "researcher-1"), "--out", self.lab.root / "project.rule")
        self.assertIn("did you mean visits?", outcome.expect(DONE).err)
        self.assertIn("did you mean planning?", outcome.err)

    def test_what_the_node_knows_is_had_as_a_file(self):
        (resolution,) = self.ids("tui", "commons/resolution/1")[:1]
        path = self.lab.root / "known.rule"
        self.doc("export", "tui", resolution, "--out", path).expect(DONE)
        self.assertIn("Common decision", commons("doc", "review", path).expect(DONE).out)
        told = self.doc("export", "tui", resolution, "--out", path).expect(WRONG_USE).err
        self.assertIn("is there already", told)

    def test_a_project_names_its_legal_basis_from_one_list(self):
        asked = ["project", "tui", "--name", "second", "--question", "Who?", "--purpose",
                 "planning", "--dataset", "visits", "--researcher", self.key("tui", "researcher-1")]
        told = self.doc(*asked, "--legal-basis", "curiosity").expect(WRONG_USE).err
        self.assertIn("'curiosity' is no legal basis; one of: consent, ", told)
        self.assertIn("--legal-basis is required", self.doc(*asked).expect(WRONG_USE).err)

    def test_rules_name_who_may_ask_for_what(self):
        path = self.lab.root / "narrow.toml"
        path.write_text('purposes = ["planning"]\nasking_orgs = ["tui"]\ncolumns = ["service"]\n'
                        'legal_bases = ["consent"]\n', encoding="utf-8")
        draft = self.lab.root / "narrow.rule"
        self.doc("policy", "rata", "--dataset", "visits", "--from", path, "--out",
                 draft).expect(DONE)
        told = commons("doc", "review", draft).expect(DONE).out
        self.assertIn("organisations that may ask: tui", told)
        self.assertIn("columns: service", told)
        path.write_text('columns = ["servise"]\n', encoding="utf-8")
        told = self.doc("policy", "rata", "--dataset", "visits", "--from", path).expect(WRONG_USE)
        self.assertIn("'servise' is not a column of visits; did you mean service?", told.err)


class BeforeJoining(unittest.TestCase):
    def setUp(self):
        guarded = GuardedFolder("commons-test-")
        self.addCleanup(guarded.close)
        self.root = guarded.path

    def test_practice_keys_have_no_passphrase_and_wildcards_are_warned_of(self):
        folder = self.root / "new"
        made = commons("node", "init", "--dir", folder, "--name", "new", "--contact", "x",
                       "--practice").expect(DONE)
        self.assertNotIn("passphrase", made.out)
        self.assertIn("0.0.0.0:7400", made.err)
        self.assertIn("0.0.0.0:7400", commons("node", "init", "--help").expect(DONE).out)
        outcome = commons("node", "init", "--dir", self.root / "y", "--name", "y", "--contact", "x",
                          "--listen", "7513")
        self.assertIn("host:port", outcome.expect(WRONG_USE).err)

    def test_a_yes_before_joining_says_join_first(self):
        folder, charter = self.root / "alone", self.root / "charter.rule"
        commons("node", "init", "--dir", folder, "--name", "alone", "--contact", "x", "--practice",
                "--listen", "127.0.0.1:0", "--endpoint", "127.0.0.1:7400").expect(DONE)
        commons("found", "--card", folder / "card.rule", "--out", charter).expect(DONE)
        daemon = subprocess.Popen([binary("commonsd"), "--dir", folder], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            for line in daemon.stderr:
                if "event=started" in line:
                    break
            outcome = commons("doc", "approve", "--dir", folder, charter).expect(WRONG_USE)
            self.assertIn("commons node join", outcome.err)
            told = commons("node", "join", "--dir", folder, "--invite", charter).expect(DONE).out
            self.assertIn("commons doc approve", told)
            self.assertIn("says yes to the charter",
                          commons("doc", "approve", "--dir", folder, charter).expect(DONE).out)
        finally:
            daemon.kill()
            daemon.communicate()


if __name__ == "__main__":
    unittest.main()
