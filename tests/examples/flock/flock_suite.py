# SPDX-License-Identifier: BSD-3-Clause
"""What docs/examples/pybind11 and docs/examples/nanobind both do: `flock` is either's module."""

import gc
import sys
import threading
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
                     lambda: flock.fly(birds, 1), lambda: flock.average(birds),
                     lambda: flock.in_order(birds), lambda: flock.turn(birds[0])):
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

    def test_views_that_may_be_none(self):
        birds = flock.hatch(3)
        self.assertEqual([flock.weigh_some(None), flock.weigh_some(birds)], [0, 1.5])
        self.assertEqual([flock.is_given(None), flock.is_given(birds)], [False, True])
        for wrong in 5, np.zeros(2):
            self.assertRaises(TypeError, flock.weigh_some, wrong)
            with self.assertRaisesRegex(TypeError, "expected an array of Bird"):
                flock.is_given(wrong)
        with self.assertRaises(TypeError):
            flock.weigh(None)

    def test_lists_of_views(self):
        birds = flock.hatch(6)
        self.assertEqual(flock.count([birds, birds[::2], birds.reshape(2, 3)]), 15)
        self.assertEqual(flock.count([]), 0)
        self.assertRaises(TypeError, flock.count, [birds, None])
        self.assertRaises(TypeError, flock.count, [birds, np.zeros(2)])
        flock.fly(birds, 1)

    def test_single_elements(self):
        row = (7, (0.0, 1.0, 2.0), (0.0, 0.0, 0.0), 0.5)
        expected = np.array([row], flock.Bird)[0]
        expected["weight"] += 1
        for bird in row, dict(zip(flock.Bird.names, row)), np.array([row], flock.Bird)[0]:
            result = flock.fatten(bird, 1)
            self.assertIs(type(result), np.void)
            self.assertEqual(result, expected)
        for wrong, text in (row[:3], "4"), (row[:3] + ("heavy",), "weight"), (None, "None"):
            with self.assertRaisesRegex((TypeError, ValueError), text):
                flock.fatten(wrong, 1)

    def test_the_struct_itself_is_a_parameter_and_a_result(self):
        row = (7, (0.0, 1.0, 2.0), (3.0, 0.0, -4.0), 0.5)
        scalar = np.array([row], flock.Bird)[0]
        forms = row, list(row), dict(zip(flock.Bird.names, row)), scalar
        for bird in forms:
            turned = flock.turn(bird)
            self.assertIs(type(turned), np.void)
            self.assertEqual(turned.dtype, flock.Bird)
            self.assertEqual(turned["velocity"].tolist(), [-3, 0, 4])
            self.assertEqual(turned["ring"], 7)
            slow = flock.hatch(1)[0]
            self.assertEqual([flock.is_faster(bird, slow), flock.is_faster(slow, bird)], [True, False])
        self.assertEqual(scalar["velocity"].tolist(), [3, 0, -4])
        for wrong, text in (row[:3], "expected 4 values for Bird"), (row[:3] + ("heavy",), "field 'weight'"), (None, "None"):
            for call in lambda: flock.turn(wrong), lambda: flock.is_faster(wrong, row):
                with self.assertRaisesRegex((TypeError, ValueError), text):
                    call()

    def test_lists_of_the_struct_itself(self):
        birds = flock.hatch(3)
        birds["weight"] = [1, 3, 2]
        self.assertEqual(flock.heaviest(list(birds))["ring"], 1)
        self.assertEqual(flock.heaviest([each.item() for each in birds])["ring"], 1)
        self.assertIsNone(flock.heaviest([]))
        for wrong in [(1, 2)], [None], 5:
            self.assertRaises((TypeError, ValueError), flock.heaviest, wrong)

    def test_vectors_of_whatever_holds_birds(self):
        birds = flock.hatch(3)[::-1]
        expected = [(i, [0.0] * 3, [float(i), 0.0, 0.0], 0.5) for i in range(3)]
        columns = {name: birds[name] for name in flock.Bird.names}
        for any in birds, expected[::-1], columns, birds.tobytes(), iter(birds):
            self.assertEqual(flock.in_order(any), expected)
        with self.assertRaisesRegex(TypeError, "argument 'birds': row 0, field 'weight': expected float32, got str 'x'"):
            flock.in_order([(1, (0, 0, 0), (0, 0, 0), "x")])

    def test_exceptions_go_through_both_ways(self):
        class Lost(Exception):
            pass

        def callback(ring):
            if ring == 2:
                raise Lost("ring %d" % ring)

        birds = flock.hatch(2)
        flock.watch(birds, callback)
        with self.assertRaisesRegex(Lost, "ring 2"):
            flock.watch(flock.hatch(3), callback)

    def test_signatures_have_types(self):
        self.assertRegex(flock.weigh.__doc__, r"numpy.typing.NDArray\[numpy.void\]")
        self.assertRegex(flock.average.__doc__, r"numpy.typing.NDArray\[numpy.float64\]")
        self.assertRegex(flock.hatch.__doc__, r"-> numpy.typing.NDArray\[numpy.void\]")

    def test_views_by_value_without_the_gil(self):
        birds = flock.hatch(4)
        flock.fastest(birds)
        before = sys.getrefcount(birds), sys.getrefcount(flock.Bird)

        def call():
            for _ in range(20000):
                flock.fastest(birds)

        threads = [threading.Thread(target=call) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual((sys.getrefcount(birds), sys.getrefcount(flock.Bird)), before)

    def test_a_class_that_owns_its_birds(self):
        roost = flock.Roost()
        roost.settle(flock.hatch(3))
        birds = roost.birds
        roost.feed(1)
        self.assertEqual(birds["weight"].tolist(), [1.5] * 3)
        birds["ring"][1] = 70
        self.assertEqual(roost.birds["ring"].tolist(), [0, 70, 2])
        part = birds["ring"][1:]
        del birds
        for grow in lambda: roost.settle(flock.hatch(100)), roost.empty:
            self.assertRaisesRegex(BufferError, "cannot be moved", grow)
        self.assertEqual(part.tolist(), [70, 2])
        del part, grow
        roost.empty()
        self.assertEqual(roost.birds.shape, (0,))

    def test_arrays_outlive_the_class(self):
        roost = flock.Roost()
        roost.settle(flock.hatch(3))
        birds, distances = roost.birds, roost.distances
        del roost
        gc.collect()
        self.assertEqual(birds["ring"].tolist(), [0, 1, 2])
        self.assertEqual(distances.tolist(), [0, 0, 0])
        self.assertFalse(distances.flags.writeable)


if __name__ == "__main__":
    unittest.main()
