#!/usr/bin/env python3
"""Times stopping in a federation on one machine (docs/performance.md).

    tests/bench/stops_bench.py [--bin BIN_DIR] [--runs N] [MEMBERS...]   (default: build/bin, 9, 22)

For each number of members: how long `lab freeze` takes, which is when it holds at its owner; how
much longer until each node's own people see it, as `lab status` is asked again and again; both with
all members up, and with half of them down. Medians and the longest.
"""
import argparse
import json
import pathlib
import statistics
import tempfile
import time

from members_bench import Lab, ROOT, write_input


def sees(lab, freezes):
    status = json.loads(lab.commons("lab", "status", "--dir", lab.dir, "--format", "json"))
    return all(len(row["frozen"]) == freezes for row in status["members"] if row["up"])


def stop_once(lab, owner):
    begun = time.monotonic()
    lab.commons("lab", "freeze", "--dir", lab.dir, owner)
    returned = time.monotonic()
    while not sees(lab, 1):
        pass
    seen = time.monotonic()
    lab.commons("lab", "lift", "--dir", lab.dir, owner)
    while not sees(lab, 0):
        pass
    return returned - begun, seen - returned


def measure(lab, owner, runs, what):
    times = [stop_once(lab, owner) for _ in range(runs)]
    for name, of in (("command", 0), ("then seen everywhere", 1)):
        values = [each[of] for each in times]
        print(f"  {what}, {name}: {1000 * statistics.median(values):.0f} ms, "
              f"at most {1000 * max(values):.0f} ms")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bin")
    options.add_argument("--runs", type=int, default=9)
    options.add_argument("members", type=int, nargs="*", default=[22])
    options = options.parse_args()
    for members in options.members:
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            write_input(work, members)
            lab = Lab(options.bin, work)
            print(f"{members} members:")
            try:
                lab.up()
                measure(lab, "member-00", options.runs, "all up")
                for member in range(1, members, 2):
                    lab.commons("lab", "stop", "--dir", lab.dir, f"member-{member:02d}")
                measure(lab, "member-00", options.runs, "half down")
            finally:
                lab.commons("lab", "down", "--dir", lab.dir)


if __name__ == "__main__":
    main()
