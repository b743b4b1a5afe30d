#!/usr/bin/env python3
"""What an import of a large file takes of a daemon (docs/performance.md).

    tests/bench/large_import_bench.py [--bin BIN_DIR] [--work DIR] [GB...]   (build/bin, 1 3)

For each size, one after the other into the same real daemon: made-up rows of about 60 bytes go
through a pipe into `commons dataset import --data -`, while the daemon's memory is looked at. Then
a question has to count exactly the rows that were written. DIR needs room for the largest size and
a seventh more: what comes through a pipe lies in the inbox until it is taken.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK_ROWS = 400_000
SERVICES = [f"service {i:02d}" for i in range(40)]
HEADER = "sex,age,service,seen,cost,note\n"
PACKAGE = {"name": "p", "resources": [{"name": "visits", "schema": {"fields": [
    {"name": "sex", "type": "string", "commons:role": "dimension",
     "constraints": {"required": True, "enum": ["Female", "Male", "Another"]}},
    {"name": "age", "type": "integer", "commons:role": "dimension",
     "commons:breaks": [0, 15, 25, 45, 65, 120]},
    {"name": "service", "type": "string", "commons:role": "dimension",
     "constraints": {"enum": SERVICES}},
    {"name": "seen", "type": "date", "commons:role": "dimension",
     "commons:period": {"unit": "month", "from": "2015-01", "to": "2024-12"}},
    {"name": "cost", "type": "number", "commons:role": "measure", "commons:decimals": 2,
     "commons:clip": [0, 5000]},
    {"name": "note", "type": "string"}]}}]}


def block():
    """Rows as bytes; a file is as many of it as its size asks."""
    pick = random.Random(7)
    return "".join(
        f"{pick.choice(['Female', 'Male', 'Another'])},{pick.randrange(120)},"
        f"{pick.choice(SERVICES)},20{pick.randrange(15, 25)}-{pick.randrange(1, 13):02}-"
        f"{pick.randrange(1, 29):02},{pick.randrange(500_000) / 100:.2f},"
        f"note {pick.randrange(10 ** 12):012}\n" for _ in range(BLOCK_ROWS)).encode()


def memory_mib(pid, what):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split(what + ":")[1].split()[0]) / 1024


def reset_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")  # VmHWM counts from here


class Importing:
    def __init__(self, bin_dir, work):
        self.bin, self.dir = bin_dir, work / "lab"
        (work / "data").mkdir()
        (work / "data/kahu.csv").write_text(HEADER)
        (work / "datapackage.json").write_text(json.dumps(PACKAGE))
        (work / "policy.toml").write_text("release = 'open'\n")
        self.lab("up", "--package", work / "datapackage.json", "--data", work / "data", "--policy",
                 work / "policy.toml")
        self.member = self.dir / "members/kahu"
        self.pid = json.loads(self.lab("status", "--format", "json"))["members"][0]["pid"]

    def lab(self, command, *args):
        done = subprocess.run([self.bin / "commons", "lab", command, "--dir", self.dir,
                               *map(str, args)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"commons lab {command}: {done.stderr or done.stdout}")
        return done.stdout

    def run(self, rows_of_block, gigabytes):
        blocks = max(1, round(gigabytes * 10 ** 9 / len(rows_of_block)))
        reset_peak(self.pid)
        begun = time.monotonic()
        command = subprocess.Popen(
            [self.bin / "commons", "dataset", "import", "--dir", self.member, "--dataset",
             "visits", "--data", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        client = []
        watch = threading.Thread(target=self.watch, args=(command, client))
        watch.start()
        command.stdin.write(HEADER.encode())
        for _ in range(blocks):
            command.stdin.write(rows_of_block)
        command.stdin.close()
        piped = time.monotonic()
        if command.wait():
            raise SystemExit("the import failed")
        took = time.monotonic() - begun
        watch.join()
        peak = memory_mib(self.pid, "VmHWM")
        self.check(blocks * BLOCK_ROWS)
        size = blocks * len(rows_of_block) / 10 ** 9
        print(f"{size:6.2f} GB, {blocks * BLOCK_ROWS:,} rows: {took:.0f} s, {piped - begun:.0f} of "
              f"them into the inbox; the daemon at most {peak:.0f} MiB, after the "
              f"question {memory_mib(self.pid, 'VmRSS'):.0f}; the command at most "
              f"{max(client):.0f}; on disk {self.disk_mib():.0f} MiB", flush=True)

    @staticmethod
    def watch(command, seen):
        while command.poll() is None:
            try:
                seen.append(memory_mib(command.pid, "VmHWM"))
            except (OSError, IndexError):  # it has just ended
                pass
            time.sleep(0.2)

    def check(self, rows):
        answer = json.loads(self.lab("query", "--format", "json",
                                     "SELECT COUNT(*) AS n FROM visits"))
        (cell,) = answer["cells"]
        if cell["values"]["n"]["value"] != rows:
            raise SystemExit(f"{cell['values']['n']['value']} rows counted, {rows} written")

    def disk_mib(self):
        return sum(path.stat().st_size for path in self.member.rglob("*")
                   if path.is_file()) / 2 ** 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bin")
    parser.add_argument("--work", help="where the daemon's directory is made")
    parser.add_argument("sizes", nargs="*", type=float, default=[1, 3], metavar="GB")
    options = parser.parse_args()
    rows = block()
    with tempfile.TemporaryDirectory(prefix="commons-bench-", dir=options.work) as work:
        importing = Importing(options.bin, pathlib.Path(work))
        try:
            print(f"the daemon before: {memory_mib(importing.pid, 'VmRSS'):.0f} MiB", flush=True)
            for size in options.sizes or [1, 3]:
                importing.run(rows, size)
        finally:
            importing.lab("down")


if __name__ == "__main__":
    main()
