"""Open release over the synthetic labour force survey: one, three and all 12 regions; sums,
averages and variances of fixed-point numbers."""

import unittest

from oracle import HLFS
from oracle_suite import OracleSuite


class HlfsOracle(OracleSuite):
    data = HLFS
    three = ["northland", "otago", "southland"]


del OracleSuite

if __name__ == "__main__":
    unittest.main()
