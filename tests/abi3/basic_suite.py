# SPDX-License-Identifier: BSD-3-Clause
"""What an extension module on descry has to do on every CPython and every NumPy."""

import sys
import unittest

import basic
import numpy as np

PARTICLE = np.dtype([("id", "i8"), ("position", "f8", (3,)), ("label", "S6")], align=True)


class BasicSuite(unittest.TestCase):
    def test_dtype_is_numpys(self):
        self.assertEqual(basic.dtype(), PARTICLE)
        self.assertEqual(basic.dtype().isalignedstruct, True)
        self.assertIs(basic.particle, basic.dtype())

    def test_dtype_is_built_once(self):
        self.assertIs(basic.dtype(), basic.dtype())

    def test_dtype_is_not_leaked(self):
        before = sys.getrefcount(basic.particle)
        for _ in range(100):
            basic.dtype()
        self.assertEqual(sys.getrefcount(basic.particle), before)

    def test_layout_names_every_member(self):
        for name in PARTICLE.names:
            self.assertIn(name, basic.layout())

    def test_mismatch_names_the_field(self):
        other = np.dtype([("id", "i8"), ("position", "f4", (3,)), ("label", "S6")], align=True)
        self.assertIsNone(basic.mismatch(PARTICLE))
        self.assertIn("position", basic.mismatch(other))

    def test_arrays_go_back_and_forth(self):
        array = basic.make(4)
        self.assertEqual(array.dtype, PARTICLE)
        self.assertEqual(array["id"].tolist(), [0, 1, 2, 3])
        self.assertEqual(array["label"].tolist(), [b"proton"] * 4)
        array["position"][:, 0] = [1, 2, 3, 4]
        self.assertEqual(basic.total_x(array), 10.0)
        self.assertEqual(basic.total_x(array[::2]), 4.0)

    def test_wrapped_memory_is_read_only(self):
        array = basic.wrap()
        self.assertEqual(array["id"].tolist(), [7, 8])
        self.assertEqual(array["position"][0].tolist(), [1.0, 2.0, 3.0])
        self.assertIs(array.base, basic)
        with self.assertRaises(ValueError):
            array["id"] = 0

    def test_refuses_other_arrays(self):
        with self.assertRaises(TypeError):
            basic.total_x(np.zeros(3))
        with self.assertRaises(TypeError):
            basic.total_x([1, 2, 3])
        with self.assertRaises(TypeError):
            basic.total_x(np.zeros((2, 2), PARTICLE))


if __name__ == "__main__":
    unittest.main()
