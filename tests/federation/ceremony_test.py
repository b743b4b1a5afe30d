"""Rules drafted, signed and checked by people who have the command line and their own key alone: no
node, no network, nobody else's key."""

import itertools
import json
import os
import pty
import re
import shutil
import stat
import subprocess
import unittest

from guarded_folder import GuardedFolder
from lab import DONE, REFUSED, WRONG_USE, binary, commons

# RFC 8032, 7.1, TEST 1 and 2.
SEEDS = ["9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"]
PUBLIC = ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"]


class AtHome(unittest.TestCase):
    def setUp(self):
        guarded = GuardedFolder("commons-test-")
        self.addCleanup(guarded.close)
        self.root = guarded.path

    def write(self, name, text):
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def keygen(self, name):
        path = self.root / f"{name}.key"
        return path, commons("keygen", "--out", path, "--no-passphrase").expect(DONE).out.strip()

    def sign(self, document, key, *args):
        return commons("doc", "sign", document, "--key", key, "--yes", *args)

    def on_a_terminal(self, args, typed):
        """Exit code and all that is shown, when each line is typed as soon as it is asked for."""
        child, terminal = pty.fork()
        if child == 0:
            os.execv(binary("commons"), ["commons", *map(str, args)])
        shown = b""
        answers = iter(typed)
        while True:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
            if part.rstrip(b" ").endswith(b":"):
                os.write(terminal, next(answers, "").encode() + b"\n")
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
        return code, shown.decode()


class Keys(AtHome):
    def test_a_known_seed_gives_its_published_key(self):
        for seed, public in zip(SEEDS, PUBLIC):
            path = self.root / f"{seed[:4]}.key"
            made = commons("keygen", "--out", path, "--no-passphrase", "--seed-hex", seed)
            self.assertEqual(made.expect(DONE).out, public + "\n")
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_a_key_is_never_written_over_another(self):
        path, _ = self.keygen("chair")
        before = path.read_bytes()
        again = commons("keygen", "--out", path, "--no-passphrase").expect(WRONG_USE)
        self.assertIn("is there already", again.err)
        self.assertEqual(path.read_bytes(), before)

    def test_what_is_not_a_seed_makes_no_key(self):
        for seed in ("", "00", "zz" * 32, "00" * 33):
            made = commons("keygen", "--out", self.root / "k.key", "--no-passphrase",
                           f"--seed-hex={seed}")
            if seed:
                self.assertIn("64 hexadecimal digits", made.expect(WRONG_USE).err)
                self.assertFalse((self.root / "k.key").exists())

    def test_without_a_terminal_a_passphrase_comes_from_a_file(self):
        path = self.root / "chair.key"
        told = commons("keygen", "--out", path).expect(WRONG_USE).err
        self.assertIn("--passphrase-file", told)
        self.assertFalse(path.exists())
        empty = self.write("empty", " \n")
        commons("keygen", "--out", path, "--passphrase-file", empty).expect(WRONG_USE)
        self.assertFalse(path.exists())

    def test_a_passphrase_is_asked_twice_and_changed(self):
        path = self.root / "chair.key"
        code, shown = self.on_a_terminal(["keygen", "--out", path], ["sesame", "barley"])
        self.assertEqual(code, WRONG_USE, shown)
        self.assertIn("differ", shown)
        self.assertFalse(path.exists())
        code, shown = self.on_a_terminal(["keygen", "--out", path], ["sesame", "sesame"])
        self.assertEqual(code, DONE, shown)
        self.assertNotIn("sesame", shown)
        public = re.search(r"^[0-9a-f]{64}", shown, re.M).group()
        code, shown = self.on_a_terminal(["key", "passphrase", path], ["sesame", "two", "two"])
        self.assertEqual(code, DONE, shown)
        self.assertEqual([p.name for p in self.root.iterdir()], ["chair.key"])
        self.assertIn(f"public {public}", path.read_text(encoding="utf-8"))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        one, two = self.write("one", "one\n"), self.write("two", "two\n")
        change = ["key", "passphrase", path, "--new-passphrase-file", two, "--passphrase-file"]
        self.assertIn("wrong passphrase", commons(*change, one).expect(WRONG_USE).err)
        commons(*change, two).expect(DONE)

    def test_signatures_are_checked_line_by_line(self):
        good = {"key": PUBLIC[0], "message": "",
                "signature": "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8"
                             "821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"}
        lines = [good, {**good, "message": "00"}, {**good, "key": PUBLIC[0][:-2]},
                 {**good, "signature": "zz" * 64}, {**good, "message": "0"}, {}, [], "x",
                 {**good, "key": 5}, {**good, "signature": good["signature"] + "00"}, good]
        text = "\n".join([*map(json.dumps, lines), "", "not json", json.dumps(good)])
        done = subprocess.run([binary("commons"), "verify-signature", "--jsonl"], input=text,
                              capture_output=True, text=True, timeout=60)
        told = [json.loads(line)["accept"] for line in done.stdout.splitlines()]
        self.assertEqual(told, [True] + [False] * 9 + [True, False, False, True])


