#!/usr/bin/env python3
"""Every guard dies in a test: takes them out one at a time, and fails when no test notices.

  tests/guards/guards.py --check        each expression is found, once, where the list says
  tests/guards/guards.py                every guard is taken out (an hour of CPU)
  tests/guards/guards.py --sample 20    a random twentieth, without tests that start real daemons
  tests/guards/guards.py --only NAME    one guard, those of a file, a room, or a group ("decide")
  tests/guards/guards.py --repoint      writes into the list where moved code stands now

The lists beside this file (*.toml) name each guard: its file, the exact expression, what that
becomes when the guard is off (false, or nothing, unless it says so), what it guards, and, where
certain files of tests should notice, those. The sources bear no trace of it: the switches stand in
copies of them in the build folder (--build, default: build), whose programs are linked once more
with those copies.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import time

from guard_list import ROOT, ROOMS, Problem, check, places, read_lists, repoint, sources

SWITCH = "COMMONS_GUARD_OFF"
HEADER = f"""#ifndef COMMONS_BASE_GUARD_OFF_H_
#define COMMONS_BASE_GUARD_OFF_H_
#include <cstdlib>
inline bool GuardOff(int guard) {{
  static const char* const off = std::getenv("{SWITCH}");
  static const int number = off == nullptr ? 0 : std::atoi(off);
  return number == guard;
}}
#endif
"""
TEST_SECONDS_MAX = 900


def with_switches(text, numbered):
    """The source with a switch for each of its guards ({number: guard})."""
    spans = sorted((places(text, guard)[0], number, guard) for number, guard in numbered.items())
    for (begin, end), number, guard in reversed(spans):
        text = text[:begin] + guard.switched(number) + text[end:]
    return text.replace("#include", '#include "base/guard_off.h"\n#include', 1)


def write(path, text):
    """A file that is as it was keeps its time."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run_tool(command, folder):
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if made.returncode != 0:
        lines = [l for l in (made.stdout + made.stderr).split("\n")
                 if re.search(r"\berror:|FAILED", l)]
        raise Problem(f"{command[0]} fails in {folder}:\n" + "\n".join(lines[:20]))
    return made.stdout


def compiled(command, source, scratch):
    """How the build compiles a file, for its switched copy; and the library that it is part of.
    Warnings are for what is as it was written."""
    words, kept, library = shlex.split(command), [], None
    while words:
        word = words.pop(0)
        if word in ("-o", "-c", "-MT", "-MF"):
            value = words.pop(0)
            if word == "-o":
                library = re.search(r"/(\w+)\.dir/", value)[1]
        elif word != "-MD":
            kept.append(word)
    made = f"{scratch}/obj/{source}.o"
    return shlex.join([*kept, "-w", "-I", f"{scratch}/src", "-MD", "-MF", f"{made}.d", "-o", made,
                       "-c", f"{scratch}/src/{source}"]), f"lib{library}.a"


def linked(command, folder, program, objects):
    """How the build links a program, for the switched one, and from what. Its objects ({source:
    library}) stand before the libraries: what is there already is not taken from these."""
    words, before, after, inputs = shlex.split(command), [], [], []
    names = {pathlib.Path(word).name for word in words}
    switched = [f"obj/{source}.o" for source, library in objects.items() if library in names]
    at = words.index("-o")
    for word in words[:at] + words[at + 2:]:
        if word.endswith((".o", ".a")) and not word.startswith("/"):
            word = f"{folder}/{word}"
            inputs.append(word)
        (after if after or word.endswith(".a") else before).append(word)
    return shlex.join([*before, *switched, "-o", f"bin/{program}", *after]), switched + inputs


def link_of(folder, program):
    listed = run_tool(["ninja", "-t", "commands", "-s", f"bin/{program}"], folder)
    [link] = [part for part in listed.strip().split("\n")[-1].split(" && ")
              if f" -o bin/{program} " in part]
    return link


