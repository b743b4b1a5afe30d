"""The contract of `commons lab`: a small federation from up to down, with awkward names and
labels."""

import contextlib
import csv
import os
import pty
import signal
import subprocess
import unittest

from lab import DONE, REFUSED, WRONG_USE, Lab, binary, cells, commons, members

LABELS = ["Wāhine", "Tāne, \"other\"", "<b>&'x'"]
PACKAGE = {
    "resources": [{
        "name": "visits", "path": "ignored.csv",
        "schema": {"fields": [
            {"name": "Sex at birth", "type": "string", "commons:role": "dimension",
             "constraints": {"required": True, "enum": LABELS}},
            {"name": "note", "type": "string"},
        ]},
    }],
}
STEMS = ["01 Te Whare Wānanga", "B.2_x", "lakes"]
COUNTS = [{LABELS[0]: 40, LABELS[1]: 90, LABELS[2]: 0},
          {LABELS[0]: 500, LABELS[1]: 7, LABELS[2]: 2},
          {LABELS[0]: 1, LABELS[1]: 300, LABELS[2]: 0}]
SQL = 'SELECT "Sex at birth", COUNT(*) AS n FROM visits GROUP BY "Sex at birth"'


def csv_of(counts):
    lines = ['"Sex at birth",note']
    for label, count in counts.items():
        quoted = label.replace('"', '""')
        lines += [f'"{quoted}",free text'] * count
    return "\r\n".join(lines) + "\r\n"


DATA = {stem: csv_of(counts) for stem, counts in zip(STEMS, COUNTS)}


@contextlib.contextmanager
def terminal():
    """A terminal: the end that programs write to, and what reads all they wrote."""
    outside, inside = pty.openpty()
    try:
        yield inside, lambda: os.read(outside, 1 << 16).decode("utf-8")
    finally:
        os.close(outside)
        os.close(inside)


def truth(members_in):
    return {label: sum(c[label] for s, c in zip(STEMS, COUNTS) if s in members_in)
            for label in LABELS}