class Organisation(AtHome):
    """An organisation in which two of three seats decide, together with an elder."""

    BOARD = "2 of board(chair, treasurer, clinical) AND 1 of elders(kaumatua)"

    def setUp(self):
        super().setUp()
        self.keys, seats = {}, []
        for label in ("chair", "treasurer", "clinical", "kaumatua"):
            self.keys[label], public = self.keygen(label)
            seats += ["--seat", f"{label}={public}"]
        _, guardian = self.keygen("guardian")
        self.node = self.root / "node"
        self.init = ["node", "init", "--dir", self.node, "--name", "lakes", "--contact", "x",
                     "--listen", "127.0.0.1:7400", *seats, "--guardian", guardian]
        self.made = commons(*self.init, "--board", self.BOARD).expect(DONE)
        self.card = self.node / "card.rule"

    def copy(self, name):
        return shutil.copy(self.card, self.root / f"{name}.rule")

    def signed_by(self, *labels):
        path = self.copy("-".join(labels))
        for label in labels:
            self.sign(path, self.keys[label]).expect(DONE)
        return path


class Cards(Organisation):
    def test_no_persons_key_lies_at_the_node(self):
        self.assertEqual(sorted(p.name for p in (self.node / "keys").iterdir()),
                         ["node.key", "tls.key", "witness.key"])
        self.assertIn("0 of 3 signed: missing the kaumatua seat and any 2 of", self.made.out)

    def test_the_daemon_says_what_its_card_waits_for(self):
        self.signed_by("chair")
        path = self.signed_by("chair", "treasurer")
        told = commons("doc", "submit", "--dir", self.node, path).expect(DONE).out
        self.assertIn("2 of 3 signed: missing the kaumatua seat", told)
        started = subprocess.run([binary("commonsd"), "--dir", self.node], capture_output=True,
                                 text=True, timeout=60)
        self.assertNotEqual(started.returncode, 0)
        self.assertIn("missing the kaumatua seat", started.stderr)
        doctor = commons("node", "doctor", "--dir", self.node).out
        self.assertIn("missing the kaumatua seat", doctor)
        told = commons("doc", "submit", "--dir", self.node, self.signed_by("kaumatua"))
        self.assertIn("start the node", told.expect(DONE).out)

    def test_signatures_merge_in_any_order_to_the_same_bytes(self):
        files = [self.signed_by(label) for label in ("chair", "treasurer", "kaumatua")]
        merged = set()
        for order in itertools.permutations(files):
            out = self.root / "merged.rule"
            commons("doc", "merge", *order, "--out", out).expect(DONE)
            merged.add(out.read_bytes())
        self.assertEqual(len(merged), 1)
        self.assertEqual(commons("doc", "verify", out).expect(DONE).out, "accepted\n")
        alone = commons("doc", "verify", files[0]).expect(REFUSED)
        self.assertEqual(alone.out, "UNDER_SIGNED\n")
        self.assertIn("1 of 3 signed", alone.err)

    def test_a_file_of_another_organisation_is_not_taken_home(self):
        other = self.root / "other"
        commons(*[other if word == self.node else word for word in self.init]).expect(DONE)
        before = self.card.read_bytes()
        outcome = commons("doc", "submit", "--dir", self.node, other / "card.rule")
        self.assertNotEqual(outcome.code, DONE)
        self.assertEqual(self.card.read_bytes(), before)

    def test_status_names_the_seats(self):
        told = commons("doc", "status", self.signed_by("clinical", "kaumatua")).expect(DONE).out
        for words in ("organisation card", "2 of 3 signed: missing the chair seat or the treasurer",
                      "seats that signed: clinical, kaumatua",
                      "seats that did not: chair, treasurer", "next: commons doc sign"):
            self.assertIn(words, told)

    def test_nothing_is_signed_before_somebody_says_yes(self):
        path = self.copy("draft")
        before = path.read_bytes()
        refused = commons("doc", "sign", path, "--key", self.keys["chair"]).expect(WRONG_USE)
        self.assertIn("Organisation card", refused.out)
        self.assertIn("--yes", refused.err)
        code, shown = self.on_a_terminal(["doc", "sign", path, "--key", self.keys["chair"]], ["no"])
        self.assertEqual(code, WRONG_USE, shown)
        self.assertEqual(path.read_bytes(), before)
        code, shown = self.on_a_terminal(["doc", "sign", path, "--key", self.keys["chair"]],
                                         ["yes"])
        self.assertEqual(code, DONE, shown)
        self.assertNotEqual(path.read_bytes(), before)

    def test_out_leaves_the_draft_as_it_was(self):
        path, out = self.copy("draft"), self.root / "signed.rule"
        before = path.read_bytes()
        self.sign(path, self.keys["chair"], "--out", out).expect(DONE)
        self.assertEqual(path.read_bytes(), before)
        self.assertIn("1 of 3 signed", commons("doc", "status", out).expect(DONE).out)

    def test_a_key_that_is_no_seats_is_refused(self):
        for key in (self.root / "guardian.key", self.keygen("stranger")[0]):
            refused = self.sign(self.copy("draft"), key).expect(WRONG_USE)
            self.assertEqual(len(refused.err.splitlines()), 1)
            self.assertIn("does not count", refused.err)

    def test_boards_that_cannot_be_are_refused(self):
        for board, words in (("3 of x(chair)", "asks for 3 of 1"), ("2 of x(chair", "expected"),
                             ("1 of x(chair)", "exactly the seats"), ("9", "asks for 9 of 4")):
            outcome = commons(*[self.root / "n" if w == self.node else w for w in self.init],
                              "--board", board)
            self.assertNotEqual(outcome.code, DONE)
            self.assertIn(words, outcome.err)
            self.assertFalse((self.root / "n").exists())
        for option, text in (("--seat", "chair"), ("--seat", "x=12"), ("--guardian", "zz"),
                             ("--seat", "=" + "00" * 32)):
            outcome = commons("node", "init", "--dir", self.root / "n", "--name", "n", "--contact",
                              "x", "--listen", "127.0.0.1:7400", option, text)
            self.assertEqual(len(outcome.expect(WRONG_USE).err.splitlines()), 1)
        several = commons("node", "init", "--dir", self.root / "n", "--name", "n", "--contact", "x",
                          "--listen", "127.0.0.1:7400", "--seats", "3")
        self.assertIn("--seat LABEL=PUBLICKEY", several.expect(WRONG_USE).err)


