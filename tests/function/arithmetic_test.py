# SPDX-License-Identifier: BSD-3-Clause
"""Arithmetic on structs, beside NumPy's on each of their fields."""

import gc
import sys
import unittest

import numpy as np

import arithmetic
import arithmetic_abi3

OLD = int(np.__version__.split(".")[0]) < 2
OF_FLOATS = ("vec3", "vec2f", "mixed", "nested", "tight")
ALL = OF_FLOATS + ("integers",)


def leaves(array):
    """Views of all numbers of a record array, by path."""
    if not array.dtype.names:
        return {"": array}
    return {name + path: leaf for name in array.dtype.names for path, leaf in leaves(array[name]).items()}


def cut(value, dtype):
    """What comes of floats in an integer dtype: cut, kept within its range, NaN as 0."""
    if dtype.kind not in "iu":
        return value.astype(dtype)
    limits = np.iinfo(dtype)
    result = np.zeros(value.shape, dtype)
    flat = result.reshape(-1)
    for i, each in enumerate(value.reshape(-1)):
        if each == each:
            flat[i] = limits.max if each >= limits.max else limits.min if each <= limits.min else int(each)
    return result


class ArithmeticCase:
    module = None

    def setUp(self):
        self.f = self.module

    def random(self, name, shape, seed=1):
        """Elements whose members are small and large numbers of either sign."""
        array = np.zeros(shape, getattr(self.f, name))
        numbers = np.random.RandomState(seed)
        for leaf in leaves(array).values():
            kind = leaf.dtype.kind
            if kind in "iu":
                limits = np.iinfo(leaf.dtype)
                values = [numbers.randint(max(limits.min, -9), 10), limits.min, limits.max, 0, 1, limits.max - 3]
                leaf[...] = np.array([values[i % 6] if i % 3 else int(numbers.randint(1, 99))
                                      for i in numbers.randint(0, 99, leaf.size)], leaf.dtype).reshape(leaf.shape)
            else:
                leaf[...] = numbers.randn(*leaf.shape) * 10
                if kind == "c":
                    leaf[...] += 1j * numbers.randn(*leaf.shape)
        return array

    def check(self, actual, expected):
        for path, leaf in leaves(actual).items():
            with self.subTest(path=path):
                self.assertEqual(leaf.dtype, expected[path].dtype)
                np.testing.assert_array_equal(leaf, expected[path])

    def wide(self, number, leaf):
        """A number beside the leaf, which may have dimensions of its own."""
        number = np.asarray(number, "f8" if leaf.dtype.kind not in "iu" else None)
        return number.reshape(number.shape + (1,) * (leaf.ndim - 1)) if number.ndim else number

    def test_is_there_for_each_struct(self):
        self.assertEqual(self.f.add.ntypes, 6)
        self.assertEqual(self.f.multiply.ntypes, 12)
        self.assertEqual(self.f.divide.ntypes, 5)
        self.assertEqual(self.f.floor_divide.types, ["integers, int64 -> integers"])
        self.assertIn("vec3, float64 -> vec3", self.f.multiply.types)
        self.assertIn("float64, vec3 -> vec3", self.f.multiply.types)
        self.assertEqual(self.f.equal.types[0], "vec3, vec3 -> bool_")

    def test_computes_member_by_member(self):
        with np.errstate(all="ignore"):
            for name in ALL:
                a, b = self.random(name, 50), self.random(name, 50, 2)
                for one, other in [(a, b), (a[::2], b[::-2]), (a[3], b), (a[::-1], b[7:8])]:
                    x, y = leaves(np.broadcast_arrays(one, other)[0]), leaves(np.broadcast_arrays(one, other)[1])
                    self.check(self.f.add(one, other), {path: x[path] + y[path] for path in x})
                    self.check(self.f.subtract(one, other), {path: x[path] - y[path] for path in x})
                x = leaves(a)
                self.check(self.f.negative(a), {path: -x[path] for path in x})

    def test_multiplies_and_divides_by_a_double(self):
        numbers = np.random.RandomState(3).randn(50) * 1e3
        numbers[:6] = [0, 1, -1, np.inf, -np.inf, np.nan]
        with np.errstate(all="ignore"):
            for name in OF_FLOATS:
                a = self.random(name, 50)
                for by in (numbers, 2, -0.5, 1e300, numbers[::-1], np.float32(3), 0.0):
                    x = leaves(a)

                    def expected(operation):
                        found = {}
                        for path, leaf in x.items():
                            number = self.wide(np.asarray(by, "f8"), leaf)
                            if leaf.dtype.kind == "c":  # part by part
                                parts = leaf.copy().view(leaf.real.dtype).reshape(leaf.shape + (2,))
                                value = operation(parts.astype("f8"), np.asarray(number)[..., None])
                                found[path] = value.astype(leaf.real.dtype).view(leaf.dtype)[..., 0]
                            elif leaf.dtype.kind in "iu":
                                found[path] = cut(operation(leaf.astype("f8"), number), leaf.dtype)
                            else:
                                wide = leaf.astype(np.promote_types(leaf.dtype, "f8"))
                                found[path] = operation(wide, number).astype(leaf.dtype)
                        return found

                    self.check(self.f.multiply(a, by), expected(np.multiply))
                    self.check(self.f.multiply(by, a), expected(np.multiply))
                    self.check(self.f.divide(a, by), expected(np.divide))

    def test_multiplies_and_divides_integers_exactly(self):
        a = self.random("integers", 60)
        numbers = np.random.RandomState(3).randint(-2 ** 63, 2 ** 63 - 1, 60, dtype="i8")
        numbers[:8] = [0, 1, -1, 2, -2, 7, -2 ** 63, 2 ** 63 - 1]
        for by in (numbers, 3, -7, 0, -1, np.int8(5)):
            each = np.broadcast_to(by, 60)

            def expected(operation):
                found = {}
                for path, leaf in leaves(a).items():
                    bits = 8 * leaf.dtype.itemsize
                    values = [operation(int(one), int(other)) % 2 ** bits for one, other in zip(leaf, each)]
                    found[path] = np.array(values, "u%d" % leaf.dtype.itemsize).view(leaf.dtype)
                return found

            self.check(self.f.multiply(a, by), expected(lambda one, other: one * other))
            self.check(self.f.multiply(by, a), expected(lambda one, other: one * other))
            self.check(self.f.floor_divide(a, by), expected(lambda one, other: one // other if other else 0))
        self.assertRaises(TypeError, self.f.multiply, a, 2.5)
        self.assertRaises(TypeError, self.f.divide, a, 2)

    def test_compares_all_members(self):
        for name in ALL:
            a = self.random(name, 40)
            for leaf in leaves(a).values():
                leaf.reshape(40, -1)[11, -1] = 5
            self.assertTrue(self.f.equal(a, a).all())
            self.assertEqual(self.f.equal(a, a).dtype, bool)
            for path in leaves(a):
                b = a.copy()
                leaf = leaves(b)[path]
                leaf[11] = 5
                leaf[11, ...] = leaf[11] + np.ones((), leaf.dtype)
                self.assertEqual(np.flatnonzero(~self.f.equal(a, b)).tolist(), [11], path)
                self.assertEqual(np.flatnonzero(~self.f.equal(a[::-1], b[::-1])).tolist(), [28], path)
        nan = np.array([(np.nan, 0, 0), (0, -0.0, 1)], self.f.vec3)
        self.assertEqual(self.f.equal(nan, nan).tolist(), [False, True])

    def test_goes_along_with_the_methods(self):
        a = self.random("vec3", (4, 5))
        np.testing.assert_allclose(self.f.add.reduce(a, axis=None)["y"], a["y"].sum())
        np.testing.assert_array_equal(self.f.add.accumulate(a, axis=1)["x"], np.cumsum(a["x"], 1))
        self.assertEqual(self.f.add.reduce(a[:0])["x"].tolist(), [0] * 5)
        b = a.copy()
        self.assertIs(self.f.subtract(b, b[::-1], out=b), b)
        np.testing.assert_array_equal(b["z"], a["z"] - a["z"][::-1])
        self.f.multiply(b, b["x"].copy(), out=b, where=b["x"] > 0)
        self.f.multiply.at(b, (0, 0), 2)
        np.testing.assert_array_equal(self.f.multiply(a, 3.0, threads=2)["x"], a["x"] * 3)

    def test_refuses_what_c_types_do_not_tell(self):
        for which, text in enumerate([
                "there is no arithmetic for stamped: its member 'when' is of the type datetime64_s, not a number of C in this "
                "machine's byte order",
                "there is no arithmetic for outer: its member 'when' is of the type datetime64_s, not a number of C in this "
                "machine's byte order",
                "there is no arithmetic for halves: its member 'h' is of the type float16, not a number of C in this machine's "
                "byte order",
                "there is arithmetic for records of numbers; float64 is not one"]):
            with self.assertRaises(TypeError) as caught:
                self.f.add_for(which)
            self.assertEqual(str(caught.exception), text)

    @unittest.skipIf(OLD, "operators come with NumPy 2.0")
    def test_computes_by_operators(self):
        with np.errstate(all="ignore"):
            for name in ALL:
                a, b = self.random(name, 30), self.random(name, 30, 2)
                self.check(a + b, leaves(self.f.add(a, b)))
                self.check(a - b, leaves(self.f.subtract(a, b)))
                self.check(-a, leaves(self.f.negative(a)))
                self.check(a * 3, leaves(self.f.multiply(a, 3)))
                self.check(3 * a, leaves(self.f.multiply(3, a)))
                self.assertEqual(np.equal(a, b).tolist(), self.f.equal(a, b).tolist())
                self.assertTrue(np.equal(a, a).all())
                if name == "integers":
                    self.check(a // 7, leaves(self.f.floor_divide(a, 7)))
                    self.assertRaises(TypeError, lambda: a / 7)
                else:
                    self.check(a / 7, leaves(self.f.divide(a, 7)))
                    self.check(a * 0.5, leaves(self.f.multiply(a, 0.5)))
        a = self.random("vec3", (3, 4))
        np.testing.assert_allclose(a.sum()["x"], a["x"].sum())
        np.testing.assert_allclose((a.sum(0) / 3)["y"], a["y"].mean(0))

    def test_leaks_nothing(self):
        a = self.random("nested", 20)
        before = sys.getrefcount(self.f.nested)
        for _ in range(100):
            self.f.add(a, a)
            self.f.multiply(a, 2)
            self.assertRaises(TypeError, self.f.add_for, 1)
        gc.collect()
        self.assertLess(sys.getrefcount(self.f.nested) - before, 10)


class FullTest(ArithmeticCase, unittest.TestCase):
    module = arithmetic


class LimitedTest(ArithmeticCase, unittest.TestCase):
    module = arithmetic_abi3
