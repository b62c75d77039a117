# SPDX-License-Identifier: BSD-3-Clause
"""Views that two modules, each with its own copy of descry, have of one array: its memory stays until the last is closed."""

import itertools
import unittest

import numpy as np
import viewer_one as one
import viewer_two as two


def owning(value):
    array = np.full(4, value)
    assert array.flags.owndata
    return array


class ViewersTest(unittest.TestCase):
    def check_pinned(self, array, held):
        self.assertFalse(array.flags.owndata)
        with self.assertRaises(ValueError):
            array.resize(100000, refcheck=False)
        for module, view in held:
            self.assertEqual(module.first(view), 7.5)

    def test_the_memory_stays_until_the_last_view_is_closed(self):
        for opened in itertools.product([one, two], repeat=3):
            for order in itertools.permutations(range(3)):
                array = owning(7.5)
                held = [(module, module.open(array)) for module in opened]
                for i in order:
                    self.check_pinned(array, held[i:i + 1])
                    opened[i].close(held[i][1])
                self.assertTrue(array.flags.owndata)
                array.resize(8, refcheck=False)

    def test_a_view_through_another_array_pins_the_owner(self):
        array = owning(7.5)
        direct, through = one.open(array), two.open(array[:2].reshape(2, 1))
        one.close(direct)
        self.check_pinned(array, [(two, through)])
        two.close(through)
        self.assertTrue(array.flags.owndata)

    def test_views_outlive_the_array(self):
        array = owning(7.5)
        held = [(one, one.open(array)), (two, two.open(array))]
        del array
        np.full(4, 0.0)
        for module, view in held:
            self.assertEqual(module.first(view), 7.5)


if __name__ == "__main__":
    unittest.main()
