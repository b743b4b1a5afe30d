#!/usr/bin/env python3
"""Measures how near protected answers come to the truth (docs/for-researchers/accuracy.md).

    tests/bench/accuracy_bench.py [--bin BIN_DIR] [--times N]   (default: build/bin, 5)

For each class of noise: a practice federation over the case records (22 members) and over the
synthetic labour force survey (12 members), each question asked N times and held against the pooled
records. Beside it what people do without a federation: every owner leaves out its own cells below
6, and the tables are added up.
"""
import argparse
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/federation"))
from lab import Lab  # noqa: E402
from oracle import COVID, HLFS, Pool, Question  # noqa: E402

CLASSES = ["light", "fine", "standard", "broad"]
THRESHOLD = 6
QUESTIONS = {
    COVID: [("sex", Question("covid_cases", [("sex", None)])),
            ("age group", Question("covid_cases", [("age_group", None)])),
            ("district", Question("covid_cases", [("dhb", None)])),
            ("month", Question("covid_cases", [("report_date", "month")])),
            ("age group, sex, district",
             Question("covid_cases", [("age_group", None), ("sex", None), ("dhb", None)]))],
    HLFS: [("labour force status", Question("hlfs", [("extended_labour_force_status", None)])),
           ("region, age band", Question("hlfs", [("region", None), ("age", None)])),
           ("occupation, qualification",
            Question("hlfs", [("occupation", None), ("highest_qualification", None)])),
           ("hours by occupation",
            Question("hlfs", [("occupation", None)], measures=[("a", "AVG", "hours_total")]))],
}


def percent(part, whole):
    return f"{100 * part / whole:.0f} %" if whole else "-"


class Tally:
    """What is shown of one measure, over all askings of one question."""

    def __init__(self, measure):
        self.measure = measure
        self.cells = self.shown = self.unreliable = self.covered = 0
        self.people = self.people_shown = 0
        self.errors, self.margins = [], []

    def add(self, answer, truth):
        for cell in answer["cells"]:
            key = tuple(cell["key"][name] for name in answer["dimensions"])
            value, true = cell["values"][self.measure], truth[key][self.measure]
            people = truth[key]["n"]
            self.cells += people > 0
            self.people += people
            if value["status"] == "suppressed":
                continue
            self.shown += 1
            self.people_shown += people
            self.unreliable += value["status"] == "unreliable"
            self.covered += abs(value["value"] - float(true or 0)) <= value["margin95"]
            if true:
                self.errors.append(abs(value["value"] - float(true)) / abs(float(true)))
                self.margins.append(value["margin95"])

    def row(self):
        return [percent(self.shown, self.cells), percent(self.people_shown, self.people),
                f"± {statistics.median(self.margins):.3g}" if self.margins else "-",
                f"{100 * statistics.median(self.errors):.1f} %" if self.errors else "-",
                percent(self.unreliable, self.shown), percent(self.covered, self.shown)]


def added_up(data, question, truth):
    """Every owner's table without its cells below the threshold, added up."""
    total, lost_cells, errors = {}, 0, []
    for owner in data.owners:
        for key, values in Pool(data, [owner]).answer(question).items():
            total[key] = total.get(key, 0) + (values["n"] if values["n"] >= THRESHOLD else 0)
    for key, values in truth.items():
        if not values["n"]:
            continue
        lost_cells += total[key] == 0
        if total[key]:
            errors.append((values["n"] - total[key]) / values["n"])
    people = sum(values["n"] for values in truth.values())
    cells = sum(values["n"] > 0 for values in truth.values())
    return [percent(cells - lost_cells, cells), percent(sum(total.values()), people), "unknown",
            f"{100 * statistics.median(errors):.1f} %", "-",
            percent(sum(error == 0 for error in errors), len(errors))]


def line(*columns):
    print("| " + " | ".join(columns) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=ROOT / "build/bin", type=pathlib.Path)
    parser.add_argument("--times", default=5, type=int)
    options = parser.parse_args()
    os.environ["COMMONS_BIN_DIR"] = str(options.bin.resolve())
    for data, questions in QUESTIONS.items():
        print(f"\n{data.dataset}: {len(data.owners)} members, threshold {THRESHOLD}, rounding 3\n")
        line("question", "noise", "cells shown", "people in them", "median margin",
             "median error", "unreliable", "within the margin")
        line(*["---"] * 8)
        pool = Pool(data, data.owners)
        truths = [pool.answer(question) for _, question in questions]
        for noise in CLASSES:
            policy = (f"noise = '{noise}'\nyearly_budget_micro_rho = 4000000000000\n"
                      "exclusive_cells = 'allow'\n")
            with Lab(data.folder / "datapackage.json", data.files, policy) as lab:
                for (name, question), truth in zip(questions, truths):
                    tally = Tally(question.measures[0][0] if question.measures else "n")
                    for _ in range(options.times):
                        tally.add(lab.query(question.sql), truth)
                    line(name, noise, *tally.row())
        for (name, question), truth in zip(questions, truths):
            if not question.measures:
                line(name, "added up", *added_up(data, question, truth))


if __name__ == "__main__":
    main()
