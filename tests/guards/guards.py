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
import tomllib
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ROOMS = ("base", "crypto", "privacy", "governance", "storage", "query", "node", "clients")
# Who notices when a guard of a room is gone, the tests beside it first; "by" names a file instead.
NOTICED_BY = {
    "crypto": ["crypto_test", "governance_test", "query_test"],
    "privacy": ["privacy_test", "query_test"],
    "governance": ["governance_test", "query_test"],
    "storage": ["storage_test", "query_test"],
}
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


class Problem(Exception):
    """What is wrong with the list or the build, in a line or more."""


@dataclasses.dataclass(frozen=True)
class Guard:
    name: str    # group.what, stable
    file: str
    guards: str  # one line: what it keeps out
    code: str    # an expression, or whole statements that end in ';'
    off: str     # what it becomes
    before: str  # what stands before and after it, where the code alone stands more than once
    after: str
    by: tuple    # files of tests, each of which notices; where there is none,
    tests: tuple  # a folder of tests and programs, one of which does
    unproven: bool = False  # not yet seen to be missed: left out of a sample, not of the whole

    @staticmethod
    def read(name, entry):
        known = {"file", "guards", "code", "off", "before", "after", "by",
                 "unproven"}
        if unknown := set(entry) - known:
            raise Problem(f"{name}: unknown key {sorted(unknown)[0]}")
        for key in ("file", "guards", "code"):
            if key not in entry:
                raise Problem(f"{name}: no {key}")
        room, folder = entry["file"].split("/")[0], entry["file"].rsplit("/", 1)[0]
        off = entry.get("off", "" if entry["code"].rstrip().endswith(";") else "false")
        return Guard(name, entry["file"], entry["guards"], entry["code"], off,
                     entry.get("before", ""), entry.get("after", ""), tuple(entry.get("by", ())),
                     (f"{folder}/", *NOTICED_BY.get(room, [f"{room}_test"])),
                     entry.get("unproven", False))

    @property
    def number(self):
        """The same whatever else the list has: what is built stays built."""
        return zlib.crc32(self.name.encode()) % (2**31 - 1) + 1

    def switched(self, number):
        if self.code.rstrip().endswith(";"):
            return f"{{ if (::GuardOff({number})) {{ {self.off} }} else {{ {self.code} }} }}"
        return f"(::GuardOff({number}) ? ({self.off}) : ({self.code}))"


def read_lists(folder=HERE):
    guards = []
    for path in sorted(folder.glob("*.toml")):
        with open(path, "rb") as file:
            for group, entries in tomllib.load(file).items():
                guards += [Guard.read(f"{group}.{name}", entry) for name, entry in entries.items()]
    return guards


def places(text, guard):
    """Where the guard's code stands in a source, as (begin, end); how it is laid out does not
    matter."""
    kept = [(i, c) for i, c in enumerate(text) if not c.isspace()]
    packed = "".join(c for _, c in kept)
    before, code, after = ("".join(part.split())
                           for part in (guard.before, guard.code, guard.after))
    found, at = [], packed.find(before + code + after)
    while at >= 0:
        begin = at + len(before)
        found.append((kept[begin][0], kept[begin + len(code) - 1][0] + 1))
        at = packed.find(before + code + after, at + 1)
    return found


def sources(root):
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
            for room in ROOMS for path in sorted((root / room).rglob("*"))
            if path.suffix in (".h", ".cc") and not path.stem.endswith(("_test", "_for_test"))}


def misplaced(guards, texts):
    """(guard, what is wrong, where it moved if it did) of each that is not found once."""
    for guard in guards:
        here = len(places(texts.get(guard.file, ""), guard))
        if here == 1:
            continue
        if here > 1:
            yield guard, f"{guard.file} has its expression {here} times", None
            continue
        others = {name: len(places(text, guard)) for name, text in texts.items()}
        others = [name for name, count in others.items() for _ in range(count)]
        if len(others) == 1:
            yield guard, f"its expression stands in {others[0]} now (--repoint)", others[0]
        else:
            where = f", but {len(others)} times elsewhere" if others else " any more, nor elsewhere"
            yield guard, f"{guard.file} does not have its expression{where}", None


def check(guards, texts):
    bad = [f"{guard.name}: {what}" for guard, what, _ in misplaced(guards, texts)]
    for name in {g.name for g in guards if sum(g.number == other.number for other in guards) > 1}:
        bad.append(f"{name}: two guards of this name, or with its number")
    for file in {g.file for g in guards}:
        spans = sorted((*span, g.name) for g in guards if g.file == file
                       for span in places(texts.get(file, ""), g))
        for (_, end, one), (begin, _, other) in zip(spans, spans[1:]):
            if begin < end:
                bad.append(f"{one} and {other} overlap in {file}")
    if bad:
        raise Problem("\n".join(bad))


def repoint(guards, texts, folder=HERE):
    moved = {g.name: place for g, _, place in misplaced(guards, texts) if place is not None}
    for path in sorted(folder.glob("*.toml")):
        lines = path.read_text(encoding="utf-8").split("\n")
        name = None
        for i, line in enumerate(lines):
            if heading := re.match(r"\[([\w.-]+)\]", line):
                name = heading[1]
            elif line.startswith("file = ") and name in moved:
                lines[i] = f'file = "{moved[name]}"'
        path.write_text("\n".join(lines), encoding="utf-8")
    return moved


# ---- Switched programs -------------------------------------------------------------------------

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
    programs = {program_of(test) for guard in guards for test in guard.by or guard.tests}
    daemons = any(p.endswith(".py") for p in programs)
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
