#!/usr/bin/env python3
"""Many people ask one of three real daemons at once (docs/performance.md).

    tests/bench/askers_bench.py [--bin build/bin] [--askers 1,2,4,8,16,64] [--seconds 10]
                                [--release protected,open]

Each asker is a researcher with a key of its own who starts `commons query` again as soon as the
last one has ended, answered or refused; every question has a digest of its own. Prints for each
number of askers: answers of all three members a second; the fewest and the most of one asker; how
long the slowest answer took; refusals, and answers without a member, by reason; how long a single
asker waits right afterwards. The budget is one that no run uses up.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/federation"))
DATA = ROOT / "deploy/demo/data/nz-covid-cases"
PURPOSE = "public-health-planning"
MEMBERS = 3
POLICY = {"protected": "min_members = 3\nyearly_budget_micro_rho = 4000000000\n",
          "open": "min_members = 3\nrelease = 'open'\n"}


class Bench:
    def __init__(self, lab, keys, ask_as):
        self.lab, self.keys, self.ask_as = lab, keys, ask_as
        self.member = min(path.name for path in (lab.dir / "members").iterdir())
        self.numbers = itertools.count()

    def sql(self):
        first, days = divmod(next(self.numbers), 600)
        begin, end = (time.strftime("%Y-%m-%d", time.gmtime(1.6e9 + 86400 * day))
                      for day in (first, first + 1 + days))
        return ("SELECT sex, COUNT(*) AS n FROM covid_cases "
                f"WHERE report_date BETWEEN DATE '{begin}' AND DATE '{end}' GROUP BY sex")

    def ask(self, key):
        """("answered", or why not; seconds)"""
        begin = time.monotonic()
        outcome = self.ask_as(self.lab, self.member, key, PURPOSE, self.sql())
        took = time.monotonic() - begin
        try:
            answer = outcome.json
        except ValueError:
            return f"exit {outcome.code}: {outcome.err.strip()[:200]}", took
        if "refused" in answer:
            return answer["refused"]["reason"], took
        missing = [m["reason"] for m in answer["members"] if m["status"] != "answered"]
        return (f"answered without a member: {missing[0]}" if missing else "answered"), took

    def measure(self, askers, seconds):
        start = threading.Barrier(askers)

        def one(key):
            outcomes, slowest = collections.Counter(), 0.0
            start.wait()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                outcome, took = self.ask(key)
                outcomes[outcome] += 1
                slowest = max(slowest, took if outcome == "answered" else 0.0)
            return outcomes, slowest

        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(askers) as pool:
            results = list(pool.map(one, self.keys[:askers]))
        elapsed = time.monotonic() - begin  # until the last of those that began in time has ended
        after, waited = self.ask(self.keys[0])
        answered = [outcomes.pop("answered", 0) for outcomes, _ in results]
        others = sum((outcomes for outcomes, _ in results), collections.Counter())
        return (f"{askers:3d} askers: {sum(answered) / elapsed:5.1f} answers/s; of one asker"
                f" {min(answered)} to {max(answered)}; slowest {max(s for _, s in results):.1f} s;"
                f" not answered: {dict(others) or 0}; one asker afterwards: {after} in"
                f" {waited * 1e3:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--bin", default=ROOT / "build/bin", type=pathlib.Path)
    parser.add_argument("--askers", default="1,2,4,8,16,64")
    parser.add_argument("--seconds", default=10, type=float)
    parser.add_argument("--release", default="protected,open")
    options = parser.parse_args()
    os.environ["COMMONS_BIN_DIR"] = str(options.bin.resolve())
    from lab import Lab
    from researchers import admit, ask_as
    levels = [int(n) for n in options.askers.split(",")]
    for release in options.release.split(","):
        with tempfile.TemporaryDirectory(prefix="commons-bench-") as data:
            for path in sorted((DATA / "by-dhb").glob("*.csv"))[:MEMBERS]:
                shutil.copy(path, data)
            with Lab(DATA / "datapackage.json", data, POLICY[release]) as lab:
                bench = Bench(lab, admit(lab, max(levels), "covid_cases", PURPOSE), ask_as)
                bench.ask(bench.keys[0])  # connections are made once
                for askers in levels:
                    print(f"{release:9}", bench.measure(askers, options.seconds), flush=True)


if __name__ == "__main__":
    main()
