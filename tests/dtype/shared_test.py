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

    def test_two_layouts_of_one_name_get_a_dtype_each(self):
        self.assertEqual(shared_c.dtype().names, ("x", "y", "name"))
        self.assertEqual(shared_other.dtype(), np.dtype([("x", "f8"), ("y", "f8")]))
        self.assertIs(shared_other.dtype_of_other()["from"], shared_other.dtype())
        self.assertIs(shared_c.dtype_of_other()["from"], shared_cc.dtype())
        self.assertIn(shared_other.find("shared_point"),
                      (shared_c.own(), shared_cc.own(), shared_other.own()))

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
