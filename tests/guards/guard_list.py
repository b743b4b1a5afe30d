"""The list of guards (*.toml beside this file): what it says, and where that stands in the code."""
import dataclasses
import pathlib
import re
import tomllib
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ROOMS = ("base", "crypto", "privacy", "governance", "records", "storage", "query", "node",
         "clients")
# Who notices when a guard of a room is gone, the tests beside it first; "by" names a file instead.
NOTICED_BY = {
    "crypto": ["crypto_test", "governance_test", "query_test"],
    "privacy": ["privacy_test", "query_test"],
    "governance": ["governance_test", "query_test"],
    "records": ["records_test", "storage_test", "query_test"],
    "storage": ["storage_test", "query_test"],
}


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
    for guard in guards:
        if not guard.file.endswith(".cc"):
            bad.append(f"{guard.name}: {guard.file} is not compiled by itself; move the guard")
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
