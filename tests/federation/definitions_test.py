"""A common definition gets a new version while members hold rows under the one before. What only
adds closes nothing: each owner answers what its rows can answer, and the others are named."""

import json
import unittest

from lab import DONE, Lab, cells, commons, until

OWNERS = ["kahu", "rata", "tui"]
BY_REGION = "SELECT region, COUNT(*) AS n FROM visits GROUP BY region"


def field(name, codes, **more):
    return {"name": name, "type": "string", "commons:role": "dimension",
            "constraints": {"enum": codes}, **more}


def package(fields):
    return {"name": "p", "resources": [{"name": "visits", "schema": {"fields": fields}}]}


BEFORE = package([field("sex", ["F", "M"]), field("region", ["Auckland", "Waikato"])])
AFTER = package([field("ward", ["x", "y"]), field("sex", ["F", "M", "X"]),
                 field("region", ["Auckland", "Waikato", "Otago"])])
OTHER = package([field("sex", ["M", "F"]), field("region", ["Auckland", "Waikato"])])


def grouped(north, south):
    """The first definition, with its regions on two islands."""
    groups = [{"value": "north", "codes": north}, {"value": "south", "codes": south}]
    return package([field("sex", ["F", "M"]),
                    field("region", ["Auckland", "Waikato", "Otago"],
                          **{"commons:groups": {"island": {"groups": groups}}})])


ROWS = {"kahu": "sex,region\nF,Auckland\nM,Waikato\n,Waikato\n",
        "rata": "sex,region\nF,\nF,Waikato\n",
        "tui": "sex,region\nM,Auckland\n"}


