"""More researchers of a lab than the one it makes: keys of their own, accredited, in one project.

    keys = admit(lab, 16, "visits", "planning")
    outcome = ask_as(lab, "tui", keys[3], "planning", "SELECT COUNT(*) AS n FROM visits")
"""

import hashlib
import os
import time

from lab import commons

PROJECT = "everybody"
_P = 2**255 - 19
_D = -121665 * pow(121666, _P - 2, _P) % _P
_BASE_Y = 4 * pow(5, _P - 2, _P) % _P


def _x_of(y):
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return _P - x if x & 1 else x


def _add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = _D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + k, _P - 2, _P) % _P,
            (y1 * y2 + x1 * x2) * pow(1 - k, _P - 2, _P) % _P)


def public_key(seed):
    """Ed25519 (RFC 8032), slowly."""
    scalar = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    scalar = scalar & ((1 << 254) - 8) | (1 << 254)
    point, power = (0, 1), (_x_of(_BASE_Y), _BASE_Y)
    while scalar:
        if scalar & 1:
            point = _add(point, power)
        power = _add(power, power)
        scalar >>= 1
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def write_key(path, label):
    """A raw practice key (docs/formats/keyfile.md)."""
    seed = os.urandom(32)
    text = (f"data-commons-key 1\nlabel {label}\npractice yes\npublic {public_key(seed).hex()}\n"
            f"seed {seed.hex()}\n")
    checked = b"".join(len(part).to_bytes(8, "little") + part
                       for part in (b"commons/keyfile/1", text.encode()))
    check = hashlib.blake2b(checked, digest_size=32).hexdigest()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{text}check {check}\n")
    return path


def until(done, seconds=60):
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come")
        time.sleep(0.05)


def admit(lab, count, dataset, purpose):
    """`count` key files; every member knows all of them and approves their project."""
    keys = [write_key(lab.root / f"researcher-{i}.key", f"researcher-{i}") for i in range(count)]
    nodes = sorted((lab.dir / "members").iterdir())
    for key in keys:
        commons("doc", "accredit", "--dir", nodes[0], "--researcher", key, "--affiliation",
                "practice").expect(0)
    commons("doc", "project", "--dir", nodes[0], "--name", PROJECT, "--question", "How many?",
            "--purpose", purpose, "--dataset", dataset, "--benefit", "practice",
            "--legal-basis", "statistical exception",
            *(word for key in keys for word in ("--researcher", key))).expect(0)
    for node in nodes:
        until(lambda node=node: commons("doc", "approve-project", "--dir", node,
                                        PROJECT).code == 0)
    until(lambda: len({row["head"] for row in lab.status().values()}) == 1)
    return keys


def ask_as(lab, member, key, purpose, sql):
    """The Outcome of a question that this researcher asks at this member's node."""
    return commons("query", "--dir", lab.member_dir(member), "--as", key, "--project", PROJECT,
                   "--purpose", purpose, "--format", "json", sql)
