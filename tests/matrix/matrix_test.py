# SPDX-License-Identifier: BSD-3-Clause
"""A fast cut of the matrix: one binary with a NumPy 1.x and with the newest 2.x."""

import os
import unittest

import matrix


class MatrixTest(unittest.TestCase):
    def test_one_binary_serves_old_and_new_numpy(self):
        rows = matrix.main(["--quick", "--folder", os.environ["TEST_TMPDIR"]])
        self.assertEqual(len(rows), 2)
        for row in rows:
            self.assertNotIn("FAILED", row)
        skipped = [row.own for row in rows if row.own.startswith("skipped")]
        if skipped:
            print("\n".join(skipped))
            self.skipTest(skipped[0])
        self.assertEqual([row.numpy[0] for row in rows], ["1", "2"])
        self.assertNotIn("", [row.limited for row in rows])


if __name__ == "__main__":
    unittest.main()
