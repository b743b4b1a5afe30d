"""A practice federation for tests: `commons lab` as a class, torn down whatever happens.

    with Lab(package, {"auckland": csv_text, "lakes": csv_text}, policy="release = 'open'") as lab:
        answer = lab.query("SELECT sex, COUNT(*) AS n FROM cases GROUP BY sex")
        cells(answer)  # {("Female",): {"n": 3}, ...}

Binaries come from the environment variable COMMONS_BIN_DIR, else from PATH.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from guarded_folder import GuardedFolder

DONE, FAILED, WRONG_USE, REFUSED = 0, 1, 2, 3
CALL_SECONDS = 120
LATE_TIMES = 3


def binary(name):
    folder = os.environ.get("COMMONS_BIN_DIR")
    path = os.path.join(folder, name) if folder else shutil.which(name)
    if not path or not os.access(path, os.X_OK):
        raise FileNotFoundError(f"{name}: build it, and set COMMONS_BIN_DIR to its folder")
    return path


class Outcome:
    """What one command did: code, out and err (text)."""

    def __init__(self, args, code, out, err):
        self.args, self.code, self.out, self.err = args, code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def expect(self, code):
        if self.code != code:
            raise AssertionError(
                f"{' '.join(self.args)}\n  exit {self.code}, expected {code}\n"
                f"  stdout: {self.out[:2000]}\n  stderr: {self.err[:2000]}")
        return self


def commons(*args, env=None, cwd=None, timeout=CALL_SECONDS):
    """Runs `commons ARGS...` to its end, without a terminal."""
    command = [binary("commons"), *map(str, args)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          encoding="utf-8", timeout=timeout, cwd=cwd,
                          env={**os.environ, **(env or {})})
    return Outcome(command, done.returncode, done.stdout, done.stderr)


class Lab:
    """package: a dict, JSON text or the path of a datapackage.json. csvs: {stem: text or bytes} or
    the path of a folder of CSV files. policy: TOML text, the path of a policy.toml, or None.
    accept_rejects: the share of rows that may be lost, "5%". dialects: as --dialect takes them.
    not_held: as --not-held takes them."""

    def __init__(self, package, csvs, policy=None, env=None, dir_name="lab", accept_rejects=None,
                 dialects=(), not_held=()):
        self._folder = GuardedFolder("commons-test-")
        self.root = self._folder.path
        self.dir = self.root / dir_name
        self.env = env
        self.package = self._package(package)
        self.data = self._data(csvs)
        self.policy = self._policy(policy)
        self.accept_rejects = accept_rejects
        self.dialects = dialects
        self.not_held = not_held

    def _package(self, package):
        if isinstance(package, Path):
            return package
        path = self.root / "datapackage.json"
        text = package if isinstance(package, str) else json.dumps(package, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        return path

    def _data(self, csvs):
        if isinstance(csvs, (str, Path)):
            return Path(csvs)
        folder = self.root / "data"
        folder.mkdir()
        for stem, content in csvs.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            (folder / f"{stem}.csv").write_bytes(data)
        return folder

    def _policy(self, policy):
        if policy is None or isinstance(policy, Path):
            return policy
        path = self.root / "policy.toml"
        path.write_text(policy, encoding="utf-8")
        return path

    def __enter__(self):
        try:
            self.up()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Stops every daemon and removes the directory, however the test ended."""
        try:
            self.run("down", timeout=60)
        except (subprocess.TimeoutExpired, OSError):
            pass
        self._folder.close()

    def run(self, command, *args, timeout=CALL_SECONDS):
        """`commons lab COMMAND --dir D ARGS...`, whatever its exit code."""
        return commons("lab", command, "--dir", self.dir, *args, env=self.env, timeout=timeout)

    def up(self, code=DONE):
        args = ["--package", self.package, "--data", self.data]
        if self.policy is not None:
            args += ["--policy", self.policy]
        if self.accept_rejects is not None:
            args += ["--accept-rejects", self.accept_rejects]
        for dialect in self.dialects:
            args += ["--dialect", dialect]
        for columns in self.not_held:
            args += ["--not-held", columns]
        return self.run("up", *args, timeout=240).expect(code)

    def ask(self, sql, *args, timeout=CALL_SECONDS):
        """The Outcome of a question in JSON, answered or refused."""
        return self.run("query", "--format", "json", *args, sql, timeout=timeout)

    def query(self, sql, *args):
        """The parsed answer; fails unless answered. Asks again when a member was late: how fast
        this machine is decides no test."""
        for _ in range(LATE_TIMES):
            answer = self.ask(sql, *args).expect(DONE).json
            if not any(member.get("reason") == "DEADLINE" for member in answer["members"]):
                break
        return answer

    def refusal(self, sql, *args):
        """The parsed refusal {"refused": ..., "members": ...}; fails unless refused."""
        return self.ask(sql, *args).expect(REFUSED).json

    def explain(self, sql, *args):
        return self.run("explain", "--format", "json", *args, sql).expect(DONE).json

    def stop(self, member, code=DONE):
        return self.run("stop", member).expect(code)

    def start(self, member, code=DONE):
        return self.run("start", member).expect(code)

    def kill(self, member, sig=signal.SIGKILL):
        pid = self.status()[member]["pid"]
        os.kill(pid, sig)
        if sig == signal.SIGKILL:
            wait_until_gone(pid)

    def status(self):
        """{member: its row of `lab status`}"""
        rows = self.run("status", "--format", "json").expect(DONE).json["members"]
        return {row["member"]: row for row in rows}

    def down(self, code=DONE):
        return self.run("down").expect(code)

    def member_dir(self, member):
        return self.dir / "members" / member

    def pids_on_disk(self):
        """Pids recorded in the directory that are still this lab's daemons."""
        found = []
        for path in self.dir.glob("members/*/pid"):
            try:
                pid = int(path.read_text().split()[0])
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except (OSError, ValueError, IndexError):
                continue
            if os.fsencode(path.parent) in words:
                found.append(pid)
        return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except OSError:
        return False


def until(done, what="it", seconds=60):
    """Waits for what comes by itself; how fast this machine is decides no test."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come")
        time.sleep(0.02)


def wait_until_gone(pid):
    until(lambda: not is_running(pid), f"the end of process {pid}")


def cells(answer):
    """{key values in the order of the dimensions: {measure: value, or None when suppressed}}.
    A rolled-up dimension is the text "(all)"."""
    table = {}
    for cell in answer["cells"]:
        key = tuple(cell["key"].get(name, "(all)") for name in answer["dimensions"])
        table[key] = {name: value.get("value") for name, value in cell["values"].items()}
    return table


def members(answer, status="answered"):
    return sorted(m["member"] for m in answer["members"] if m["status"] == status)
