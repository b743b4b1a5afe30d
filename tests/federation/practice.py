"""A small made-up dataset for federations in tests: every role, awkward names and labels."""

import csv
import io
import json
import random

FIELDS = [
    {"name": "nhi", "type": "string", "commons:role": "identifier"},
    {"name": "Whānau name", "type": "string", "commons:role": "hidden"},
    {"name": "comment", "type": "string", "commons:role": "skip"},
    {"name": "sex", "type": "string", "commons:role": "dimension",
     "constraints": {"required": True, "enum": ["Female", "Male", "Another"]}},
    {"name": "Age at visit", "type": "integer", "commons:role": "dimension",
     "commons:breaks": [0, 15, 25, 45, 65, 120], "constraints": {"required": True}},
    {"name": "service", "type": "string", "commons:role": "dimension", "constraints": {
        "enum": ["Rongoā, mirimiri", "say \"kia ora\"", "<script>", "R & D", "Women's refuge",
                 "a; DROP TABLE x", "100 %", "back\\slash", "Te Tai Tokerau"]}},
    {"name": "visited", "type": "date", "commons:role": "dimension",
     "commons:period": {"unit": "day", "from": "2010-01-01", "to": "2023-09-09"},
     "constraints": {"required": True}},
    {"name": "cost", "type": "number", "commons:role": "measure", "commons:decimals": 2,
     "commons:clip": [0, 500]},
    {"name": "distance", "type": "integer", "commons:role": "measure"},
]
NAMES = [field["name"] for field in FIELDS]
SERVICES = FIELDS[5]["constraints"]["enum"]


def package(fields=None, **resource):
    """The datapackage as a dict; `resource` adds or replaces properties of the resource."""
    described = {"name": "visits", "commons:purpose": ["planning", "research"],
                 "schema": {"fields": FIELDS if fields is None else fields}, **resource}
    return {"name": "practice", "resources": [described]}


def open_package():
    """The same without columns that name or hide people, as an open release asks."""
    fields = json.loads(json.dumps(FIELDS))
    for field in fields[:2]:
        field["commons:role"] = "skip"
    return package(fields)


def rows(count, seed):
    """Seeded rows as dicts of text; `service` and `cost` are sometimes missing."""
    pick = random.Random(seed)
    return [{"nhi": f"ZZZ{pick.randrange(10**4):04}", "Whānau name": "Te Rōpū", "comment": "none",
             "sex": pick.choice(FIELDS[3]["constraints"]["enum"]),
             "Age at visit": str(pick.randrange(120)),
             "service": pick.choice([*SERVICES, ""]),
             "visited": f"20{pick.randrange(10, 23)}-{pick.randrange(1, 13):02}-"
                        f"{pick.randrange(1, 29):02}",
             "cost": pick.choice(["", f"{pick.randrange(50000) / 100:.2f}"]),
             "distance": str(pick.randrange(200))} for _ in range(count)]


def to_csv(records, names=None):
    text = io.StringIO()
    writer = csv.DictWriter(text, names or NAMES, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def csvs(owners, count=200):
    return {owner: to_csv(rows(count, seed)) for seed, owner in enumerate(owners)}
