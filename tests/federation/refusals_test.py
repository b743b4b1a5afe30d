"""What people get wrong, through the command line: exit codes, reasons, positions, plain words, and
JSON alone on stdout."""

import json
import unittest

import practice
from lab import DONE, FAILED, REFUSED, WRONG_USE, Lab, cells

OWNERS = ["kahu", "rata", "tui"]
COUNT = "SELECT COUNT(*) AS n FROM visits"
# (question, reason, the word under the caret or None, words of the message)
REFUSED_SQL = [
    (COUNT + " WHERE sex = 'Female' -- " + "x" * 100_000, "SQL_TOO_LARGE", None, ""),
    ("SELECT " + "1+" * 30_000 + "1 FROM visits", "SQL_TOO_LARGE", None, ""),
    ("SELECT " + "1+" * 1_900 + "1 FROM visits", "UNSUPPORTED_SQL", None, ""),
    (COUNT + "; DROP TABLE visits", "UNSUPPORTED_SQL", None, ""),
    ("DROP TABLE visits", "UNSUPPORTED_SQL", None, ""),
    ("COPY visits TO PROGRAM 'id'", "UNSUPPORTED_SQL", None, ""),
    ("SELEC 1", "UNSUPPORTED_SQL", "SELEC", ""),
    ("SELECT * FROM visits", "UNSUPPORTED_SQL", "*", ""),
    ("SELECT nhi, COUNT(*) FROM visits GROUP BY nhi", "COLUMN_NOT_QUERYABLE", "nhi", ""),
    (COUNT + " WHERE nhi = 'ZZZ0001'", "COLUMN_NOT_QUERYABLE", "nhi", ""),
    ('SELECT "Whānau name", COUNT(*) FROM visits GROUP BY 1', "COLUMN_NOT_QUERYABLE", '"Wh', ""),
    (COUNT + " WHERE comment = 'none'", "UNKNOWN_COLUMN", "comment", ""),
    (COUNT + ' WHERE "Age at visit" BETWEEN 15 AND 30', "RANGE_OFF_EDGES", "30", "25 and 45"),
    (COUNT + ' WHERE "Age at visit" >= 16', "RANGE_OFF_EDGES", "16", "15 and 25"),
    (COUNT + " WHERE sx = 'Male'", "UNKNOWN_COLUMN", "sx", "nearest is sex"),
    (COUNT + " WHERE Sex = 'male'", "UNKNOWN_LABEL", "'male'",
     "it has 'Female', 'Male', 'Another'"),
    ("SELECT COUNT(*) FROM visit", "UNKNOWN_DATASET", None, "visits"),
    ("SELECT visited, COUNT(*) FROM visits GROUP BY visited", "TOO_MANY_CELLS", None, "4096"),
    ("SELECT COUNT(*) FROM visits a, visits b", "UNSUPPORTED_SQL", None, ""),
    ("SELECT COUNT(*) FROM visits a JOIN visits b ON a.sex = b.sex", "UNSUPPORTED_SQL", None, ""),
    ("SELECT COUNT(*) FROM (SELECT * FROM visits LIMIT 5) v", "UNSUPPORTED_SQL", "LIMIT", "end"),
    ("SELECT COUNT(*) FROM (SELECT sex FROM visits) v WHERE service = 'R & D'", "UNKNOWN_COLUMN",
     "service", "add it"),
    (COUNT + " WHERE sex IN (SELECT sex FROM visits)", "UNSUPPORTED_SQL", None, ""),
    (COUNT + " WHERE sex = 'Male' OR cost > 5", "UNSUPPORTED_SQL", "OR", "code lists"),
    ("SELECT COUNT(*) FILTER (WHERE sex = 'Male' OR cost > 5) FROM visits", "UNSUPPORTED_SQL",
     "OR", "code lists"),
    ("WITH v AS (SELECT 1) SELECT COUNT(*) FROM visits", "UNSUPPORTED_SQL", None, ""),
    (COUNT + " UNION SELECT COUNT(*) FROM visits", "UNSUPPORTED_SQL", None, ""),
    ("SELECT MAX(cost) FROM visits", "UNSUPPORTED_SQL", None, ""),
    ("SELECT MEDIAN(cost) FROM visits", "COLUMN_NOT_QUERYABLE", "cost", "commons:breaks"),
    ("SELECT MEDIAN(visited) FROM visits", "COLUMN_NOT_QUERYABLE", "visited", "is a date"),
    ("SELECT PERCENTILE_CONT(50) WITHIN GROUP (ORDER BY cost) FROM visits", "UNSUPPORTED_SQL",
     "50)", "from 0 to 1"),
    ("SELECT COUNT(DISTINCT nhi) FROM visits", "UNSUPPORTED_SQL", None, "person"),
    ("SELECT SUM(distance) FROM visits", "NO_CLIP", "distance", "commons:clip"),
    (COUNT + " WHERE cost > 5", "COLUMN_NOT_QUERYABLE", "cost", ""),
    (COUNT + " HAVING COUNT(*) > 5", "UNSUPPORTED_SQL", None, ""),
    ("", "UNSUPPORTED_SQL", None, ""),
]


