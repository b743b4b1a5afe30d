"""More researchers of a lab than the one it makes: keys of their own, accredited, in one project.

    keys = admit(lab, 16, "visits", "planning")
    outcome = ask_as(lab, "tui", keys[3], "planning", "SELECT COUNT(*) AS n FROM visits")
"""

from lab import commons, until

PROJECT = "everybody"


def make_key(folder, number):
    """A practice key: that of the researcher whom each new node has."""
    node = folder / f"desk-{number}"
    commons("node", "init", "--practice", "--dir", node, "--name", f"desk-{number}", "--contact",
            "practice", "--listen", f"127.0.0.1:{20000 + number}").expect(0)
    return node / "keys/people/researcher-1.key"


def admit(lab, count, dataset, purpose):
    """`count` key files; every member knows all of them and approves their project."""
    keys = [make_key(lab.root, number) for number in range(count)]
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
