# SPDX-License-Identifier: BSD-3-Clause
"""The operations that NumPy has, beside NumPy's own, and those that keep the dtype where it does not."""

import sys
import unittest
import warnings

import numpy as np

import operations
import operations_abi3
from kinds import KINDS, NUMBERS, random_column, strided

HOLEY = np.dtype({"names": ["a", "b"], "formats": ["i4", "f4"], "offsets": [0, 16], "itemsize": 32})
UNION = np.dtype({"names": ["t", "i", "f"], "formats": ["u1", "i8", "f8"], "offsets": [0, 8, 8], "itemsize": 16})
PACKED = np.dtype([("a", "u1"), ("b", "f8"), ("s", "S3")])
ALIGNED = np.dtype([("a", "u1"), ("b", "f8"), ("n", [("x", "f4"), ("y", "i2", (2,))])], align=True)
RECORDS = [HOLEY, UNION, PACKED, ALIGNED]


def as_void(array):
    """The same memory as elements that are nothing but bytes; of objects, what NumPy can join."""
    if array.dtype.hasobject:
        return array
    interface = dict(array.__array_interface__, typestr="|V%d" % array.itemsize,
                     descr=[("", "|V%d" % array.itemsize)])

    class Holder:
        __array_interface__ = interface
        keep = array

    return np.asarray(Holder())


def bytes_of(array):
    """Every byte of an array's elements, those of holes too."""
    return as_void(array).tobytes()


