"""The layers: what may lean on what, checked on every #include (docs/ARCHITECTURE.md); and how wide
a line may be.

The tables are the architecture. There is no exception list.
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
    "governance": {"base", "proto", "crypto", "privacy"},
    "records": {"base", "proto", "crypto", "governance"},
    "storage": {"base", "proto", "crypto", "records"},
    "query": {"base", "proto", "crypto", "privacy", "governance", "records", "storage"},
    "node": {"base", "proto", "rpc", "crypto", "privacy", "governance", "records", "storage",
             "query"},
    "clients": {"base", "proto", "rpc", "crypto", "privacy", "governance", "records"},
}

# The floors inside a room: each folder and which of its siblings it may lean on ("" is the room's
# own floor). Order matters to people only; tests may use any floor of what their room leans on.
FLOORS = {
    "base": {
        "": set(),
        "text": {""},
    },
    "crypto": {
        "": set(),
        "merkle": {""},
        "tls": {""},
    },
    "governance": {
        "document": set(),
        "standard": {"document"},
        "register": {"document"},
        "rules": {"document", "standard", "register"},
        "review": {"document", "standard", "register", "rules"},
        "kinds/organisation": {"document", "register", "review"},
        "kinds/commons": {"document", "standard", "register", "rules", "review",
                          "kinds/organisation"},
        "kinds/dataset": {"document", "standard", "register", "rules", "review"},
        "kinds/research": {"document", "register", "review"},
        "kinds/stop": {"document", "register", "review"},
        "kinds": {"document", "register", "review", "kinds/organisation", "kinds/commons",
                  "kinds/dataset", "kinds/research", "kinds/stop"},
        "fold": {"document", "register", "kinds", "kinds/organisation"},
        "exchange": {"document", "kinds"},
    },
    "records": {
        "": set(),
        "said": set(),
        "csv": {"", "said"},
        "rows": {"", "said", "csv"},
        "reading": {"", "said", "csv", "rows"},
        "infer": {"", "said", "csv", "rows", "reading"},
    },
    "storage": {
        "": set(),
        "ledger": {""},
        "audit": {""},
        "columns": set(),
        "scan": {"columns"},
        "table": {"", "columns", "scan"},
        "holdings": {"", "ledger", "columns", "table"},
        "import": {"columns", "table"},
    },
    "query": {
        "question": set(),
        "peer": set(),
        "sql/parse": set(),
        "sql/names": {"question", "sql/parse"},
        "sql/conditions": {"question", "sql/parse", "sql/names"},
        "sql": {"question", "sql/parse", "sql/names", "sql/conditions"},
        "audit": {"question", "sql"},
        "release": {"question", "peer"},
        "member": {"question", "peer", "audit", "release"},
        "asker": {"question", "peer", "sql", "audit", "release"},
    },
    "node": {
        "log": set(),
        "machine": set(),
        "peer": {"log"},
        "edge/http2": set(),
        "edge": {"log", "peer", "edge/http2"},
        "transport": {"log", "peer", "edge"},
        "documents": {"log", "peer", "transport"},
        "services": {"log", "machine", "peer", "transport", "documents"},
        "": {"log", "machine", "peer", "edge", "transport", "documents", "services"},
    },
    "clients": {
        "answer": set(),
        "office/daemon": set(),
        "office/files": set(),
        "office/import": set(),
        "office": {"office/daemon", "office/files", "office/import"},
        "office/doctor": {"answer", "office/daemon", "office/files", "office"},
        "office/draft": {"office/files", "office"},
        "cli": {"answer", "office", "office/daemon", "office/files", "office/import",
                "office/doctor"},
        "cli/keys": {"office", "office/files", "cli"},
        "cli/doc": {"office", "office/daemon", "office/files", "office/draft", "cli"},
        "cli/lab": {"answer", "office", "office/daemon", "office/files", "office/import",
                    "office/doctor", "cli"},
        "": {"cli", "cli/doc", "cli/keys", "cli/lab"},
    },
}
# Floors that lean on less than their room does.
NARROWER = {
    "clients/answer": {"base", "proto", "privacy", "governance"},
}

# Foreign headers that only some rooms (or one folder) may see.
FOREIGN = {
    r"rocksdb/": ("storage/",),
    r"(libpq-fe\.h|postgres)": ("storage/",),
    r"(grpc|grpcpp)/": ("node/", "clients/office/daemon/local_client.cc"),
    r"sodium": ("crypto/",),
    r"openssl/": ("crypto/",),
    r"pg_query": ("query/sql/parse/",),
    r"toml\+\+/": ("node/machine/config.cc", "clients/office/files/policy_keys.h",
                  "clients/office/draft/spec.cc"),
    r"spdlog/": ("node/log/",),
    r"CLI/": ("node/commonsd_main.cc", "clients/cli/command.cc"),
    r"utf8proc": ("base/", "governance/"),
    # Disk and clock: governance, privacy and questions are decided without them.
    r"(fstream|filesystem|unistd\.h|fcntl\.h|sys/)":
        ("base/", "crypto/", "records/", "storage/", "node/", "clients/"),
    r"absl/time/clock\.h": ("base/clock.h", "node/", "clients/"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def room_of_include(path):
    """The room an include leans on, if any; stubs are a room of their own ("rpc")."""
    if path.startswith("proto/"):
        return "rpc" if path.endswith("_service.grpc.pb.h") or "_service.pb.h" in path else "proto"
    return path.split("/")[0]


def is_test(name):
    return name.endswith(("_test.cc", "_for_test.h")) or "/testing/" in name


def sources(root, room):
    for source in sorted((root / room).rglob("*")):
        if source.suffix in (".h", ".cc"):
            name = source.relative_to(root).as_posix()
            yield name, INCLUDE.findall(source.read_text(encoding="utf-8"))


def floor_of(path):
    """("query", "sql/parse") of query/sql/parse/parse.h; ("base", "") of base/ids.h."""
    room, _, rest = path.partition("/")
    return room, rest.rpartition("/")[0]


def leans_too_far(name, include):
    """Why this include of a file of ours is none that the tables allow, or None."""
    room, floor = floor_of(name)
    other_room, other_floor = room_of_include(include), floor_of(include)[1]
    if other_room != room:
        if other_room not in ROOMS and other_room != "rpc":
            return None
        allowed = ROOMS[room]
        if not is_test(name):
            allowed = NARROWER.get(f"{room}/{floor}", allowed)
        return None if other_room in allowed else f"{room}/{floor}".rstrip("/")
    if is_test(name) or other_floor == floor:
        return None
    return None if other_floor in FLOORS.get(room, {}).get(floor, set()) else f"{room}/{floor}"


def violations(root):
    found = []
    for room in ROOMS:
        for name, includes in sources(root, room):
            for include in includes:
                if who := leans_too_far(name, include):
                    found.append(f"{name}: {who} may not lean on {include}")
                if is_test(name):
                    continue  # a test may bring a foreign oracle or attacker
                for pattern, homes in FOREIGN.items():
                    if re.match(pattern, include) and not name.startswith(homes):
                        found.append(f"{name}: {include} belongs to {' or '.join(homes)}")
    return found


def cycles(root):
    """Modules (a header and its source) that include each other, however far around."""
    edges = {}
    for room in ROOMS:
        for name, includes in sources(root, room):
            if not is_test(name):
                module = name.rpartition(".")[0]
                edges.setdefault(module, set()).update(
                    include.rpartition(".")[0] for include in includes)
    done, found = set(), []

    def visit(module, path):
        if module in path:
            found.append(" -> ".join([*path[path.index(module):], module]))
        elif module in edges and module not in done:
            for other in sorted(edges[module] - {module}):
                visit(other, [*path, module])
            done.add(module)

    for module in sorted(edges):
        visit(module, [])
    return found


def floor_cycles(floors):
    """Floors of one room that lean on each other, however far around."""
    found = []
    for floor in floors:
        seen, ahead = set(), set(floors[floor])
        while ahead:
            other = ahead.pop()
            if other not in seen:
                seen.add(other)
                ahead |= floors.get(other, set())
        if floor in seen:
            found.append(floor)
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
    def test_every_include_follows_the_tables(self):
        self.assertEqual(violations(ROOT), [])

    def test_no_module_includes_itself_around_a_corner(self):
        self.assertEqual(cycles(ROOT), [])

    def test_every_room_is_in_the_table(self):
        built = re.findall(r"^add_subdirectory\((\w+)\)", (ROOT / "CMakeLists.txt").read_text(),
                           re.MULTILINE)
        self.assertEqual(set(built), set(ROOMS))

    def test_every_floor_is_in_the_table(self):
        for room in ROOMS:
            floors = {floor_of(name)[1] for name, _ in sources(ROOT, room) if not is_test(name)}
            self.assertEqual(floors or {""}, set(FLOORS.get(room, {"": set()})), room)

    def test_no_floor_leans_on_itself_around_a_corner(self):
        for room, floors in FLOORS.items():
            self.assertEqual(floor_cycles(floors), [], room)
        self.assertEqual(sorted(floor_cycles({"a": {"b"}, "b": {"c"}, "c": {"b"}})), ["b", "c"])

    def test_a_violation_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for room in (*ROOMS, "query/question", "query/asker"):
                (root / room).mkdir(exist_ok=True)
            (root / "governance/disk.cc").write_text('#include "storage/db.h"\n')
            (root / "query/asker/raw.cc").write_text("#include <rocksdb/db.h>\n")
            (root / "governance/stub.cc").write_text(
                '#include "proto/peer_service.grpc.pb.h"\n')
            (root / "privacy/file.cc").write_text("#include <fstream>\n")
            (root / "storage/now.cc").write_text('#include "absl/time/clock.h"\n')
            (root / "query/question/upwards.cc").write_text('#include "query/asker/asker.h"\n')
            (root / "query/asker/asker.cc").write_text('#include "query/question/upwards.h"\n')
            self.assertEqual(len(violations(root)), 6)

    def test_a_cycle_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for room in ROOMS:
                (root / room).mkdir()
            (root / "base/egg.h").write_text('#include "base/hen.h"\n')
            (root / "base/egg.cc").write_text('#include "base/egg.h"\n')
            (root / "base/hen.cc").write_text('#include "base/egg.h"\n')
            self.assertEqual(cycles(root), ["base/egg -> base/hen -> base/egg"])


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
        self.assertEqual(nameless_sources(ROOT, ROOMS), [])

    def test_a_source_of_another_name_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "base").mkdir()
            for name in ("hex.h", "hex.cc", "hex_words.cc", "hexes.cc", "hex_test.cc", "x_main.cc"):
                (root / "base" / name).touch()
            self.assertEqual(nameless_sources(root, ["base"]), ["base/hexes.cc"])


if __name__ == "__main__":
    sys.exit(unittest.main())