def build(folder, scratch, numbered, targets, jobs):
    """The programs as always, and beside them once more with switches: only the sources that have
    one are compiled for that."""
    run_tool(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
              "-DCOMMONS_TESTS=ON"], ROOT)
    run_tool(["cmake", "--build", folder, "-j", str(jobs), "--target", *targets], ROOT)
    commands = {entry["file"]: entry["command"] for entry in json.loads(
        (folder / "compile_commands.json").read_text(encoding="utf-8"))}
    write(scratch / "src/base/guard_off.h", HEADER)
    plan, objects = ["rule make", "  command = $how", "  deps = gcc", "  depfile = $out.d",
                     "rule link", "  command = $how"], {}
    for source in sorted({guard.file for guard in numbered.values()}):
        here = {n: g for n, g in numbered.items() if g.file == source}
        write(scratch / "src" / source,
              with_switches((ROOT / source).read_text(encoding="utf-8"), here))
        if str(ROOT / source) not in commands:
            raise Problem(f"{source}: the build does not compile it by itself")
        how, objects[source] = compiled(commands[str(ROOT / source)], source, scratch)
        plan += [f"build obj/{source}.o: make src/{source}",
                 f"  how = cd {shlex.quote(str(folder))} && {how}".replace("$", "$$")]
    for program in targets:
        how, inputs = linked(link_of(folder, program), folder, program, objects)
        plan += [f"build bin/{program}: link {' '.join(inputs)}",
                 f"  how = {how}".replace("$", "$$")]
    write(scratch / "build.ninja", "".join(f"{line}\n" for line in plan))
    run_tool(["ninja", "-j", str(jobs), *(f"bin/{program}" for program in targets)], scratch)


# ---- Taking one out ----------------------------------------------------------------------------

TEST_MACRO = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)


def find_test(name, root=ROOT):
    """The one file of tests whose path ends so."""
    found = [p for room in (*ROOMS, "tests") for p in (root / room).rglob(name.split("/")[-1])
             if f"/{p.relative_to(root).as_posix()}".endswith(f"/{name}")]
    if len(found) != 1:
        raise Problem(f"{name}: {len(found)} files of tests have this name")
    return found[0].relative_to(root)


def program_of(test):
    """What to build for a program, or a file or folder of tests."""
    if not test.endswith((".cc", ".py", "/")):
        return test
    path = pathlib.Path(test) if test.endswith("/") else find_test(test)
    if test.endswith(".py"):
        return str(path)
    # A suite, or a shared room of the clients, has a program of its own.
    inner = path.parts[0] == "tests" or path.parts[:2] in (("clients", "answer"),
                                                           ("clients", "office"))
    return f"{path.parts[inner]}_test"


def command_of(test, scratch):
    program = program_of(test)
    if program.endswith(".py"):
        return [sys.executable, str(ROOT / program), "-v", "--failfast"]
    command = [str(scratch / "bin" / program), "--gtest_brief=1", "--gtest_fail_fast"]
    if program != test:
        files = ROOT.glob(f"{test}*_test.cc") if test.endswith("/") else [ROOT / find_test(test)]
        command.append("--gtest_filter=" + ":".join(
            f"{suite}.{name}:*/{suite}.{name}/*" for file in sorted(files)
            for suite, name in TEST_MACRO.findall(file.read_text(encoding="utf-8"))))
    return command