class Open(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(PACKAGE, DATA, policy='release = "open"', dir_name="a lab/" + "x" * 90)
        cls.addClassCleanup(cls.lab.close)
        cls.lab.up()

    def counts(self, *args):
        answer = self.lab.query(SQL, *args)
        return answer, {key[0]: value["n"] for key, value in cells(answer).items()}

    def test_counts_are_exact_whoever_asks(self):
        for asker in [[], ["--from", STEMS[1]], ["--from", STEMS[2]]]:
            answer, counts = self.counts(*asker)
            self.assertEqual(counts, truth(STEMS))
            self.assertEqual(members(answer), sorted(STEMS))
            self.assertIs(answer["practice"], True)
            self.assertEqual(answer["release"], "open")

    def test_a_stopped_member_is_named_and_comes_back(self):
        self.lab.stop(STEMS[1])
        self.lab.stop(STEMS[1])
        self.assertFalse(self.lab.status()[STEMS[1]]["up"])
        rows = self.lab.run("status", "--format", "csv").expect(DONE).out.splitlines()
        self.assertEqual([len(next(csv.reader([row]))) for row in rows], [6] * (1 + len(STEMS)))
        answer, counts = self.counts()
        self.assertEqual(members(answer, "offline"), [STEMS[1]])
        self.assertEqual(counts, truth([STEMS[0], STEMS[2]]))
        self.assertEqual(self.lab.ask(SQL, "--from", STEMS[1]).expect(REFUSED)
                         .json["refused"]["reason"], "UNREACHABLE")
        self.lab.start(STEMS[1])
        self.assertEqual(self.counts()[1], truth(STEMS))

    def test_a_killed_member_is_seen_down_and_starts_again(self):
        self.lab.kill(STEMS[0], signal.SIGKILL)
        self.assertFalse(self.lab.status()[STEMS[0]]["up"])
        self.assertEqual(self.counts()[1], truth(STEMS[1:]))
        self.lab.start(STEMS[0])
        self.assertEqual(self.counts("--from", STEMS[0])[1], truth(STEMS))

    def test_status_has_the_contracts_members(self):
        for row in self.lab.status().values():
            self.assertEqual(set(row), {"member", "pid", "address", "up", "head", "epoch",
                                        "budget_left_micro_rho"})
            self.assertTrue(row["up"])
            self.assertEqual(row["epoch"], 1)
            self.assertEqual(len(bytes.fromhex(row["head"])), 32)

    def test_a_refused_question_exits_3_with_its_place(self):
        sql = SQL.replace("at birth", "at brith")
        refused = self.lab.refusal(sql)["refused"]
        self.assertEqual(refused["reason"], "UNKNOWN_COLUMN")
        self.assertEqual(refused["position"], sql.index('"Sex'))
        for form in ("table", "csv"):  # programs read stdout whatever they asked for
            outcome = self.lab.run("query", "--format", form, sql).expect(REFUSED)
            self.assertEqual(outcome.json["refused"], refused)
            self.assertRegex(outcome.err, r'^commons: refused \(UNKNOWN_COLUMN\): .* '
                                          r'\(at character 8: "Sex at brith"\)\n$')

    def test_on_a_terminal_a_refusal_has_a_caret_and_no_json(self):
        sql = SQL.replace("at birth", "at brith")
        with terminal() as (inside, read):
            done = subprocess.run([binary("commons"), "lab", "query", "--dir", self.lab.dir, sql],
                                  stdin=subprocess.DEVNULL, stdout=inside, stderr=inside,
                                  timeout=60)
            lines = read().splitlines()
        self.assertEqual(done.returncode, REFUSED)
        self.assertEqual((len(lines), lines[1:]), (3, ["  " + sql, " " * (2 + 7) + "^"]))

    def test_wrong_use_exits_2_with_one_line(self):
        folder = self.lab.root
        for args in [["lab", "query", "--dir", self.lab.dir, "--from", "nobody", SQL],
                     ["lab", "stop", "--dir", self.lab.dir, "nobody"],
                     ["lab", "status", "--dir", folder / "none"],
                     ["lab", "query", "--dir", self.lab.dir, "--format", "xml", SQL],
                     ["lab", "freeze", "--dir", self.lab.dir, "nobody"],
                     ["lab", "lift", "--dir", self.lab.dir, STEMS[0], "--dataset", "nothing"],
                     ["lab", "quary"], [],
                     ["lab", "up", "--dir", self.lab.dir, "--package", self.lab.package,
                      "--data", self.lab.data]]:
            outcome = commons(*args).expect(WRONG_USE)
            self.assertEqual(outcome.out, "")
            self.assertEqual(outcome.err.count("\n"), 1, outcome.err)

    def test_tables_and_csv(self):
        table = self.lab.run("query", SQL).expect(DONE)
        self.assertIn("PRACTICE", table.out)
        self.assertEqual(table.err, "")
        text = self.lab.run("query", "--format", "csv", SQL).expect(DONE).out
        self.assertIn('"Tāne, ""other""",397,0,released', text)


class Protected(unittest.TestCase):
    def test_an_answer_has_margins_and_a_price(self):
        with Lab(PACKAGE, DATA) as lab:
            before = lab.status()[STEMS[0]]["budget_left_micro_rho"]
            explained = lab.explain(SQL)
            answer = lab.query(SQL)
            self.assertEqual(answer["release"], "protected")
            self.assertEqual(answer["cost_micro_rho"], explained["cost_micro_rho"])
            self.assertGreater(answer["cost_micro_rho"], 0)
            after = lab.status()[STEMS[0]]["budget_left_micro_rho"]
            self.assertEqual(before - after, answer["cost_micro_rho"])
            value = answer["cells"][0]["values"]["n"]
            self.assertGreater(value["margin95"], 0)
            lab.down()
            lab.down()
            self.assertFalse(any(row["up"] or row["pid"] for row in lab.status().values()))
            self.assertEqual(lab.pids_on_disk(), [])


class Up(unittest.TestCase):
    def test_bad_files_leave_nothing(self):
        for policy in ['thershold = 3', 'project_budget = 0', 'release = "secret"', "= 1"]:
            lab = Lab(PACKAGE, DATA, policy=policy)
            self.addCleanup(lab.close)
            outcome = lab.up(WRONG_USE)
            self.assertIn("policy.toml:1", outcome.err)
            self.assertFalse(lab.dir.exists())

    def test_a_file_without_an_accepted_row_fails_and_leaves_no_daemon(self):
        lab = Lab(PACKAGE, {**DATA, "empty": '"Sex at birth",note\nnobody,x\n'})
        self.addCleanup(lab.close)
        outcome = lab.run("up", "--package", lab.package, "--data", lab.data)
        self.assertNotEqual(outcome.code, DONE)
        self.assertEqual(lab.pids_on_disk(), [])
        self.assertFalse((lab.dir / "lab.json").exists())


if __name__ == "__main__":
    unittest.main()
