# SPDX-License-Identifier: BSD-3-Clause
"""Extension modules that each link their own copy of descry and meet in one registry."""

import unittest

import numpy as np

import shared_c
import shared_cc
import shared_other


class SharedTest(unittest.TestCase):
    def test_modules_that_declare_one_struct_share_its_dtype(self):
        self.assertIs(shared_c.dtype(), shared_cc.dtype())
        self.assertIs(shared_c.dtype_of_other(), shared_cc.dtype_of_other())
        self.assertIs(shared_c.dtype_of_other()["from"], shared_cc.dtype())

    def test_the_first_module_s_type_is_found_by_all(self):
        first = shared_c.dtype() is not None and shared_c.find("shared_point")
        self.assertIn(first, (shared_c.own(), shared_cc.own()))
        self.assertEqual(shared_cc.find("shared_point"), first)
        self.assertEqual(shared_cc.find("no such type"), 0)

    def test_another_layout_of_that_name_is_refused_with_both_drawings(self):
        shared_c.dtype()
        with self.assertRaises(TypeError) as raised:
            shared_other.dtype()
        self.assertEqual(
            str(raised.exception),
            "two types of different layout are called shared_point: the one that was registered first is\n"
            "shared_point: 16 bytes, alignment 4\n"
            "  offset  size  field\n"
            "       0     4  x       int32\n"
            "       4     4  y       int32\n"
            "       8     6  name    S6\n"
            "      14     2  (hole)\n"
            "and this one is\n"
            "shared_point: 16 bytes, alignment 8\n"
            "  offset  size  field\n"
            "       0     8  x       float64\n"
            "       8     8  y       float64")
        self.assertIs(shared_c.dtype(), shared_cc.dtype())

    def test_a_dtype_that_was_renamed_is_replaced_for_all(self):
        renamed = shared_c.dtype()
        shared_cc.dtype()
        np.zeros(1, renamed).dtype.names = ("p", "q", "r")
        fresh = shared_cc.dtype()
        self.assertIsNot(fresh, renamed)
        self.assertEqual(fresh.names, ("x", "y", "name"))
        self.assertIs(shared_c.dtype(), fresh)


if __name__ == "__main__":
    unittest.main()
