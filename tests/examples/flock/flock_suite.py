# SPDX-License-Identifier: BSD-3-Clause
"""What docs/examples/pybind11 and docs/examples/nanobind both do: `flock` is either's module."""

import gc
import sys
import unittest
import weakref

import flock
import numpy as np

FIELDS = [("ring", "i8"), ("position", "f8", 3), ("velocity", "f8", 3), ("weight", "f4")]


class FlockTest(unittest.TestCase):
    def test_results_are_record_arrays(self):
        birds = flock.hatch(4)
        self.assertIs(type(birds), np.ndarray)
        self.assertIs(birds.dtype, flock.Bird)
        self.assertEqual(flock.Bird, np.dtype(FIELDS, align=True))
        self.assertEqual(birds["ring"].tolist(), [0, 1, 2, 3])

    def test_memory_is_shared_both_ways(self):
        birds = flock.hatch(4)
        self.assertEqual(flock.address(birds), birds.ctypes.data)
        self.assertEqual(flock.address(birds[1::2]), birds.ctypes.data + birds.itemsize)
        flock.fly(birds[1:], 2)
        self.assertEqual(birds["position"][:, 0].tolist(), [0, 2, 4, 6])

    def test_any_strides_and_ranks(self):
        birds = flock.hatch(6)
        self.assertEqual(flock.weigh(birds[::-2]), 1.5)
        self.assertEqual(flock.weigh(birds.reshape(2, 3).T), 3.0)
        self.assertEqual(flock.weigh(birds[:0]), 0)
        self.assertEqual(flock.weigh(birds[2:3].reshape(())), 0.5)

    def test_a_view_by_value_with_a_rank(self):
        birds = flock.hatch(5)
        self.assertEqual(flock.fastest(birds[:3]), 2)
        self.assertEqual(flock.fastest(birds[:0]), -1)
        with self.assertRaisesRegex(TypeError, "expected a 1-d array of Bird"):
            flock.fastest(birds.reshape(1, 5))

    def test_refusals_name_the_field(self):
        wrong = np.zeros(2, np.dtype(FIELDS[:2] + [("velocity", "f4", 3)] + FIELDS[3:], align=True))
        with self.assertRaisesRegex(TypeError, r"Bird .*field 'velocity'.*expected .*float64.*float32"):
            flock.weigh(wrong)
        with self.assertRaisesRegex(TypeError, "expected an array of Bird .* got an object of type list"):
            flock.weigh([1, 2])

    def test_read_only_memory_is_not_written(self):
        birds = flock.hatch(2)
        birds.flags.writeable = False
        self.assertEqual(flock.weigh(birds), 1)
        with self.assertRaisesRegex(ValueError, "read-only"):
            flock.fly(birds, 1)

    def test_overloads_take_the_one_that_fits(self):
        self.assertEqual(flock.average(flock.hatch(3)), 0.5)
        self.assertEqual(flock.average(np.arange(5.0)), 2.0)
        with self.assertRaisesRegex(TypeError, "expected an array of Bird .*int64"):
            flock.average(np.arange(5))

    def test_errors_inside_the_function_are_pythons(self):
        birds = flock.hatch(3)
        self.assertEqual(flock.ring(birds, -1), 2)
        with self.assertRaisesRegex(IndexError, "3"):
            flock.ring(birds, 3)

    def test_nothing_stays_borrowed_or_referenced(self):
        birds = flock.hatch(3)
        before = sys.getrefcount(birds)
        for call in (lambda: flock.weigh(birds), lambda: flock.fastest(birds),
                     lambda: flock.fly(birds, 1), lambda: flock.average(birds)):
            call()
        for call in (lambda: flock.ring(birds, 9), lambda: flock.fastest(birds[None])):
            self.assertRaises((IndexError, TypeError), call)
        self.assertEqual(sys.getrefcount(birds), before)
        flock.fly(birds, 1)

    def test_vectors_go_with_their_arrays(self):
        birds = flock.hatch(3)
        owner = weakref.ref(birds)
        part = birds["position"]
        del birds
        gc.collect()
        self.assertTrue(owner() is None or owner() is part.base)
        self.assertEqual(part.shape, (3, 3))
        self.assertEqual(part.sum(), 0)


if __name__ == "__main__":
    unittest.main()
