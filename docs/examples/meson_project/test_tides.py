# SPDX-License-Identifier: BSD-3-Clause
import unittest

import numpy as np
import tides

NEWLYN = [("M2", 1.71, 28.984104, 135.0), ("S2", 0.57, 30.0, 177.0)]


class TidesTest(unittest.TestCase):
    def test_adds_constituents(self):
        sea = np.array(NEWLYN, tides.constituent)
        expected = (sea["amplitude"] * np.cos(np.radians(sea["speed"] * 6 - sea["phase"]))).sum()
        self.assertAlmostEqual(tides.height(sea, 6), expected)

    def test_refuses_other_arrays(self):
        with self.assertRaisesRegex(TypeError, "array of constituent"):
            tides.height(np.zeros(2), 0)


if __name__ == "__main__":
    unittest.main()
