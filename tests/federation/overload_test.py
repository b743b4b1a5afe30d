"""More people ask at one node than members take of it at once: everybody is answered, and nobody is
told to ask again."""

import collections
import concurrent.futures
import os
import signal
import unittest

import practice
from lab import DONE, LATE_TIMES, Lab, members
from researchers import admit, ask_as

OWNERS = ["kahu", "rata", "tui"]
ASKERS = 16
QUESTIONS = 3  # of each asker, one after the other
POLICY = "release = 'open'\nmin_members = 2\n"


def sql(number):
    """Every question has a digest of its own."""
    return ("SELECT sex, COUNT(*) AS n FROM visits WHERE visited >= DATE "
            f"'2011-01-{1 + number % 28:02}' AND visited < DATE '20{12 + number // 28}-01-01' "
            "GROUP BY sex")


class Overload(unittest.TestCase):
    still = None  # the member that stands still

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(practice.open_package(), practice.csvs(OWNERS), POLICY))
        cls.keys = admit(cls.lab, ASKERS, "visits", "planning")

    def ask(self, asker, number):
        for _ in range(LATE_TIMES):  # how fast this machine is decides no test
            outcome = ask_as(self.lab, OWNERS[0], self.keys[asker], "planning", sql(number))
            if outcome.code != DONE:
                return outcome.json["refused"]["reason"]
            answered = members(outcome.json)
            if answered == OWNERS:
                return "answered"
            if not self.late(outcome.json):
                break
        return f"by {answered} alone"

    def late(self, answer):
        """Whether a member was late that does not stand still on purpose."""
        return any(m.get("reason") == "DEADLINE" and m["member"] != self.still
                   for m in answer["members"])

    def ask_all(self, count, first):
        """Each asker that many questions, all askers side by side: how often each outcome came."""
        def one(asker):
            return [self.ask(asker, first + count * asker + i) for i in range(count)]

        with concurrent.futures.ThreadPoolExecutor(ASKERS) as pool:
            outcomes = list(pool.map(one, range(ASKERS)))
        return collections.Counter(outcome for each in outcomes for outcome in each)

    def test_each_question_is_answered_by_all(self):
        self.assertEqual(self.ask_all(QUESTIONS, 0), {"answered": ASKERS * QUESTIONS})
        self.assertEqual(self.ask(0, ASKERS * QUESTIONS), "answered")

    # The member that stands still keeps those under way for a whole phase, so that the others meet
    # in the line. While four waited a moment and the next were refused, eight of these were BUSY.
    def test_nobody_is_refused_while_a_member_stands_still(self):
        self.still = OWNERS[-1]
        pid = self.lab.status()[self.still]["pid"]
        os.kill(pid, signal.SIGSTOP)
        try:
            outcomes = self.ask_all(1, 1000)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.assertEqual(outcomes, {f"by {OWNERS[:-1]} alone": ASKERS})


if __name__ == "__main__":
    unittest.main()
