#!/usr/bin/env python3
"""Times stopping in a federation on one machine (docs/performance.md).

    tests/bench/stops_bench.py [--bin BIN_DIR] [--runs N] [MEMBERS...]   (default: build/bin, 9, 22)

For each number of members: how long `lab freeze` takes, which is when it holds at its owner; how
much longer until each node's own people see it, as `lab status` is asked again and again; both with
all members up, and with half of them down; and when those are started again, how long `lab start`
takes and until they see it too. Medians and the longest.
"""
import argparse
import json
import pathlib
import statistics
import tempfile
import time

from members_bench import Lab, ROOT, write_input


def sees(lab, freezes, members=1):
    """Whether all that are up see so many, and at least `members` are up."""
    status = json.loads(lab.commons("lab", "status", "--dir", lab.dir, "--format", "json"))
    up = [row for row in status["members"] if row["up"]]
    return len(up) >= members and all(len(row.get("frozen", [])) == freezes for row in up)


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


def stop_half(lab, members):
    for member in range(1, members, 2):
        lab.commons("lab", "stop", "--dir", lab.dir, f"member-{member:02d}")


def start_again(lab, owner, members):
    """Half are down when the owner stops something, and come back."""
    lab.commons("lab", "freeze", "--dir", lab.dir, owner)
    while not sees(lab, 1):
        pass
    begun = time.monotonic()
    lab.commons("lab", "start", "--dir", lab.dir)
    started = time.monotonic()
    while not sees(lab, 1, members):
        pass
    seen = time.monotonic()
    lab.commons("lab", "lift", "--dir", lab.dir, owner)
    while not sees(lab, 0, members):
        pass
    stop_half(lab, members)
    return started - begun, seen - started


def measure(runs, what, once):
    times = [once() for _ in range(runs)]
    for name, of in (("command", 0), ("then seen everywhere", 1)):
        values = [each[of] for each in times]
        print(f"  {what}, {name}: {1000 * statistics.median(values):.0f} ms, "
              f"at most {1000 * max(values):.0f} ms", flush=True)


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
                owner = "member-00"
                measure(options.runs, "all up", lambda: stop_once(lab, owner))
                stop_half(lab, members)
                measure(options.runs, "half down", lambda: stop_once(lab, owner))
                measure(options.runs, "half started again",
                        lambda: start_again(lab, owner, members))
            finally:
                lab.commons("lab", "down", "--dir", lab.dir)


if __name__ == "__main__":
    main()
