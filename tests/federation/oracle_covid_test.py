"""Open release over New Zealand's COVID-19 cases: one, three and all 22 owners."""

import unittest

from oracle import COVID
from oracle_suite import OracleSuite


class CovidOracle(OracleSuite):
    data = COVID
    three = ["capital-and-coast", "lakes", "west-coast"]


del OracleSuite

if __name__ == "__main__":
    unittest.main()
