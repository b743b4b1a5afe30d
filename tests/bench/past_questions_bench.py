#!/usr/bin/env python3
"""What past questions leave in a daemon's memory (docs/performance.md).

    tests/bench/past_questions_bench.py [BIN_DIR [QUESTIONS]]    (default: build/bin 4000)

Three real daemons over the case records; protected questions of one member, four at a time. Prints
the resident memory of each daemon while the number of past questions grows, the time from SIGTERM
until one of them has ended while the others run on, its memory and start after that, and the time
until all have ended.
"""
import concurrent.futures
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "deploy/demo/data/nz-covid-cases"
BIN = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/bin").resolve()
QUESTIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
ROUNDS = 8


def commons(*args):
    done = subprocess.run([BIN / "commons", *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"commons {' '.join(map(str, args))}: {done.stderr}")
    return done.stdout


def ask(lab, question):
    day, month = 1 + question % 28, 1 + question // 28 % 12
    return subprocess.run(
        [BIN / "commons", "lab", "query", "--dir", lab, "--format", "json",
         f"SELECT sex, COUNT(*) AS n FROM covid_cases WHERE report_date >= "
         f"DATE '2021-{month:02d}-{day:02d}' GROUP BY sex"],
        capture_output=True, text=True).returncode


def pid_of(member):
    return int((member / "pid").read_text().split()[0])


def resident_mib(member):
    status = pathlib.Path(f"/proc/{pid_of(member)}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def has_ended(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def seconds_to_end(members):
    pids = [pid_of(member) for member in members]
    begin = time.monotonic()
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    while not all(has_ended(pid) for pid in pids):
        time.sleep(0.01)
    return time.monotonic() - begin


def show(members, what):
    print(f"{what:>24}: resident " + ", ".join(f"{resident_mib(m):.1f}" for m in members) + " MiB",
          flush=True)


def ask_all(lab, members):
    each = QUESTIONS // ROUNDS
    show(members, "0 questions")
    with concurrent.futures.ThreadPoolExecutor(4) as people:
        for done in range(0, each * ROUNDS, each):
            begin = time.monotonic()
            codes = list(people.map(lambda n: ask(lab, n), range(done, done + each)))
            seconds = time.monotonic() - begin
            show(members, f"{done + each} questions")
            print(f"{'':>26}{codes.count(0)} of {each} answered, {each / seconds:.0f} a second")


def main():
    with tempfile.TemporaryDirectory(prefix="commons-past-") as folder:
        work = pathlib.Path(folder)
        data = work / "csv"
        data.mkdir()
        for path in sorted((DATA / "by-dhb").glob("*.csv"))[:3]:
            shutil.copy(path, data)
        policy = work / "policy.toml"
        policy.write_text("yearly_budget_micro_rho = 1000000000\nmin_members = 1\n")
        lab = work / "lab"
        commons("lab", "up", "--dir", lab, "--package", DATA / "datapackage.json", "--data", data,
                "--policy", policy)
        try:
            members = sorted((lab / "members").iterdir())
            ask_all(lab, members)
            print(f"SIGTERM to the end, others running: {seconds_to_end(members[:1]):.2f} s")
            begin = time.monotonic()
            commons("lab", "start", "--dir", lab, members[0].name)
            print(f"start over {QUESTIONS} questions: {time.monotonic() - begin:.2f} s")
            show(members, "after the start")
            print(f"SIGTERM to the end, all at once: {seconds_to_end(members):.2f} s")
        finally:
            commons("lab", "down", "--dir", lab)


if __name__ == "__main__":
    main()
