"""A member that stood still while a question was asked, and then went on: the kernel kept the message
for it, but nobody waits for what it would say."""

import os
import signal
import unittest

import practice
from lab import Lab, members

OWNERS = ["kahu", "rata", "tui", "weka"]
COUNT = "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex"


class GoneCallers(unittest.TestCase):
    def test_a_member_that_stood_still_reserves_nothing_for_a_question_that_is_over(self):
        with Lab(practice.package(), practice.csvs(OWNERS, 300)) as lab:
            def left():
                return {member: row["budget_left_micro_rho"]
                        for member, row in lab.status().items()}
            self.assertEqual(members(lab.query(COUNT)), OWNERS)  # connections stand
            before = left()
            pid = lab.status()["tui"]["pid"]
            os.kill(pid, signal.SIGSTOP)
            try:
                self.assertEqual(members(lab.query(COUNT)), ["kahu", "rata", "weka"])
            finally:
                os.kill(pid, signal.SIGCONT)
            # Whatever lay waiting is handled before this one is answered.
            self.assertEqual(members(lab.query(COUNT)), OWNERS)
            after = left()
            cost = (before["kahu"] - after["kahu"]) // 2
            self.assertGreater(cost, 0)
            self.assertEqual(before["tui"] - after["tui"], cost)


if __name__ == "__main__":
    unittest.main()
