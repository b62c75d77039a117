# SPDX-License-Identifier: BSD-3-Clause
import unittest

import assay
import numpy as np
import survey


class ModulesTest(unittest.TestCase):
    def test_share_one_dtype(self):
        self.assertIs(assay.ore_sample, survey.ore_sample)
        self.assertEqual(survey.ore_sample, np.dtype(
            [("depth", "i4"), ("grams", "f4", (2,)), ("mineral", "S8")], align=True))

    def test_take_what_the_other_makes(self):
        samples = survey.drill(5)
        self.assertEqual(samples["mineral"].tolist(), [b"pyrite", b"galena"] * 2 + [b"pyrite"])
        self.assertEqual(assay.gold(samples), 5.0)
        self.assertEqual(assay.gold(samples[::2]), 3.0)
        self.assertEqual(assay.depths(samples[::-1]).tolist(), [4, 3, 2, 1, 0])

    def test_refuse_other_arrays(self):
        with self.assertRaisesRegex(TypeError, "ore_sample"):
            assay.gold(np.zeros(3))

    def test_serve_every_python_or_one(self):
        self.assertRegex(survey.__file__, r"survey\.abi3\.so$")
        self.assertRegex(assay.__file__, r"assay\.so$")


if __name__ == "__main__":
    unittest.main()