class ShapeCase:
    module = None

    def setUp(self):
        self.m = self.module
        self.random = np.random.RandomState(2)

    def assertRaisesText(self, kind, text, call, *args):
        with self.assertRaises(kind) as caught:
            call(*args)
        self.assertIn(text, str(caught.exception))

    def make(self, dtype, shape):
        """An array with random bytes everywhere, also in the holes."""
        count = int(np.prod(shape))
        if dtype == np.dtype("O"):
            return np.array([object() for _ in range(count)] + [None], "O")[:-1].reshape(shape)
        return np.frombuffer(bytearray(self.random.bytes(count * dtype.itemsize) or b"\0"), "u1")[
            :count * dtype.itemsize].view(dtype).reshape(shape)

    def every_array(self, shape):
        for dtype in [*RECORDS, *map(np.dtype, KINDS)]:
            yield self.make(dtype, shape)

    def assertSame(self, found, expected):
        self.assertEqual(found.shape, expected.shape)
        self.assertIs(type(found), type(expected))
        self.assertEqual(bytes_of(found), bytes_of(expected), found.dtype)

    # The same elements in another shape.

    def test_shapes_are_numpys_own_with_the_dtype_object_kept(self):
        for array in self.every_array((2, 3, 4)):
            pairs = [(self.m.reshape(array, 2, (6, -1, 0), 0), array.reshape(6, -1)),
                     (self.m.reshape(array, 3, (4, 3, 2), self.m.F_ORDER), array.reshape((4, 3, 2), order="F")),
                     (self.m.ravel(array, self.m.C_ORDER), array.ravel()),
                     (self.m.ravel(array.T, self.m.F_ORDER), array.T.ravel("F")),
                     (self.m.transpose(array), array.T), (self.m.transpose(array, 2, 0, 1), array.transpose(2, 0, 1)),
                     (self.m.swapaxes(array, 0, -1), array.swapaxes(0, -1)),
                     (self.m.squeeze(array[:1]), array[:1].squeeze())]
            for found, expected in pairs:
                self.assertIs(found.dtype, array.dtype)
                self.assertEqual(found.strides, expected.strides)
                self.assertEqual(found.tolist() if array.dtype == "O" else None, expected.tolist() if array.dtype == "O" else None)
                if not array.dtype.names:
                    self.assertSame(found, expected)
            self.assertTrue(np.shares_memory(self.m.transpose(array), array))
            self.assertTrue(np.shares_memory(self.m.reshape(array, 1, (24, 0, 0), 0), array))
        self.assertIs(self.m.squeeze(array), array)

    def test_classes_stay(self):
        array = np.rec.array([(1, 2.)] * 4, [("a", "i4"), ("b", "f4")])
        for found in (self.m.reshape(array, 2, (2, 2, 0), 0), self.m.transpose(array), self.m.squeeze(array),
                      self.m.ravel(array, 0), self.m.take(array, [0, 1], 0), self.m.repeat(array, 2, 0)):
            self.assertIs(type(found), np.recarray)

    def test_selects_as_numpy_does(self):
        for array in self.every_array((3, 4)):
            for each in (array, *strided(array), array.T):
                for axis in (0, 1, -1, -2, None):
                    length = each.size if axis is None else each.shape[axis]
                    condition = self.random.rand(length) < .5
                    counts = self.random.randint(0, 3, length)
                    pairs = [(self.m.take(each, [0, -1, 2, 2], axis), each.take([0, -1, 2, 2], axis)),
                             (self.m.take(each, [[0], [1]], axis), each.take([[0], [1]], axis)),
                             (self.m.compress(each, condition, axis), each.compress(condition, axis)),
                             (self.m.compress(each, [True], axis), each.compress([True], axis)),
                             (self.m.repeat(each, 2, axis), each.repeat(2, axis)),
                             (self.m.repeat(each, counts, axis), each.repeat(counts, axis))]
                    for found, expected in pairs:
                        self.assertIs(found.dtype, each.dtype)
                        self.assertSame(found, expected)

    def test_selecting_keeps_every_byte(self):
        array = self.make(HOLEY, 6)
        whole = array.view("V32")
        self.assertEqual(bytes_of(self.m.take(array, [5, 0], 0)), whole[[5, 0]].tobytes())
        self.assertEqual(bytes_of(self.m.repeat(array, 2, 0)), whole.repeat(2).tobytes())
        self.assertEqual(bytes_of(self.m.compress(array, [1, 0, 0, 1], 0)), whole[[0, 3]].tobytes())

    def test_an_array_without_dimensions_has_one_here(self):
        array = np.array(5)
        for axis in (0, -1, None):
            self.assertEqual(self.m.take(array, [0, 0], axis).tolist(), [5, 5])
            self.assertEqual(self.m.repeat(array, 3, axis).tolist(), [5, 5, 5])
        self.assertRaisesText(ValueError, "axis 1 is out of bounds for an array of 0 dimensions", self.m.take, array, [0], 1)
        self.assertEqual(self.m.reshape(array, 2, (1, 1, 0), 0).shape, (1, 1))
        self.assertEqual(self.m.transpose(array).shape, ())
        self.assertRaises(ValueError, self.m.swapaxes, array, 0, 0)

    def test_an_axis_has_no_other_name_on_any_numpy(self):
        array = np.zeros((2, 2))
        for axis in (32, 2, -3, 2 ** 30, -2 ** 31 + 1):
            for call in (self.m.take, self.m.compress, self.m.repeat):
                self.assertRaisesText(ValueError, "axis %d is out of bounds for an array of 2 dimensions" % axis,
                                      call, array, [1], axis)
            self.assertRaises(ValueError, self.m.swapaxes, array, axis, 0)
            self.assertRaises(ValueError, self.m.concatenate, array.dtype, [array], axis)
        self.assertRaises(ValueError, self.m.swapaxes, array, -2 ** 31, 0)

    def test_refuses_what_does_not_fit(self):
        array = np.zeros((2, 3))
        for call, args in ((self.m.reshape, (2, (4, 2, 0), 0)), (self.m.reshape, (2, (-1, -1, 0), 0)),
                           (self.m.reshape, (-1, (1, 1, 1), 0)), (self.m.reshape, (65, (1, 1, 1), 0)),
                           (self.m.transpose, (0, 0)), (self.m.transpose, (0, 2)), (self.m.ravel, (5,)),
                           (self.m.reshape, (1, (6, 0, 0), 3)), (self.m.repeat, ([1, 2, 3, 4], 0)),
                           (self.m.repeat, (-1, 0))):
            self.assertRaises(ValueError, call, array, *args)
        self.assertRaises(IndexError, self.m.take, array, [2], 0)
        self.assertRaises(IndexError, self.m.take, array, [-3], 0)
        for wrong in ([.5], ["1"], np.array([1.]), None, [1j]):
            self.assertRaisesText(TypeError, "expected integers, got an array of", self.m.take, array, wrong, 0)
            self.assertRaisesText(TypeError, "expected integers, got an array of", self.m.repeat, array, wrong, 0)
        self.assertRaises(TypeError, self.m.take, array, np.array([2 ** 64 - 1], "u8"), 0)
        for right in ([], np.array([1], "u4"), np.array([True]), np.array([1], ">i2"), 1):
            self.assertEqual(self.m.take(array, right, 0).shape[-1], 3)
        for call, args in ((self.m.ravel, (0,)), (self.m.transpose, ()), (self.m.squeeze, ()), (self.m.take, ([0], 0)),
                           (self.m.dot, (array,)), (self.m.swapaxes, (0, 0))):
            self.assertRaisesText(TypeError, "expected an array, got an object of type list", call, [1.], *args)

    def test_masked_arrays_are_refused_where_a_mask_is_set(self):
        masked = np.ma.array([[1., 2.]], mask=[[0, 1]])
        calls = [lambda a: self.m.reshape(a, 1, (2, 0, 0), 0), lambda a: self.m.ravel(a, 0), self.m.transpose,
                 self.m.squeeze, lambda a: self.m.swapaxes(a, 0, 1), lambda a: self.m.take(a, [0], 0),
                 lambda a: self.m.compress(a, [1], 0), lambda a: self.m.repeat(a, 2, 0),
                 lambda a: self.m.cast("f4", a), lambda a: self.m.dot(a, np.ones(2)),
                 lambda a: self.m.inner(np.ones(2), a), lambda a: self.m.einsum("ij", [a]),
                 lambda a: self.m.concatenate("f8", [a], 0), lambda a: self.m.stack("f8", [a], 0),
                 lambda a: self.m.where("f8", True, a, np.ones(1)), lambda a: self.m.where("f8", a, np.ones(1), np.ones(1))]
        for call in calls:
            self.assertRaisesText(TypeError, "masked array with elements masked out", call, masked)
            call(np.ma.array([[1., 2.]]))

    # Numbers.

    def test_casts_numbers_as_astype_does(self):
        for one in NUMBERS:
            array = random_column(self.random, one, (3, 4))
            for other in NUMBERS:
                with np.errstate(all="ignore"):
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        expected = array.astype(other)
                        found = self.m.cast(other, array)
                        turned = self.m.cast(other, array.T)
                self.assertEqual(found.dtype, np.dtype(other))
                self.assertEqual(repr(found.tolist()), repr(expected.tolist()), (one, other))
                self.assertEqual(repr(turned.tolist()), repr(expected.T.tolist()))
                self.assertTrue(turned.flags.f_contiguous)
                self.assertFalse(np.shares_memory(found, array))

    def test_computes_with_numbers(self):
        for kind in NUMBERS:
            if np.dtype(kind).kind in "?b":
                continue
            one = self.random.randint(0, 3, (3, 4)).astype(kind)
            other = self.random.randint(0, 3, (4, 2)).astype(kind)
            for found, expected in ((self.m.dot(one, other), np.dot(one, other)),
                                    (self.m.inner(one, other.T), np.inner(one, other.T)),
                                    (self.m.dot(one[0], other[:, 0]), np.dot(one[0], other[:, 0])),
                                    (self.m.einsum("ij,jk->ki", [one, other]), np.einsum("ij,jk->ki", one, other)),
                                    (self.m.einsum("ij->", [one]), np.einsum("ij->", one))):
                self.assertIs(type(found), type(expected))
                self.assertEqual(found.tolist(), expected.tolist())
                self.assertEqual(found.dtype, expected.dtype)
        self.assertRaises(ValueError, self.m.dot, one, one)
        self.assertRaises(ValueError, self.m.einsum, "ij,jk", [one])
        self.assertRaisesText(ValueError, "descry_einsum needs one array at least, got 0", self.m.einsum, "", [])

    def test_records_and_text_are_not_numbers(self):
        for array in [self.make(each, 2) for each in RECORDS] + [np.zeros(2, each) for each in ("S1", "U1", "M8[s]", "O", "V4")]:
            self.assertRaisesText(TypeError, "descry_dot takes arrays of numbers, got one of", self.m.dot, array, array)
            self.assertRaisesText(TypeError, "descry_inner takes", self.m.inner, np.ones(2), array)
            self.assertRaisesText(TypeError, "descry_einsum takes", self.m.einsum, "i", [array])
            self.assertRaisesText(TypeError, "descry_cast takes", self.m.cast, "f8", array)
            self.assertRaisesText(TypeError, "descry_cast makes arrays of numbers, not of", self.m.cast, array.dtype, np.ones(2))

    # Several arrays.

    def test_concatenates_and_stacks_every_kind_and_layout(self):
        for array in self.every_array((2, 3)):
            for each in (array, *strided(array), array.T, array[:, :0], array[:1]):
                for axis in range(-each.ndim, each.ndim):
                    other = each[:1] if axis % each.ndim == 0 else each[:, :2]
                    found = self.m.concatenate(array.dtype, [each, other, each], axis)
                    self.assertEqual(found.dtype, array.dtype)
                    self.assertEqual(found.dtype.itemsize, array.itemsize)
                    expected = np.concatenate([as_void(each), as_void(other), as_void(each)], axis)
                    self.assertEqual(bytes_of(found), expected.tobytes())
                for axis in range(-each.ndim - 1, each.ndim + 1):
                    found = self.m.stack(array.dtype, [each, each[::-1]], axis)
                    self.assertEqual(found.dtype, array.dtype)
                    self.assertEqual(bytes_of(found), np.stack([as_void(each), as_void(each[::-1])], axis).tobytes())
                found = self.m.concatenate(array.dtype, [each, each[:1, :1]], None)
                self.assertEqual(bytes_of(found), np.concatenate([as_void(each), as_void(each[:1, :1])], None).tobytes())

    def test_chooses_every_kind_and_layout(self):
        for array in self.every_array((2, 3)):
            mask = self.random.rand(2, 3) < .5
            for one, other, condition in ((array, array[::-1], mask), (array, array[0], mask), (array[:1, :1], array, mask),
                                          (array[0], array[:, :1], True), (array[0], array[1], [1., 0, np.nan]),
                                          (array.T, array.T[::-1], mask.T), (array[:, :0], array[0, :1], mask[:, :1])):
                found = self.m.where(array.dtype, condition, one, other)
                expected = np.where(condition, as_void(one), as_void(other))
                self.assertEqual(found.dtype, array.dtype)
                self.assertEqual(found.shape, expected.shape)
                self.assertEqual(bytes_of(found), expected.tobytes(), array.dtype)

    def test_fortran_order_stays(self):
        array = np.asfortranarray(self.make(HOLEY, (3, 4)))
        self.assertTrue(self.m.concatenate(HOLEY, [array, array], 0).flags.f_contiguous)
        self.assertTrue(self.m.where(HOLEY, np.ones((3, 4), "?", order="F"), array, array).flags.f_contiguous)

    def test_references_of_objects_stay_right(self):
        mark = object()
        before = sys.getrefcount(mark)
        array = np.array([(1, mark), (2, mark)], [("n", "i4"), ("o", "O")])
        made = [self.m.concatenate(array.dtype, [array] * 3, 0), self.m.stack(array.dtype, [array] * 3, 1),
                self.m.where(array.dtype, [True, False], array, array[::-1]), self.m.take(array, [0, 0], 0),
                self.m.repeat(array, 2, 0), self.m.compress(array, [1], 0), self.m.concatenate(array.dtype, [array], None)]
        self.assertEqual(sys.getrefcount(mark) - before, 2 + sum(each.size for each in made))
        del array, made
        self.assertEqual(sys.getrefcount(mark), before)

    def test_refuses_to_join_what_does_not_fit(self):
        one, other = np.zeros((2, 3)), np.zeros((3, 3))
        self.assertRaisesText(ValueError, "descry_concatenate: array 1 has shape (3, 3), the first one (2, 3): they may "
                              "differ along axis 1 only", self.m.concatenate, "f8", [one, other], 1)
        self.assertRaisesText(ValueError, "array 1 has shape (3,)", self.m.concatenate, "f8", [one, other[0]], 0)
        self.assertRaisesText(ValueError, "descry_stack: array 1 has shape (3, 3), the first one (2, 3)", self.m.stack,
                              "f8", [one, other], 0)
        for call in (self.m.concatenate, self.m.stack):
            self.assertRaisesText(ValueError, "needs one array at least, got 0", call, "f8", [], 0)
            self.assertRaisesText(TypeError, "expected float64, got float32", call, "f8", [one, one.astype("f4")], 0)
            self.assertRaisesText(TypeError, "got an object of type list", call, "f8", [one, [1.]], 0)
        self.assertRaisesText(ValueError, "descry_concatenate needs arrays that have an axis, got one without dimensions",
                              self.m.concatenate, "f8", [np.array(1.)], 0)
        self.assertEqual(self.m.stack("f8", [np.array(1.), np.array(2.)], 0).tolist(), [1, 2])
        self.assertRaisesText(ValueError, "axis 3 is out of bounds for an array of 3 dimensions", self.m.stack, "f8", [one], 3)
        self.assertRaisesText(ValueError, "cannot be broadcast together", self.m.where, "f8", True, one, other)
        self.assertRaises(TypeError, self.m.where, "f8", True, one, 1.)
        huge = np.lib.stride_tricks.as_strided(one, (2 ** 58,), (0,))
        self.assertRaises(ValueError, self.m.concatenate, "f8", [huge] * 40, 0)
        self.assertRaises(ValueError, self.m.stack, "f8", [np.zeros((1,) * (32 if np.__version__ < "2" else 64))], 0)

    def test_what_is_written_elsewhere_is_not_read(self):
        array = np.zeros((2, 3))
        calls = [lambda: self.m.take(array, [0], 0), lambda: self.m.repeat(array, 2, 0), lambda: self.m.compress(array, [1], 0),
                 lambda: self.m.cast("f4", array), lambda: self.m.dot(array, array.T), lambda: self.m.inner(array, array),
                 lambda: self.m.einsum("ij", [array]), lambda: self.m.concatenate("f8", [array], 0),
                 lambda: self.m.stack("f8", [array], 0), lambda: self.m.where("f8", True, array, array),
                 lambda: self.m.ravel(array.T, 0), lambda: self.m.reshape(array, 1, (6, 0, 0), self.m.F_ORDER)]
        for call in calls:
            self.m.while_borrowed(array, False, call)
            self.assertRaises(BufferError, self.m.while_borrowed, array, True, call)
        for call in (lambda: self.m.transpose(array), lambda: self.m.ravel(array, 0), lambda: self.m.squeeze(array),
                     lambda: self.m.swapaxes(array, 0, 1), lambda: self.m.reshape(array, 1, (6, 0, 0), 0)):
            self.m.while_borrowed(array, True, call)  # only looks at it


class FullTest(ShapeCase, unittest.TestCase):
    module = operations


class LimitedTest(ShapeCase, unittest.TestCase):
    module = operations_abi3