class Questions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(practice.package(), practice.csvs(OWNERS)))

    def test_refused_questions_say_why_and_where(self):
        before = self.budgets()
        for sql, reason, word, words in REFUSED_SQL:
            with self.subTest(sql=sql[:120]):
                outcome = self.lab.ask(sql).expect(REFUSED)
                told = outcome.json
                refused = told["refused"]
                self.assertEqual(set(told), {"refused", "members"})
                self.assertEqual(refused["reason"], reason, refused)
                self.assertIn(words, refused["message"])
                self.assertGreater(len(refused["message"]), 10)
                if word is not None:
                    caret = sql.encode()[refused["position"]:].decode()
                    self.assertTrue(caret.startswith(word), f"the caret is at {caret!r}")
                self.assertLess(len(outcome.out), 20_000)
        self.assertEqual(self.budgets(), before)

    def test_an_offline_member_is_named_in_plain_words(self):
        self.lab.stop("tui")
        self.addCleanup(self.lab.start, "tui")
        address = self.lab.status()["tui"]["address"]
        (tui,) = [m for m in self.lab.explain(COUNT)["members"] if m["member"] == "tui"]
        self.assertEqual((tui["status"], tui["message"]), ("offline", f"{address} does not answer"))

    def test_explain_refuses_the_same(self):
        for sql, reason, _, _ in REFUSED_SQL[4:12]:
            outcome = self.lab.run("explain", "--format", "json", sql).expect(REFUSED)
            self.assertEqual(outcome.json["refused"]["reason"], reason)

    def test_purposes_that_the_owners_did_not_allow(self):
        self.lab.query(COUNT, "--purpose", "research")
        refused = self.lab.refusal(COUNT, "--purpose", "marketing")
        self.assertEqual(refused["refused"]["reason"], "PURPOSE_NOT_ALLOWED")

    def test_wrong_options_are_exit_2_and_one_line(self):
        for args in (["query", "--from", "tuii", COUNT], ["stop", "tuii"], ["start", "tuii"],
                     ["query", "--format", "xml", COUNT], ["query"],
                     ["query", "--frmo", "tui", COUNT]):
            with self.subTest(args=args):
                outcome = self.lab.run(*args).expect(WRONG_USE)
                self.assertEqual(outcome.out, "")
                self.assertGreater(len(outcome.err), 5)
        outcome = self.lab.run("query", "--from", "tuii", COUNT)
        self.assertEqual(len(outcome.err.splitlines()), 1)
        self.assertIn("tui", outcome.err.replace("tuii", ""))

    def test_a_second_lab_in_the_same_directory_is_refused(self):
        self.lab.up(WRONG_USE)
        self.lab.query(COUNT)

    def test_from_names_who_asks(self):
        for owner in OWNERS:
            self.assertEqual(len(self.lab.query(COUNT, "--from", owner)["members"]), 3)

    def test_formats(self):
        sql = "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex"
        lines = self.lab.run("query", "--format", "csv", sql).expect(DONE).out.splitlines()
        self.assertEqual(lines[0], "sex,n,n_margin95,n_status")
        self.assertEqual([line.split(",")[0] for line in lines[1:]], ["Female", "Male", "Another"])
        table = self.lab.run("query", sql).expect(DONE).out
        self.assertIn("PRACTICE", table)
        self.assertIn("3 of 3 members answered", table)

    def test_each_members_part_is_shown_as_json_and_only_where_it_is_known(self):
        for form in ("csv", "table"):
            refused = self.lab.run("query", "--per-member", "--format", form, COUNT)
            self.assertIn("--format json", refused.expect(WRONG_USE).err)
        refused = self.lab.refusal(COUNT, "--per-member")["refused"]
        self.assertEqual(refused["reason"], "RELEASE_NOT_ALLOWED")

    def budgets(self):
        return {m: row["budget_left_micro_rho"] for m, row in self.lab.status().items()}


class Entity(unittest.TestCase):
    def test_the_column_that_tells_people_apart_is_not_queryable_whatever_its_role(self):
        fields = [{"name": "Client No", "type": "string"}, *practice.FIELDS[3:5]]
        package = practice.package(fields, **{"commons:entity": "Client No"})
        text = '"Client No",sex,Age at visit\n' + "".join(f"{i},Male,30\n" for i in range(40))
        with Lab(package, {owner: text for owner in OWNERS}) as lab:
            refused = lab.refusal('SELECT "Client No", COUNT(*) FROM visits GROUP BY 1')["refused"]
            self.assertEqual(refused["reason"], "COLUMN_NOT_QUERYABLE")
            self.assertEqual(refused["position"], len("SELECT "))


