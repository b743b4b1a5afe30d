"""The layers: what may lean on what, checked on every #include (docs/ARCHITECTURE.md); and how wide
a line may be.

The table is the architecture. There is no exception list.
"""
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

ROOMS = {
    "base": set(),
    "proto": set(),
    "crypto": {"base"},
    "privacy": {"base", "crypto"},
    "governance": {"base", "proto", "crypto"},
    "storage": {"base", "proto", "crypto"},
    "query": {"base", "proto", "crypto", "privacy", "governance", "storage"},
    "node": {"base", "proto", "rpc", "crypto", "privacy", "governance", "storage", "query"},
    "clients": {"base", "proto", "rpc", "crypto", "governance"},
}

# Foreign headers that only some rooms (or one folder) may see.
FOREIGN = {
    r"rocksdb/": ("storage/",),
    r"(libpq-fe\.h|postgres)": ("storage/",),
    r"(grpc|grpcpp)/": ("node/", "clients/office/local_client.cc"),
    r"sodium": ("crypto/",),
    r"openssl/": ("crypto/",),
    r"pg_query": ("query/sql/",),
    r"toml\+\+/": ("node/config.cc", "clients/office/policy_file.cc"),
    r"spdlog/": ("node/",),
    r"CLI/": ("node/", "clients/cli/command.cc"),
    r"utf8proc": ("base/", "governance/"),
    # Disk and clock: governance, privacy and questions are decided without them.
    r"(fstream|filesystem|unistd\.h|fcntl\.h|sys/)":
        ("base/", "crypto/", "storage/", "node/", "clients/"),
    r"absl/time/clock\.h": ("base/clock.h", "node/", "clients/"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def room_of_include(path):
    """The room an include leans on, if any; stubs are a room of their own ("rpc")."""
    if path.startswith("proto/"):
        return "rpc" if path.endswith("_service.grpc.pb.h") or "_service.pb.h" in path else "proto"
    return path.split("/")[0]


def violations(root):
    found = []
    for room, allowed in ROOMS.items():
        for source in sorted((root / room).rglob("*")):
            if source.suffix not in (".h", ".cc"):
                continue
            name = source.relative_to(root).as_posix()
            for include in INCLUDE.findall(source.read_text(encoding="utf-8")):
                other = room_of_include(include)
                if other in ROOMS or other == "rpc":
                    if other != room and other not in allowed:
                        found.append(f"{name}: {room} may not lean on {other} ({include})")
                if name.endswith(("_test.cc", "_for_test.h")):
                    continue  # a test may bring a foreign oracle or attacker
                for pattern, homes in FOREIGN.items():
                    if re.match(pattern, include) and not name.startswith(homes):
                        found.append(f"{name}: {include} belongs to {' or '.join(homes)}")
    return found


WIDTH_MAX = 100  # characters
WRITTEN_IN = (".h", ".cc", ".proto", ".py", ".cmake", "CMakeLists.txt")


def wide_lines(root):
    sources = [root / "CMakeLists.txt"]
    for folder in (*ROOMS, "cmake", "deploy", "tests"):
        sources += sorted((root / folder).rglob("*"))
    return [f"{source.relative_to(root)}:{number}: {len(line)} characters"
            for source in sources if source.name.endswith(WRITTEN_IN)
            for number, line in enumerate(source.read_text(encoding="utf-8").split("\n"), 1)
            if len(line) > WIDTH_MAX]


class Layers(unittest.TestCase):
    def test_every_include_follows_the_table(self):
        self.assertEqual(violations(ROOT), [])

    def test_every_room_is_in_the_table(self):
        built = re.findall(r"^add_subdirectory\((\w+)\)", (ROOT / "CMakeLists.txt").read_text(),
                           re.MULTILINE)
        self.assertEqual(set(built), set(ROOMS))

    def test_a_violation_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for room in ROOMS:
                (root / room).mkdir()
            (root / "governance/disk.cc").write_text('#include "storage/db.h"\n')
            (root / "query/raw.cc").write_text("#include <rocksdb/db.h>\n")
            (root / "governance/stub.cc").write_text(
                '#include "proto/peer_service.grpc.pb.h"\n')
            (root / "privacy/file.cc").write_text("#include <fstream>\n")
            (root / "storage/now.cc").write_text('#include "absl/time/clock.h"\n')
            self.assertEqual(len(violations(root)), 5)


class Reasons(unittest.TestCase):
    def test_each_stands_in_a_test(self):
        names = re.findall(r"^  ([A-Z_]+) = [1-9]\d*;",
                           (ROOT / "proto/reason.proto").read_text(encoding="utf-8"), re.MULTILINE)
        tests = "".join(source.read_text(encoding="utf-8")
                        for room in (*ROOMS, "tests") for source in (ROOT / room).rglob("*")
                        if source.name.endswith(("_test.cc", "_test.py")))
        self.assertGreater(len(names), 40)
        self.assertEqual([n for n in names if not re.search(rf"\b{n}\b", tests)], [])


class Width(unittest.TestCase):
    def test_no_line_is_wider_than_the_limit(self):
        self.assertEqual(wide_lines(ROOT), [])

    def test_a_wide_line_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tests").mkdir()
            (root / "CMakeLists.txt").write_text(f"# {'x' * WIDTH_MAX}\n")
            (root / "tests/fits.cc").write_text(f"// {'ā' * (WIDTH_MAX - 3)}\n")
            (root / "tests/wide.py").write_text(f"\n# {'ā' * (WIDTH_MAX - 1)}\n")
            self.assertEqual(wide_lines(root), ["CMakeLists.txt:1: 102 characters",
                                                "tests/wide.py:2: 101 characters"])


NAMED = ("base", "crypto", "privacy", "proto", "storage")  # the rooms that hold it so far
PROGRAMS = ("_test.cc", "_main.cc", "_bench.cc", "_fuzz.cc")


def nameless_sources(root, rooms):
    """Sources of a library without a header of their name, or one beside them whose name theirs
    continues (`keyfile_format.cc` of `keyfile.h`)."""
    found = []
    for source in sorted(s for room in rooms for s in (root / room).rglob("*.cc")):
        headers = [header.stem for header in source.parent.glob("*.h")]
        if not source.name.endswith(PROGRAMS) and not any(
                source.stem == stem or source.stem.startswith(stem + "_") for stem in headers):
            found.append(source.relative_to(root).as_posix())
    return found


class Names(unittest.TestCase):
    def test_every_source_is_named_after_a_header(self):
        self.assertEqual(nameless_sources(ROOT, NAMED), [])

    def test_a_source_of_another_name_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "base").mkdir()
            for name in ("hex.h", "hex.cc", "hex_words.cc", "hexes.cc", "hex_test.cc", "x_main.cc"):
                (root / "base" / name).touch()
            self.assertEqual(nameless_sources(root, ["base"]), ["base/hexes.cc"])


if __name__ == "__main__":
    sys.exit(unittest.main())
