"""The list of guards follows the sources, and guards.py sees what is wrong with either."""
import pathlib
import re
import sys
import tempfile
import unittest

import guard_list
import guards as g

SOURCE = """#include "governance/rules/decide.h"

absl::Status Check(int n, int m) {
  if (n > kMost) return Refuse(v1::MALFORMED, "too many");
  if (m > kMost) return Refuse(v1::MALFORMED,
                               "too many");
  Count(n,
        m);
  return absl::OkStatus();
}
"""


def guard(code, **others):
    entry = {"file": "governance/rules/decide.cc", "guards": "what it keeps out", "code": code}
    return guard_list.Guard.read("decide.test", {**entry, **others})


def problem(*list_of_guards, texts=None):
    try:
        guard_list.check(list_of_guards, texts or {"governance/rules/decide.cc": SOURCE})
    except guard_list.Problem as found:
        return str(found)
    return None


def claims(text):
    """(tests, guards) that each row of THREAT_MODEL's claims names."""
    for row in re.findall(r"^\| .+ \|$", text[text.index("| claim "):], re.MULTILINE)[1:]:
        _, known, out = row.strip("| ").split(" | ")
        yield (re.findall(r"`([\w/.-]+_test\.(?:cc|py))`", known),
               re.findall(r"`([\w-]+\.[\w-]+)`", out))


class ThreatModel(unittest.TestCase):
    def test_each_claim_is_seen_to_fall_by_a_test_it_names(self):
        guards = {each.name: each for each in guard_list.read_lists()}
        rows = list(claims((guard_list.ROOT / "docs/THREAT_MODEL.md").read_text(encoding="utf-8")))
        self.assertGreater(len(rows), 40)
        for tests, names in rows:
            for test in tests:
                self.assertTrue((guard_list.ROOT / test).is_file(), test)
            for name in names:
                self.assertIn(name, guards)
                by = {g.find_test(test).as_posix() for test in guards[name].by}
                self.assertTrue(by & set(tests), f"{name} falls by {sorted(by)}, not by {tests}")


class Guards(unittest.TestCase):
    def test_each_expression_stands_once_where_the_list_says(self):
        guard_list.check(guard_list.read_lists(), guard_list.sources(guard_list.ROOT))

    def test_each_file_of_tests_is_found(self):
        for test in {test for each in guard_list.read_lists() for test in each.by}:
            self.assertTrue(g.program_of(test), test)

    def test_how_code_is_laid_out_does_not_matter(self):
        self.assertIsNone(problem(guard("Count(n, m);")))
        self.assertIsNone(problem(guard("n\n>kMost")))

    def test_what_is_not_found_once_is_told(self):
        self.assertIn("does not have its expression any more", problem(guard("n >= kMost")))
        self.assertIn("has its expression 2 times", problem(guard('"too many"')))
        self.assertIsNone(problem(guard('"too many"', before="if (m > kMost) return "
                                                             "Refuse(v1::MALFORMED, ")))
        moved = {"governance/rules/decide.cc": "", "governance/decide/check.cc": SOURCE}
        self.assertIn("stands in governance/decide/check.cc now",
                      problem(guard("n > kMost"), texts=moved))

    def test_two_guards_do_not_share_code(self):
        self.assertIn("overlap", problem(guard("n > kMost"), guard("if (n > kMost)")))

    def test_an_entry_says_all_and_nothing_else(self):
        for change in ({"guards": None}, {"of": "none"}):
            entry = {"file": "base/a.cc", "guards": "x", "code": "y", **change}
            with self.assertRaises(guard_list.Problem):
                guard_list.Guard.read("a.b", {k: v for k, v in entry.items() if v is not None})

    def test_an_expression_and_a_statement_are_switched(self):
        numbered = {7: guard("n > kMost"), 8: guard("Count(n, m);"),
                    9: guard("absl::OkStatus()", off="absl::InternalError(\"off\")")}
        switched = g.with_switches(SOURCE, numbered)
        self.assertIn("if ((::GuardOff(7) ? (false) : (n > kMost))) return", switched)
        self.assertIn("{ if (::GuardOff(8)) {  } else { Count(n, m); } }", switched)
        self.assertIn('return (::GuardOff(9) ? (absl::InternalError("off")) : '
                      "(absl::OkStatus()));", switched)
        self.assertTrue(switched.startswith('#include "base/guard_off.h"\n#include'))

    def test_only_what_has_a_switch_is_made_again(self):
        how, library = g.compiled("c++ -I/r -O2 -MD -MT r/CMakeFiles/commons_r.dir/a.cc.o -MF "
                                  "x.d -o r/CMakeFiles/commons_r.dir/a.cc.o -c /r/a.cc",
                                  "r/a.cc", "/s")
        self.assertEqual(how, "c++ -I/r -O2 -w -I /s/src -MD -MF /s/obj/r/a.cc.o.d "
                              "-o /s/obj/r/a.cc.o -c /s/src/r/a.cc")
        self.assertEqual(library, "libcommons_r.a")
        how, inputs = g.linked("c++ -O2 r/a_test.cc.o -o bin/r_test r/libcommons_r.a /l/libx.a -lz",
                               "/b", "r_test", {"r/a.cc": library, "q/a.cc": "libcommons_q.a"})
        self.assertEqual(how, "c++ -O2 /b/r/a_test.cc.o obj/r/a.cc.o -o bin/r_test "
                              "/b/r/libcommons_r.a /l/libx.a -lz")
        self.assertEqual(inputs, ["obj/r/a.cc.o", "/b/r/a_test.cc.o", "/b/r/libcommons_r.a"])

    def test_moved_code_is_pointed_to(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "decide.toml").write_text(
                "[decide.most]\nfile = \"governance/rules/decide.cc\"\n"
                "guards = \"too many\"\ncode = 'n > kMost'\n")
            texts = {"governance/rules/decide.cc": "", "governance/check.cc": SOURCE}
            self.assertEqual(guard_list.repoint(guard_list.read_lists(path), texts, path),
                             {"decide.most": "governance/check.cc"})
            self.assertEqual(guard_list.read_lists(path)[0].file, "governance/check.cc")

    def test_who_notices_is_a_program_or_a_file_of_tests(self):
        self.assertEqual(guard("n > kMost").tests,
                         ("governance/rules/", "governance_test", "query_test"))
        self.assertEqual(g.targets_of([guard("n > kMost", by=["quorum_test.cc"])]),
                         ["governance_test"])
        self.assertEqual(g.targets_of([guard("n > kMost", by=["rosters_test.cc"])]),
                         ["attacks_test", "commons", "commonsd"])
        self.assertEqual([g.is_slow(t) for t in ("quorum_test.cc", "rosters_test.cc",
                                                 "canary_test.py", "query_test")],
                         [False, True, True, False])
        self.assertEqual(g.program_of("quorum_test.cc"), "governance_test")
        self.assertEqual(g.program_of("rosters_test.cc"), "attacks_test")
        self.assertEqual(g.program_of("canary_test.py"), "tests/federation/canary_test.py")
        command = g.command_of("quorum_test.cc", guard_list.ROOT)
        self.assertIn("Quorum.IsNestedToAnEnd:*/Quorum.IsNestedToAnEnd/*", command[-1])
        command = g.command_of("governance/document/", guard_list.ROOT)
        self.assertIn("Quorum.IsNestedToAnEnd:*/Quorum.IsNestedToAnEnd/*", command[-1])
        self.assertNotIn("Majority", command[-1])
        with self.assertRaises(guard_list.Problem):
            g.find_test("no_such_test.cc")


if __name__ == "__main__":
    sys.exit(unittest.main())