class Files(unittest.TestCase):
    """Nothing is left running, and no lab, where `up` fails."""

    def refuse(self, code, words, package=None, csvs=None, policy=None):
        lab = Lab(practice.package() if package is None else package,
                  practice.csvs(OWNERS, 20) if csvs is None else csvs, policy)
        try:
            outcome = lab.up(code)
            self.assertEqual(outcome.out, "")
            for word in words:
                self.assertIn(word, outcome.err)
            self.assertEqual(lab.pids_on_disk(), [])
            self.assertFalse((lab.dir / "lab.json").exists())
            return outcome
        finally:
            lab.close()

    def test_policy_keys(self):
        for line, words in (
                ("treshold = 6", ["treshold", "threshold"]),
                ("project_budget = 0", ["project_budget", "from 1"]),
                ("asker_budget = 'all'", ["asker_budget", "from 1"]),
                ("researchers_budget = 5", ["researchers_budget", "researcher_budget"]),
                ("release = 'closed'", ["release", "protected", "open"]),
                ("threshold = -1", ["threshold"]), ("threshold = 'six'", ["threshold"]),
                ("noise = 'none'", ["noise", "standard"]), ("purposes = []", ["purposes"]),
                ("cooling_off = 'soon'", ["cooling_off"]), ("not toml", [])):
            with self.subTest(line=line):
                outcome = self.refuse(WRONG_USE, ["policy.toml:3", *words],
                                      policy=f"# rules\nrounding = 3\n{line}\n")
                self.assertEqual(len(outcome.err.splitlines()), 1)

    def test_datapackages(self):
        fields = {f["name"]: f for f in json.loads(json.dumps(practice.FIELDS))}
        def changed(name, **properties):
            return practice.package([{**f, **properties} if f["name"] == name else f
                                     for f in fields.values()])
        for package, words in (
                ("{", []), ("[]", []), ({"name": "x"}, ["resources"]),
                (practice.package(name="visits; DROP"), ["name"]),
                (changed("sex", constraints={"required": True}), ["sex"]),
                (changed("sex", **{"commons:role": "dimenson"}), ["dimension"]),
                (changed("sex", **{"commons:rolle": "dimension"}), ["commons:rolle"]),
                (changed("Age at visit", **{"commons:breaks": [0, 15, 15]}), ["breaks"]),
                (practice.package([*practice.FIELDS, fields["sex"]]), ["sex"]),
                (practice.package(**{"commons:entity": "nobody"}), ["nobody"])):
            with self.subTest(package=str(package)[:80], words=words):
                outcome = self.refuse(WRONG_USE, ["datapackage.json", *words], package=package)
                self.assertEqual(len(outcome.err.splitlines()), 1)

    def test_csv_without_a_declared_column(self):
        names = [name for name in practice.NAMES if name != "sex"]
        broken = {**practice.csvs(OWNERS, 20), "tui": practice.to_csv(practice.rows(5, 1), names)}
        self.refuse(WRONG_USE, ["sex", "tui"], csvs=broken)

    def test_csv_with_a_repeated_column(self):
        text = practice.to_csv(practice.rows(5, 1)).replace("comment", "sex", 1)
        self.refuse(WRONG_USE, ["sex", "tui"], csvs={**practice.csvs(OWNERS, 20), "tui": text})

    def test_csv_without_any_acceptable_row(self):
        broken = [{**row, "sex": "unheard-of"} for row in practice.rows(5, 1)]
        outcome = self.refuse(FAILED, ["tui"],
                              csvs={**practice.csvs(OWNERS, 20), "tui": practice.to_csv(broken)})
        self.assertNotIn("unheard-of", outcome.err)

    def test_no_csv_at_all(self):
        self.refuse(WRONG_USE, ["csv"], csvs={})

    def test_rejected_rows_warn_and_the_rest_counts(self):
        records = practice.rows(50, 1)
        records[7]["sex"], records[9]["Age at visit"] = "unheard-of", "120"
        with Lab(practice.open_package(), {"tui": practice.to_csv(records)},
                 "release = 'open'", accept_rejects="4%") as lab:
            answer = lab.query(COUNT)
            self.assertEqual(cells(answer)[()]["n"], 48)
            self.assertIn("1 of 1 member left out more than 2 % of their rows: tui (at most 4 %).",
                          answer["caveats"])
            (rejects,) = (lab.member_dir("tui") / "outbox").iterdir()
            text = rejects.read_text(encoding="utf-8")
            for word in ("unheard-of", "sex", "Age at visit"):
                self.assertIn(word, text)
            log = (lab.member_dir("tui") / "log").read_text(encoding="utf-8")
            self.assertNotIn("unheard-of", log)
            again = Lab(practice.open_package(), lab.data, "release = 'open'", accept_rejects="4%")
            try:
                outcome = again.up()
                self.assertIn("2 rows rejected", outcome.err)
                self.assertNotIn("unheard-of", outcome.err)
                self.assertEqual(outcome.out, "")
            finally:
                again.close()


if __name__ == "__main__":
    unittest.main()