def run_test(scratch, test, number):
    """None when all pass with this guard off (0: none is), else the first failure in words."""
    environment = dict(os.environ, COMMONS_BIN_DIR=str(scratch / "bin"))
    environment[SWITCH] = str(number)
    try:
        done = subprocess.run(command_of(test, scratch), cwd=scratch, env=environment,
                              capture_output=True, text=True, errors="replace",
                              timeout=TEST_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return f"{test} after {TEST_SECONDS_MAX} s without an end"
    if done.returncode == 0:
        return None
    output = done.stdout + done.stderr
    failed = re.search(r"\[  FAILED  \] ([\w./]+)", output) or re.search(
        r"^(?:FAIL|ERROR): (\w+)", output, re.MULTILINE)
    return f"{test} {failed[1] if failed else f'(exit {done.returncode})'}"


def is_slow(test):
    """It starts real daemons."""
    return program_of(test).endswith(".py") or program_of(test) == "attacks_test"


def take_out(scratch, guard, passes):
    """What noticed, in words; or what did not, in the second place."""
    noticed, missed = [], []
    for test in guard.by or guard.tests:
        failure = run_test(scratch, test, guard.number)
        if failure is None:
            missed.append(test)
            continue
        passes(test)
        noticed.append(failure)
        if not guard.by:
            return ", ".join(noticed), ""
    return ", ".join(noticed), ", ".join(missed)


class Baseline:
    """Each test that noticed something passes when nothing is off; asked once for each."""

    def __init__(self, scratch):
        self.scratch, self.asked = scratch, {}

    def __call__(self, test):
        if test not in self.asked:
            self.asked[test] = run_test(self.scratch, test, 0)
        if self.asked[test] is not None:
            raise Problem(f"with no guard off fails: {self.asked[test]}")


def targets_of(guards):
    tests = {test for guard in guards for test in guard.by or guard.tests}
    programs = {program_of(test) for test in tests}
    daemons = any(is_slow(test) for test in tests)
    return (sorted(p for p in programs if not p.endswith(".py")) +
            (["commons", "commonsd"] if daemons else []))


def take_out_all(guards, switches, folder, jobs):
    scratch = folder / "guards"
    scratch.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    build(folder, scratch, {guard.number: guard for guard in switches}, targets_of(guards), jobs)
    print(f"built in {time.monotonic() - started:.0f} s", flush=True)
    passes, survived = Baseline(scratch), []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = {pool.submit(take_out, scratch, guard, passes): guard for guard in guards}
        try:
            for run in concurrent.futures.as_completed(runs):
                guard, (noticed, missed) = runs[run], run.result()
                if missed:
                    survived.append(f"{guard.name} ({guard.file}): {guard.guards}; by {missed}")
                print(f"{guard.name}: {noticed}{' NOT NOTICED by ' + missed if missed else ''}",
                      flush=True)
        except Problem:
            pool.shutdown(cancel_futures=True)
            raise
    print(f"{len(guards) - len(survived)} of {len(guards)} guards are missed when they are gone; "
          f"took {time.monotonic() - started:.0f} s")
    if survived:
        raise Problem("it is not noticed when these are gone:\n  " + "\n  ".join(survived))


def chosen(guards, options):
    if options.only:
        named = [g for g in guards if any(
            o in (g.name, g.file, g.name.split(".")[0], g.file.split("/")[0])
            for o in options.only)]
        if not named:
            raise Problem(f"no guard named {' or '.join(options.only)}")
        return named
    if options.sample:
        seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
        # Without real daemons.
        quick = [dataclasses.replace(g, by=tuple(t for t in g.by if not is_slow(t)))
                 for g in guards
                 if not g.unproven and (not g.by or not all(map(is_slow, g.by)))]
        print(f"a random {options.sample}th of the guards: --sample {options.sample} --seed {seed}",
              flush=True)
        return random.Random(seed).sample(quick, -(-len(quick) // options.sample))
    return guards


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--repoint", action="store_true")
    parser.add_argument("--sample", type=int, metavar="N")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    try:
        guards, texts = read_lists(), sources(ROOT)
        if options.repoint:
            for name, place in repoint(guards, texts).items():
                print(f"{name}: {place}")
            guards = read_lists()
        check(guards, texts)
        if not options.check and not options.repoint:
            some = chosen(guards, options)
            # All of them, so that another one is built already; a sample, what it needs alone.
            switches = some if options.sample else guards
            take_out_all(some, switches, options.build.resolve(), options.jobs)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
