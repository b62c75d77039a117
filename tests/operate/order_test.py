# SPDX-License-Identifier: BSD-3-Clause
"""argsort, sort, searchsorted, unique: beside NumPy's own on columns."""

import ctypes
import sys
import threading
import unittest

import numpy as np

import operations
import operations_abi3
from kinds import KINDS, comes_last, random_column, strided


def stable(column):
    return np.argsort(column, kind="stable", axis=-1)


def descending(column):
    """Stable, the largest first, what is NaN or NaT still last."""
    last = comes_last(column)
    there, rest = np.flatnonzero(~last), np.flatnonzero(last)
    backwards = there[::-1]
    return np.concatenate([backwards[stable(column[backwards])][::-1], rest])


class OrderCase:
    module = None

    def setUp(self):
        self.m = self.module
        self.random = np.random.RandomState(1)

    def assertRaisesText(self, kind, text, call, *args):
        with self.assertRaises(kind) as caught:
            call(*args)
        self.assertIn(text, str(caught.exception))

    def records(self, kind, shape):
        """Records with a hole, a field of `kind`, and a number that tells them apart."""
        dtype = np.dtype({"names": ["n", "key"], "formats": ["i4", kind], "offsets": [2, 8],
                          "itemsize": 8 + np.dtype(kind).itemsize + 3} if kind != "O" else
                         [("n", "i8"), ("key", "O")])
        array = np.zeros(shape, dtype)
        array["n"] = np.arange(array.size).reshape(shape)
        array["key"] = random_column(self.random, kind, shape)
        return array

    def lexsort(self, *columns):
        """By the first column, then by the next; np.lexsort errs with complex numbers in the other byte order."""
        order = np.arange(len(columns[0]))
        for column in reversed(columns):
            order = order[stable(np.ascontiguousarray(column)[order])]
        return order.tolist()

    def test_argsort_of_every_kind_at_every_length_and_stride(self):
        for kind in KINDS:
            for length in (0, 1, 2, 11, 40, 600):
                array = self.records(kind, length)
                expected = stable(array["key"])
                for each in (array, *strided(array)):
                    found = self.m.argsort(each, "key", 0)
                    self.assertEqual(found.dtype, np.intp)
                    self.assertEqual(found.tolist(), expected.tolist(), (kind, length))
                plain = np.ascontiguousarray(array["key"])
                self.assertEqual(self.m.argsort(plain, None, 0).tolist(), expected.tolist(), kind)

    def test_descending_keeps_the_order_of_equal_ones_and_puts_nan_last(self):
        for kind in KINDS:
            if np.dtype(kind).kind in "cV":
                continue  # NumPy orders NaNs of complex numbers among themselves; V has no order there
            array = self.records(kind, 300)
            self.assertEqual(self.m.argsort(array, "key", self.m.DESCENDING).tolist(),
                             descending(array["key"]).tolist(), kind)

    def test_by_several_fields(self):
        for one in KINDS[::5] + ["O"]:
            for other in KINDS[::7] + ["S20"]:
                if "O" in (one, other):
                    dtype = np.dtype([("a", one), ("b", other), ("c", "u1")])
                else:
                    dtype = np.dtype([("c", "u1"), ("a", one), ("b", other)])
                array = np.empty(500, dtype)
                array["a"], array["b"] = (random_column(self.random, each, 500) for each in (one, other))
                array["c"] = self.random.randint(0, 3, 500)
                if "V" in (np.dtype(one).kind, np.dtype(other).kind):
                    continue
                self.assertEqual(self.m.argsort(array, "a,b", 0).tolist(),
                                 self.lexsort(array["a"], array["b"]), (one, other))
                self.assertEqual(self.m.argsort(array, "c ,  b, a", 0).tolist(),
                                 self.lexsort(array["c"], array["b"], array["a"]), (one, other))

    def test_whole_records_nested_ones_and_sub_arrays(self):
        inner = np.dtype([("x", "f8"), ("y", ">i2")])
        dtype = np.dtype([("s", "S2"), ("at", inner, (2,)), ("rgb", "u1", (3,))])
        array = np.zeros(400, dtype)
        array["s"] = random_column(self.random, "S2", 400)
        array["at"]["x"] = self.random.randint(0, 3, (400, 2))
        array["at"]["y"] = self.random.randint(-2, 2, (400, 2))
        array["rgb"] = self.random.randint(0, 2, (400, 3))
        columns = [array["s"], array["at"]["x"][:, 0], array["at"]["y"][:, 0], array["at"]["x"][:, 1],
                   array["at"]["y"][:, 1], *array["rgb"].T]
        expected = np.lexsort(columns[::-1])
        self.assertEqual(self.m.argsort(array, None, 0).tolist(), expected.tolist())
        self.assertEqual(self.m.argsort(array, "", 0).tolist(), expected.tolist())
        self.assertEqual(self.m.argsort(array, "rgb", 0).tolist(), np.lexsort(array["rgb"].T[::-1]).tolist())
        self.assertEqual(self.m.argsort(array, "at.y, s", 0).tolist(),
                         np.lexsort((array["s"], array["at"]["y"][:, 1], array["at"]["y"][:, 0])).tolist())

    def test_along_the_last_axis_of_any_shape(self):
        for shape in ((3, 40), (2, 3, 7), (3, 0), (0, 3), (2, 1), (1,) * 9 + (5,)):
            array = self.records("i4", shape)
            for each in (array, np.asfortranarray(array), array[..., ::-1], array[::-1]):
                found = self.m.argsort(each, "key", 0)
                self.assertEqual(found.shape, shape)
                self.assertEqual(found.tolist(), stable(each["key"]).tolist())

    def test_sorts_in_place(self):
        for kind in KINDS:
            for shape in (0, 1, 300, (3, 50)):
                array = self.records(kind, shape)
                wide = np.zeros(array.shape + (2,), array.dtype)
                for target in (array.copy(), wide[..., 0]):
                    target[...] = array
                    order = stable(array["key"])
                    self.m.sort(target, "key", 0)
                    self.assertEqual(target["n"].tolist(), np.take_along_axis(array["n"], order, -1).tolist(), kind)
                    self.assertEqual(target["key"].tobytes(), np.take_along_axis(array["key"], order, -1).tobytes())

    def test_sorting_moves_every_byte(self):
        array = self.records("i4", 50)
        memory = self.random.bytes(array.nbytes)
        array = np.frombuffer(bytearray(memory), array.dtype)
        expected = np.frombuffer(memory, "V%d" % array.itemsize)[stable(array["key"])].tobytes()
        self.m.sort(array, "key", 0)
        self.assertEqual(array.view("V%d" % array.itemsize).tobytes(), expected)

    def test_searches_every_kind(self):
        for kind in KINDS:
            if np.dtype(kind).kind in "V":
                continue
            array = self.records(kind, 200)
            array = array[stable(array["key"])]
            keys = random_column(self.random, kind, (4, 5))
            for flags, side in ((0, "left"), (self.m.RIGHT, "right")):
                expected = np.searchsorted(np.ascontiguousarray(array["key"]), keys, side)
                found = self.m.searchsorted(array, "key", keys, flags)
                self.assertEqual(found.tolist(), expected.tolist(), (kind, side))
                whole = np.zeros(keys.shape, array.dtype)
                whole["key"] = keys
                self.assertEqual(self.m.searchsorted(array, "key", whole, flags).tolist(), expected.tolist(), kind)

    def test_searches_in_descending_order_and_by_several_fields(self):
        array = np.array([(3, 1.), (3, 0.), (1, 5.), (0, np.nan)], [("a", "i4"), ("b", ">f8")])
        keys = np.array([(3, .5), (3, 1.), (-1, 0.), (0, np.nan)], [("p", "i4"), ("q", "f8")])
        self.assertEqual(self.m.searchsorted(array, "a,b", keys, self.m.DESCENDING).tolist(), [1, 0, 4, 3])
        self.assertEqual(self.m.searchsorted(array, None, keys, self.m.DESCENDING | self.m.RIGHT).tolist(),
                         [1, 1, 4, 4])

    def test_text_of_other_lengths_can_be_searched_for(self):
        array = np.array([b"a", b"ab", b"b"], "S12")
        self.assertEqual(self.m.searchsorted(array, None, np.array([b"aa", b"b"], "S2"), 0).tolist(), [1, 2])
        array = np.array(["a", "ab", "b"], ">U5")
        self.assertEqual(self.m.searchsorted(array, None, np.array(["aa", "b"], "U2"), 0).tolist(), [1, 2])

    def test_refuses_to_search_for_something_else(self):
        array = self.records("i4", 3)
        for wrong in (np.zeros(1, "i8"), np.zeros(1, "f4"), np.zeros(1, "u4"), np.zeros(1, [("a", "i4"), ("b", "i4")])):
            self.assertRaisesText(TypeError, "cannot be searched for among elements of", self.m.searchsorted,
                                  array, "key", wrong, 0)
        self.assertRaisesText(ValueError, "expected a view of one dimension to search in, got one of 2",
                              self.m.searchsorted, array.reshape(3, 1), "key", np.zeros(1, "i4"), 0)

    def test_unique_of_every_kind(self):
        every = self.m.INDICES | self.m.INVERSE | self.m.COUNTS
        for kind in KINDS:
            for shape in (0, 1, 300, (3, 40), ()):
                array = self.records(kind, shape)
                for each in (array, array.T, array[..., ::-1] if shape != () else array):
                    row = each.ravel()
                    order = stable(row["key"])
                    last = comes_last(row["key"])
                    firsts, counts, inverse = [], [], np.zeros(row.size, int)
                    for i in order:
                        same = firsts and (row["key"][i] == row["key"][firsts[-1]] or
                                           (last[i] and last[firsts[-1]] and np.dtype(kind).kind != "c"))
                        if np.dtype(kind).kind == "c" and firsts and last[i]:
                            same = np.array_equal([row["key"][i].real, row["key"][i].imag],
                                                  [row["key"][firsts[-1]].real, row["key"][firsts[-1]].imag],
                                                  equal_nan=True)
                        if same:
                            counts[-1] += 1
                        else:
                            firsts.append(i)
                            counts.append(1)
                        inverse[i] = len(firsts) - 1
                    found = self.m.unique(each, "key", every)
                    self.assertEqual(found[0].dtype, each.dtype)
                    self.assertEqual(found[0]["n"].tolist(), row["n"][firsts].tolist() if firsts else [], kind)
                    self.assertEqual(found[1].tolist(), firsts)
                    self.assertEqual(found[2].tolist(), inverse.reshape(each.shape).tolist())
                    self.assertEqual(found[3].tolist(), counts)
                    alone = self.m.unique(each, "key", 0)
                    self.assertEqual(alone["n"].tolist(), found[0]["n"].tolist())
                    self.assertEqual(len(self.m.unique(each, "key", self.m.COUNTS)), 2)

    def test_unique_keeps_every_byte(self):
        array = self.records("u1", 9)
        memory = bytearray(self.random.bytes(array.nbytes))
        array = np.frombuffer(memory, array.dtype)
        found = self.m.unique(array, "n", 0)
        self.assertEqual(sorted(found.view("V%d" % array.itemsize).tolist()),
                         sorted(array.view("V%d" % array.itemsize).tolist()))

    # Objects.

    def test_references_of_objects_stay_right(self):
        marks = [object() for _ in range(4)]
        before = [sys.getrefcount(mark) for mark in marks]
        array = np.empty(20, [("n", "i4"), ("o", "O")])
        array["n"] = self.random.randint(0, 5, 20)
        array["o"] = [marks[i % 4] for i in range(20)]
        self.m.sort(array, "n", 0)
        self.m.argsort(array, "n", 0)
        unique = self.m.unique(array, "n", self.m.COUNTS)
        held = [sum(each is mark for part in (array, unique[0]) for each in part["o"]) for mark in marks]
        now = [sys.getrefcount(mark) for mark in marks]
        self.assertEqual([new - old for new, old in zip(now, before)], held)
        del array, unique
        self.assertEqual([sys.getrefcount(mark) for mark in marks], before)

    def test_what_comparing_objects_raises_is_passed_on(self):
        array = np.array([(i, each) for i, each in enumerate([3, "x", 1] * 20)], [("n", "i4"), ("o", "O")])
        before = array.copy()
        for call in (self.m.argsort, self.m.sort, self.m.unique):
            self.assertRaisesText(TypeError, "not supported between", call, array, "o", 0)
            self.assertEqual(array.tolist(), before.tolist())
        self.assertRaisesText(TypeError, "not supported between", self.m.searchsorted, array[:1], "o",
                              np.array(["x"], "O"), 0)

    def test_objects_that_answer_at_random_or_change_the_array(self):
        random = self.random

        class Fickle:
            def __lt__(self, other):
                array["o"][random.randint(0, 50)] = Fickle()
                return random.rand() < .5

        array = np.empty(50, [("n", "i4"), ("o", "O")])
        array["o"] = [Fickle() for _ in range(50)]
        array["n"] = np.arange(50)
        self.assertEqual(sorted(self.m.argsort(array, "o", 0)), list(range(50)))
        self.m.sort(array, "o", 0)
        self.assertEqual(sorted(array["n"]), list(range(50)))

    def order_calls(self, array):
        values = array.copy()
        every = self.m.INDICES | self.m.INVERSE | self.m.COUNTS
        access = self.m.WRITE | self.m.UNBORROWED
        return [("argsort", lambda: self.m.argsort(array, "o", 0)), ("sort", lambda: self.m.sort(array, "o", 0, access)),
                ("unique", lambda: self.m.unique(array, "o", every)), ("searchsorted", lambda: self.m.searchsorted(array, "o", values, 0))]

    def test_views_may_be_released_while_objects_are_compared(self):
        module = self.m

        class Releasing:
            def __lt__(self, other):
                module.release_all()
                holder.clear()
                return id(self) < id(other)

        for index in range(4):
            array = np.empty(50, [("n", "i4"), ("o", "O")])
            array["o"] = [Releasing() for _ in range(50)]
            holder = [array]
            name, call = self.order_calls(array)[index]
            with self.subTest(name):
                result = call()
                if name == "unique":
                    self.assertEqual([len(each) for each in result], [50] * 4)
                elif name == "sort":
                    self.assertEqual(array["o"].tolist(), sorted(array["o"].tolist(), key=id))
                else:
                    self.assertEqual(len(result), 50)
                array.resize(60, refcheck=False)

    def test_ends_recursion_before_the_stack_does(self):
        class Again:
            def __lt__(self, other):
                return call()

        array = np.empty(3, [("n", "i4"), ("o", "O")])
        array["o"] = [Again() for _ in range(3)]
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(5000)
        try:
            for name, call in self.order_calls(array):
                with self.subTest(name):
                    self.assertRaises(RecursionError, call)
        finally:
            sys.setrecursionlimit(limit)

    def test_empty_slots_of_objects_are_none(self):
        array = np.array([None, None, None], "O")
        ctypes.memset(array.ctypes.data, 0, array.nbytes)
        for _ in array:
            ctypes.pythonapi.Py_DecRef(ctypes.py_object(None))
        self.assertEqual(self.m.argsort(array, None, 0).tolist(), [0, 1, 2])
        self.assertEqual(self.m.unique(array, None, 0).tolist(), [None])

    # Refusals.

    def test_refuses(self):
        array = self.records("i4", 3)
        self.assertRaisesText(ValueError, "descry_argsort takes only those flags that operate.h names, got 0x400000",
                              self.m.argsort, array, "key", self.m.RIGHT)
        self.assertRaisesText(ValueError, "descry_unique takes only", self.m.unique, array, "key", 1)
        self.assertRaisesText(ValueError, "descry_sort takes only", self.m.sort, array, "key", 1)
        self.assertRaisesText(ValueError, "descry_searchsorted takes only", self.m.searchsorted, array, "key", array, 1)
        self.assertRaisesText(ValueError, "descry_argsort needs arrays that have an axis, got one without dimensions",
                              self.m.argsort, array[0], "key", 0)
        self.assertRaisesText(ValueError, "descry_sort needs arrays", self.m.sort, array[:1].reshape(()), "key", 0)
        self.assertRaisesText(ValueError, "expected a view to write, got one of", self.m.sort, array, "key", 0,
                              self.m.READ)
        self.assertRaisesText(KeyError, "has no field 'kex'", self.m.argsort, array, "kex", 0)
        self.assertRaisesText(KeyError, "has no field ''", self.m.argsort, array, "key,", 0)
        self.assertRaisesText(TypeError, "is not a record and has no 'x'", self.m.argsort, array, "key.x", 0)
        large = np.zeros(2, [("a", "u1", (20000,))])
        self.assertRaisesText(ValueError, "put in order by more than 10000 numbers: name fields", self.m.argsort,
                              large, None, 0)

    def test_many_keys_and_few(self):
        large = np.zeros(300, [("a", "u1", (9999,)), ("b", "i4")])
        large["b"] = self.random.randint(0, 9, 300)
        self.assertEqual(self.m.argsort(large, None, 0).tolist(), stable(large["b"]).tolist())
        self.assertEqual(self.m.argsort(np.zeros(5, [("a", "f8", (0,))]), None, 0).tolist(), [0, 1, 2, 3, 4])

    def test_writing_takes_the_borrow(self):
        array = self.records("i4", 5)
        for call in (lambda: self.m.sort(array, "key", 0),):
            self.assertRaises(BufferError, self.m.while_borrowed, array, False, call)
            self.assertRaises(BufferError, self.m.while_borrowed, array, True, call)
        self.m.while_borrowed(array, False, lambda: self.m.argsort(array, "key", 0))
        self.assertRaises(BufferError, self.m.while_borrowed, array, True, lambda: self.m.argsort(array, "key", 0))
        read_only = array.copy()
        read_only.flags.writeable = False
        self.assertRaises(ValueError, self.m.sort, read_only, "key", 0)

    def test_masked_arrays_are_refused_where_a_mask_is_set(self):
        masked = np.ma.array([3, 1, 2])
        self.assertEqual(self.m.argsort(masked, None, 0).tolist(), [1, 2, 0])
        masked[1] = np.ma.masked
        for call in (self.m.argsort, self.m.sort, self.m.unique):
            self.assertRaisesText(TypeError, "masked", call, masked, None, 0)

    def test_other_threads_run_meanwhile(self):
        array = self.records("i8", 300_000)
        array["key"] = self.random.randint(-2 ** 62, 2 ** 62, array.size)
        stop, count = threading.Event(), [0]

        def spin():
            while not stop.is_set():
                count[0] += 1

        thread = threading.Thread(target=spin)
        thread.start()
        try:
            self.assertEqual(self.m.argsort(array, "key", 0).tolist(), stable(array["key"]).tolist())
        finally:
            stop.set()
            thread.join()

    def test_random_bits_of_every_number(self):
        for kind in KINDS:
            kind = np.dtype(kind)
            if kind.kind not in "iufMmS":
                continue
            if kind.char == "g":
                continue  # not every pattern is a number
            for length in (100, 3000):
                array = np.frombuffer(self.random.bytes(kind.itemsize * length), kind)
                self.assertEqual(self.m.argsort(array, None, 0).tolist(), stable(array).tolist(), kind)


class FullTest(OrderCase, unittest.TestCase):
    module = operations


class LimitedTest(OrderCase, unittest.TestCase):
    module = operations_abi3
