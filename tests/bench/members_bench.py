#!/usr/bin/env python3
"""Times how a federation on one machine grows with its members (docs/performance.md).

    tests/bench/members_bench.py [--bin BIN_DIR] [MEMBERS...]   (default: build/bin, 3 10 22 45 64)

For each number of members, over a few made-up rows: lab up; a protected question (median of 9);
what the daemons use while idle; then all are stopped and started together, as after a power cut:
when each has caught up and all know the same. Processor times are those of all daemons together.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUESTIONS = 9
IDLE_S = 10
TICKS = os.sysconf("SC_CLK_TCK")
PACKAGE = {"name": "practice", "resources": [{
    "name": "visits", "commons:purpose": ["planning"],
    "schema": {"fields": [
        {"name": "sex", "type": "string", "commons:role": "dimension",
         "constraints": {"required": True, "enum": ["Female", "Male"]}}]}}]}


def write_input(work, members):
    (work / "data").mkdir()
    (work / "datapackage.json").write_text(json.dumps(PACKAGE))
    (work / "policy.toml").write_text("yearly_budget_micro_rho = 100000000\nmin_members = 1\n")
    for member in range(members):
        rows = "".join("Female\n" if row % 3 else "Male\n" for row in range(40 + member))
        (work / f"data/member-{member:02d}.csv").write_text("sex\n" + rows)


class Lab:
    def __init__(self, bin_dir, work):
        self.bin, self.work, self.dir = bin_dir, work, work / "lab"

    def commons(self, *args):
        done = subprocess.run([self.bin / "commons", *map(str, args)], capture_output=True,
                              text=True)
        if done.returncode:
            raise SystemExit(f"commons {' '.join(map(str, args))}: {done.stderr or done.stdout}")
        return done.stdout

    def timed(self, *args):
        begun = time.monotonic()
        self.commons("lab", *args, "--dir", self.dir)
        return time.monotonic() - begun

    def up(self):
        return self.timed("up", "--package", self.work / "datapackage.json", "--data",
                          self.work / "data", "--policy", self.work / "policy.toml")

    def cpu_s(self):
        ticks = 0
        for pid_file in (self.dir / "members").glob("*/pid"):
            stat = pathlib.Path(f"/proc/{pid_file.read_text().split()[0]}/stat").read_text()
            ticks += sum(map(int, stat.rsplit(")", 1)[1].split()[11:13]))
        return ticks / TICKS

    def heads(self):
        status = json.loads(self.commons("lab", "status", "--dir", self.dir, "--format", "json"))
        return {member["head"] for member in status["members"]}

    def ask(self):
        return self.timed("query", "--format", "json",
                          "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex")

    def start_together(self):
        begun = time.monotonic()
        self.commons("lab", "start", "--dir", self.dir)
        caught_up = time.monotonic() - begun
        while len(self.heads()) != 1:
            time.sleep(0.1)
        return caught_up, time.monotonic() - begun


def bench(bin_dir, members):
    with tempfile.TemporaryDirectory(prefix="commons-bench-") as folder:
        work = pathlib.Path(folder)
        write_input(work, members)
        lab = Lab(bin_dir, work)
        up = lab.up()
        try:
            up_cpu = lab.cpu_s()
            lab.ask()  # connections are made once
            asked_ms = statistics.median(lab.ask() for _ in range(QUESTIONS)) * 1e3
            before = lab.cpu_s()
            time.sleep(IDLE_S)
            idle = (lab.cpu_s() - before) / IDLE_S
            lab.timed("down")
            caught_up, same = lab.start_together()
            start_cpu = lab.cpu_s()
        finally:
            lab.timed("down")
    print(f"{members:3d} members: up {up:6.1f} s ({up_cpu:6.1f} s of processor);"
          f" question {asked_ms:5.0f} ms; idle {idle * 100:4.1f} % of a core;"
          f" started together {caught_up:6.1f} s, all know the same {same:6.1f} s"
          f" ({start_cpu:6.1f} s of processor)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bin")
    parser.add_argument("members", type=int, nargs="*", default=[3, 10, 22, 45, 64])
    options = parser.parse_args()
    for members in options.members:
        bench(options.bin.resolve(), members)


if __name__ == "__main__":
    main()
