#!/usr/bin/env python3
"""Times a federation of 22 real daemons over the case records (docs/performance.md).

    tests/bench/federation_bench.py [BIN_DIR]        (default: build/bin)

Prints: lab up with import; by-sex over 3, 10 and 22 members, protected, every question with a
digest of its own, all checks on, the client's start included;
resident memory of idle daemons; a member's restart after kill -9.
"""
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "deploy/demo/data/nz-covid-cases"
BIN = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/bin").resolve()
QUESTIONS = 15


def commons(*args):
    return subprocess.run([BIN / "commons", *map(str, args)], check=True, capture_output=True,
                          text=True).stdout


def timed(*args):
    start = time.monotonic()
    commons(*args)
    return time.monotonic() - start


def ask(lab, question):
    return timed("lab", "query", "--dir", lab, "--format", "json",
                 "SELECT sex, COUNT(*) AS n FROM covid_cases "
                 f"WHERE report_date >= DATE '2021-01-{1 + question:02d}' GROUP BY sex")


def resident_kib(lab):
    found = []
    for pid_file in (lab / "members").glob("*/pid"):
        status = pathlib.Path(f"/proc/{pid_file.read_text().split()[0]}/status").read_text()
        found.append(int(status.split("VmRSS:")[1].split()[0]))
    return found


def bench(work, members):
    data = work / f"csv{members}"
    data.mkdir()
    for path in sorted((DATA / "by-dhb").glob("*.csv"))[:members]:
        shutil.copy(path, data)
    policy = work / "policy.toml"
    policy.write_text('yearly_budget_micro_rho = 100000000\nmin_members = 1\n')
    lab = work / f"lab{members}"
    up = timed("lab", "up", "--dir", lab, "--package", DATA / "datapackage.json", "--data", data,
               "--policy", policy)
    try:
        idle = resident_kib(lab)
        ask(lab, 0)  # connections are made once
        times = [ask(lab, question + 1) for question in range(QUESTIONS)]
        member = sorted((lab / "members").iterdir())[-1]
        os.kill(int((member / "pid").read_text().split()[0]), signal.SIGKILL)
        start = timed("lab", "start", "--dir", lab, member.name)
    finally:
        commons("lab", "down", "--dir", lab)
    median_ms = statistics.median(times) * 1e3
    print(f"{members:3d} members: up {up:5.1f} s; question median {median_ms:4.0f} ms"
          f" (min {min(times) * 1e3:.0f}, max {max(times) * 1e3:.0f});"
          f" idle daemon {max(idle) / 1024:.0f} MiB at most; restart after kill -9 {start:.2f} s")


def main():
    with tempfile.TemporaryDirectory(prefix="commons-bench-") as folder:
        for members in (3, 10, 22):
            bench(pathlib.Path(folder), members)


if __name__ == "__main__":
    main()
