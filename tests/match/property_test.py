# SPDX-License-Identifier: BSD-3-Clause
"""Runs match_properties.py where hypothesis is installed."""

import unittest

try:
    from match_properties import PropertyTest
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise

    class PropertyTest(unittest.TestCase):
        def test_pairs(self):
            self.skipTest("skipped: no hypothesis (Debian's python3-hypothesis)")


if __name__ == "__main__":
    unittest.main()