class OwnRules(Organisation):
    """What the organisation signs about its data, in a commons of its own."""

    def setUp(self):
        super().setUp()
        shutil.copy(self.signed_by("chair", "treasurer", "kaumatua"), self.root / "card.rule")
        self.card_signed = self.root / "card.rule"
        self.charter = self.root / "charter.rule"
        commons("found", "--card", self.card_signed, "--out", self.charter).expect(DONE)
        self.write("policy.toml", 'purposes = ["planning"]\n')
        self.spec = self.write("spec.toml", 'issuer = "card.rule"\ncommons = "charter.rule"\n'
                               'dataset = "visits"\npolicy = "policy.toml"\n')

    def new(self, name, *args, kind="owner-policy", spec=None):
        path = self.root / name
        commons("doc", "new", kind, "--spec", spec or self.spec, "--out", path,
                *args).expect(DONE)
        return path

    def sign_all(self, path):
        for label in ("chair", "clinical", "kaumatua"):
            self.sign(path, self.keys[label], "--card", self.card_signed, "--replace").expect(DONE)
        return path

    def verify(self, path, *trust):
        words = [word for file in trust for word in ("--trust", file)]
        return commons("doc", "verify", path, *words)

    def test_a_version_counts_after_the_one_before_it(self):
        first = self.sign_all(self.new("first.rule"))
        second = self.sign_all(self.new("second.rule", "--prev", first))
        known = (self.card_signed, self.charter)
        self.verify(first, *known).expect(DONE)
        self.verify(second, *known, first).expect(DONE)
        self.assertEqual(self.verify(second, *known).expect(REFUSED).out, "OUT_OF_ORDER\n")
        self.write("policy.toml", 'purposes = ["planning"]\nthreshold = 9\n')
        rival = self.sign_all(self.new("rival.rule"))
        self.assertEqual(self.verify(rival, *known, first).expect(REFUSED).out, "OUT_OF_ORDER\n")
        folder = self.root / "known"
        folder.mkdir()
        for file in (*known, first):
            shutil.copy(file, folder)
        self.verify(second, folder).expect(DONE)

    def test_each_refusal_has_its_reason_alone_on_the_first_line(self):
        path = self.new("draft.rule")
        known = (self.card_signed, self.charter)
        self.assertEqual(self.verify(path, *known).expect(REFUSED).out, "UNDER_SIGNED\n")
        self.sign_all(path)
        self.verify(path, self.card_signed).expect(DONE)
        self.assertEqual(self.verify(path).expect(REFUSED).out, "UNKNOWN_ISSUER\n")
        other = self.root / "other.rule"
        commons("found", "--card", self.card_signed, "--out", other).expect(DONE)
        self.assertEqual(self.verify(path, self.card_signed, other).expect(REFUSED).out,
                         "WRONG_COMMONS\n")
        torn = self.root / "torn.rule"
        torn.write_bytes(path.read_bytes()[:-9])
        self.assertEqual(self.verify(torn, *known).expect(REFUSED).out, "MALFORMED\n")
        text = self.write("text.rule", "hello")
        self.assertEqual(self.verify(text, *known).expect(REFUSED).out, "MALFORMED\n")
        self.assertEqual(self.verify(self.root / "none.rule").expect(WRONG_USE).out, "")
        self.assertEqual(self.verify(path, text).expect(WRONG_USE).out, "")

    def test_one_key_signs_one_document_for_a_version(self):
        spec = self.write("other.toml", self.spec.read_text(encoding="utf-8") + 'title = "x"\n')
        first, other = self.new("first.rule"), self.new("other.rule", spec=spec)
        key = self.keys["chair"]
        self.sign(first, key, "--card", self.card_signed).expect(DONE)
        before = other.read_bytes()
        self.assertIn("--replace", self.sign(other, key).expect(WRONG_USE).err)
        self.assertEqual(other.read_bytes(), before)
        self.sign(other, key, "--replace").expect(DONE)

    def test_a_slip_in_a_spec_is_named_with_its_line(self):
        text = self.spec.read_text(encoding="utf-8")
        for wrong, words in ((text + 'datset = "x"\n', ":5: datset is not a key"),
                             (text.replace('"visits"', "5"), ":3: dataset must be a text"),
                             (text.replace("card.rule", "crad.rule"), ":1: issuer"),
                             (text + "expires = 2020-01-01\n", ":5: expires is a day that has"),
                             (text + "expires = \"soon\"\n", ":5: expires must be a day"),
                             ("dataset", ":1: not TOML"),
                             (text.replace('policy = "policy.toml"\n', ""), "policy is missing")):
            spec = self.write("wrong.toml", wrong)
            outcome = commons("doc", "new", "owner-policy", "--spec", spec, "--out",
                              self.root / "wrong.rule").expect(WRONG_USE)
            self.assertEqual(len(outcome.err.splitlines()), 1)
            self.assertIn(words, outcome.err)
            self.assertFalse((self.root / "wrong.rule").exists())

    def test_kinds_that_are_not_there_yet_say_so(self):
        for kind in ("log-reset",):
            outcome = commons("doc", "new", kind, "--spec", self.spec, "--out",
                              self.root / "x.rule").expect(REFUSED)
            self.assertIn("refused (NOT_SUPPORTED_YET)", outcome.err)
        outcome = commons("doc", "new", "owner-polcy", "--spec", self.spec, "--out",
                          self.root / "x.rule").expect(WRONG_USE)
        self.assertIn("owner-policy", outcome.err)

    def test_a_seat_that_will_not_sign_says_why(self):
        path = self.new("draft.rule")
        outcome = commons("doc", "decline", path, "--key", self.keys["clinical"], "--card",
                          self.card_signed, "--reason", "the purpose is too wide", "--yes")
        outcome.expect(DONE)
        # Who signs next signs what it is about, not the no that lies beside it.
        self.sign(path, self.keys["chair"], "--card", self.card_signed).expect(DONE)
        told = commons("doc", "status", path, "--trust", self.card_signed).expect(DONE).out
        self.assertIn("declined by: clinical\n", told)
        self.assertIn("seats that signed: chair\n", told)
        card = commons("doc", "decline", self.card_signed, "--key", self.keys["clinical"],
                       "--reason", "not so", "--yes").expect(WRONG_USE)
        self.assertIn("do not sign it", card.err)
        self.assertIn("the purpose is too wide", told)


if __name__ == "__main__":
    unittest.main()