class Definitions(unittest.TestCase):
    def setUp(self):
        self.lab = self.enterContext(Lab(BEFORE, ROWS, "release = 'open'\ncooling_off = '0s'\n"))

    def agree(self, definition):
        """Every board says yes to a new version of the definition."""
        path = self.lab.root / "next.json"
        path.write_text(json.dumps(definition), encoding="utf-8")
        at = self.lab.member_dir("kahu")
        proposed = commons("doc", "propose", "--dir", at, "--package", path).expect(DONE)
        proposal = proposed.out.split()[0]
        for member in ("rata", "tui", "kahu"):
            at = self.lab.member_dir(member)
            until(lambda: commons("doc", "approve", "--dir", at, proposal).code == DONE)

    def counted(self, sql=BY_REGION):
        answer = self.lab.query(sql)
        return {key: value["n"] for key, value in cells(answer).items()}, answer

    def knows(self, column):
        """Whether the definition that the asking node goes by has it."""
        asked = self.lab.ask(f"SELECT {column}, COUNT(*) AS n FROM visits GROUP BY 1").json
        return asked.get("refused", {}).get("reason") != "UNKNOWN_COLUMN"

    def lab_status(self, member):
        return commons("node", "status", "--dir", self.lab.member_dir(member), "--format",
                       "json").expect(DONE).json

    def test_what_only_adds_closes_nothing(self):
        before, _ = self.counted()
        self.agree(AFTER)
        until(lambda: self.knows("ward"))
        after, answer = self.counted()
        self.assertEqual(after, {**before, ("Otago",): 0})
        self.assertEqual([m["status"] for m in answer["members"]], ["answered"] * 3)
        self.assertIn("3 of 3 members hold rows under an earlier definition, without what was "
                      "added since: kahu, rata, tui.", answer["caveats"])
        # A notice signed anew does not make the rows of another definition.
        commons("dataset", "notice", "--dir", self.lab.member_dir("rata"), "visits").expect(DONE)
        until(lambda: self.counted()[0] == after)
        self.assertEqual(answer["caveats"], self.counted()[1]["caveats"])
        refused = self.lab.refusal("SELECT ward, COUNT(*) AS n FROM visits GROUP BY ward")
        self.assertEqual(refused["refused"]["reason"], "WRONG_STANDARD")
        self.assertIn("which lacks 'ward'; its owner has to import again",
                      refused["members"][0]["message"])

    def test_a_first_notice_is_a_seats_or_said_to_be_the_boards(self):
        calls = package([field("kind", ["a", "b"])])
        calls["resources"][0]["name"] = "calls"
        self.agree(calls)
        path = self.lab.root / "calls.csv"
        path.write_text("kind\na\nb\na\n", encoding="utf-8")

        def load(member, key):
            at = self.lab.member_dir(member)
            args = ["dataset", "import", "--dir", at, "--dataset", "calls", "--data", path,
                    "--key", at / "keys" / "people" / key]
            until(lambda: "calls" in commons("catalogue", "--dir", at).out)
            return commons(*args).expect(DONE)

        self.assertIn("notice of holdings signed", load("tui", "board-1.key").out)
        said = load("rata", "steward-1.key").err
        self.assertIn("--out notice.rule (the first one is the board's: commons doc sign", said)
        listed = commons("catalogue", "--dir", self.lab.member_dir("tui"), "--format", "json").json
        (calls,) = [d for d in listed["datasets"] if d["dataset"] == "calls"]
        self.assertEqual([h["member"] for h in calls["holders"]], ["tui"])
        self.assertEqual(calls["not_holding"],
                         [{"member": m, "why": "no notice of holdings in force"}
                          for m in ("kahu", "rata")])

    def test_who_imports_again_answers_what_is_new(self):
        self.agree(AFTER)
        until(lambda: self.knows("ward"))
        path = self.lab.root / "tui.csv"
        path.write_text("sex,region,ward\nX,Otago,x\nF,Auckland,y\n", encoding="utf-8")
        commons("dataset", "import", "--dir", self.lab.member_dir("tui"), "--dataset", "visits",
                "--data", path).expect(DONE)
        until(lambda: self.counted("SELECT COUNT(*) AS n FROM visits")[0] == {(): 7})
        counted, answer = self.counted()
        self.assertEqual(counted, {("Auckland",): 2, ("Waikato",): 3, ("Otago",): 1, (None,): 1})
        self.assertIn("2 of 3 members hold rows under an earlier definition, without what was "
                      "added since: kahu, rata.", answer["caveats"])
        at = self.lab.member_dir("kahu")
        (note,) = self.lab_status("kahu")["standing"]
        self.assertIn("questions about ward are refused", note["what"])
        # A steward alone can't say that rows are of another definition: that is said before.
        told = commons("dataset", "import", "--dir", at, "--dataset", "visits", "--data", path,
                       "--key", at / "keys" / "people" / "steward-1.key").expect(DONE).err
        self.assertIn("(the first one under a new common definition is the board's: commons doc",
                      told)
        commons("dataset", "revert", "--dir", at, "--dataset", "visits").expect(DONE)
        # Nobody has looked for Otago in the others' rows.
        counted, answer = self.counted("SELECT COUNT(*) AS n FROM visits WHERE region = 'Otago'")
        self.assertEqual(counted, {(): 1})
        said = {m["member"]: m.get("reason") for m in answer["members"]}
        self.assertEqual(said, {"kahu": "WRONG_STANDARD", "rata": "WRONG_STANDARD", "tui": None})

    def test_what_means_something_else_is_refused_where_it_is_used(self):
        self.agree(OTHER)
        until(lambda: self.lab.ask("SELECT sex, COUNT(*) AS n FROM visits GROUP BY 1").code != DONE)
        refused = self.lab.refusal("SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex")
        self.assertIn("in which 'sex' is not as it is now; its owner has to import again",
                      refused["members"][0]["message"])
        self.assertEqual(self.counted()[0][("Waikato",)], 3)

    def test_groups_are_added_freely_and_asked_by_what_they_meant(self):
        by_island = "SELECT island, COUNT(*) AS n FROM visits GROUP BY island"
        self.agree(grouped(["Auckland", "Waikato"], ["Otago"]))
        until(lambda: self.knows("island"))
        counted, answer = self.counted(by_island)
        self.assertEqual(counted, {("north",): 5, ("south",): 0, (None,): 1})
        self.assertEqual([m["status"] for m in answer["members"]], ["answered"] * 3)
        path = self.lab.root / "tui.csv"
        path.write_text("sex,region\nM,Auckland\n", encoding="utf-8")
        commons("dataset", "import", "--dir", self.lab.member_dir("tui"), "--dataset", "visits",
                "--data", path).expect(DONE)
        self.agree(grouped(["Auckland"], ["Waikato", "Otago"]))
        said = lambda sql: {m["member"]: m.get("reason") for m in self.lab.ask(sql).json["members"]}
        until(lambda: said(by_island)["tui"] == "WRONG_STANDARD")
        # Only who imported when the groups were others, and only asked by them.
        self.assertEqual(self.counted(by_island)[0],
                         {("north",): 1, ("south",): 3, (None,): 1})
        self.assertEqual(self.counted()[0], {("Auckland",): 2, ("Waikato",): 3, ("Otago",): 0,
                                             (None,): 1})


if __name__ == "__main__":
    unittest.main()
