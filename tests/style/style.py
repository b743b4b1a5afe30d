#!/usr/bin/env python3
"""The sources look alike (.clang-format) and stay clear of known traps (.clang-tidy).

    style.py format           every source is as clang-format leaves it (seconds)
    style.py tidy BUILD_DIR   clang-tidy finds nothing in what changed (a minute for each file)

Both want version 14, Debian 12's: others format and find differently, and are not asked (77:
skipped). What changed: what a branch has beyond origin/main; on main itself, and in a fresh clone
of it, what its last LAST_COMMITS landings brought; and what is not committed yet.
STYLE_SINCE=COMMIT says otherwise. The newest FILES_MAX are looked at (STYLE_FILES_MAX says
otherwise), and how many were left.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = "14"
LAST_COMMITS = 10
FILES_MAX = 8
SKIPPED = 77


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def tool(name):
    """The path of `name` in VERSION, or the test is skipped."""
    for candidate in (f"{name}-{VERSION}", name):
        if not shutil.which(candidate):
            continue
        said = subprocess.run([candidate, "--version"], capture_output=True, text=True).stdout
        if f"version {VERSION}." in said:
            return candidate
    return skip(f"there is no {name} {VERSION} here")


def git(*words):
    """Lines that git answers; none where there is no such commit, or no repository."""
    if not shutil.which("git"):
        return []
    done = subprocess.run(["git", "-c", f"safe.directory={ROOT}", *words], cwd=ROOT,
                          capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def sources():
    names = git("ls-files", "--cached", "--others", "--exclude-standard", "*.cc", "*.h")
    return [name for name in names if (ROOT / name).exists()]


def base():
    """The commit since which a file counts as changed."""
    if os.environ.get("STYLE_SINCE"):
        return os.environ["STYLE_SINCE"]
    head = git("rev-parse", "HEAD")
    shared = git("merge-base", "HEAD", "origin/main")
    if shared and shared != head:
        return shared[0]
    landings = git("rev-list", "--first-parent", f"--max-count={LAST_COMMITS + 1}", "HEAD")
    return landings[-1] if landings else None


def changed():
    """Sources changed since base(), newest first: what is not committed, then commit by commit."""
    since = base()
    if since is None:
        skip("this is no clone, so nobody knows what changed")
    formatting = (ROOT / ".git-blame-ignore-revs").read_text().split()
    names = git("diff", "--name-only", "HEAD") + git("ls-files", "--others", "--exclude-standard")
    for commit in git("rev-list", f"{since}..HEAD"):
        if commit not in formatting:
            names += git("diff-tree", "--no-commit-id", "--name-only", "-r", "--root", commit)
    return [name for name in dict.fromkeys(names)
            if name.endswith((".cc", ".h")) and (ROOT / name).exists()]


def compiled(names, commands):
    """The compiled files that show `names`: themselves, or for a header its source or its test."""
    found = []
    for name in names:
        stem = str((ROOT / name).with_suffix(""))
        shows = [path for path in (f"{stem}.cc", f"{stem}_test.cc") if path in commands]
        found += shows[:1]
    return list(dict.fromkeys(found))


def plain(command):
    """A compiler's command without the launcher and the precompiled header, which are gcc's own."""
    words = iter(shlex.split(command))
    kept = [next(word for word in words
                 if pathlib.PurePath(word).name.startswith(("c++", "g++", "clang++")))]
    for word in words:
        if word == "-include":
            next(words)
        elif word not in ("-Winvalid-pch", "-fpch-preprocess"):
            kept.append(word)
    return kept


def tidy(build):
    clang_tidy = tool("clang-tidy")
    database = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    commands = {entry["file"]: entry for entry in database}
    files = compiled(changed(), commands)
    most = int(os.environ.get("STYLE_FILES_MAX", FILES_MAX))
    print(f"{len(files[:most])} of {len(files)} changed files")
    with tempfile.TemporaryDirectory(prefix="commons-style-") as folder:
        (pathlib.Path(folder) / "compile_commands.json").write_text(json.dumps(
            [{"directory": commands[path]["directory"], "file": path,
              "arguments": plain(commands[path]["command"])} for path in files[:most]]))

        def look(path):
            return subprocess.run([clang_tidy, "--quiet", "-p", folder, path], cwd=ROOT,
                                  capture_output=True, text=True)

        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            results = list(pool.map(look, files[:most]))
    for result in results:
        if result.returncode:
            print(result.stdout, result.stderr, sep="\n")
    return any(result.returncode for result in results)


def formatted():
    clang_format = tool("clang-format")
    names = sources()
    if not names:
        skip("this is no clone, so nobody knows which files are sources")
    return subprocess.run([clang_format, "--dry-run", "-Werror", *names], cwd=ROOT).returncode != 0


def main(words):
    if words[:1] == ["format"] and len(words) == 1:
        return formatted()
    if words[:1] == ["tidy"] and len(words) == 2:
        return tidy(words[1])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
