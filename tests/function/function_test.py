# SPDX-License-Identifier: BSD-3-Clause
"""Functions over records, numbers and objects, as Python sees them."""

import copy
import gc
import inspect
import pickle
import pydoc
import subprocess
import sys
import threading
import unittest

import numpy as np

import functions
import functions_abi3


class FunctionCase:
    """The tests, for one build of the module."""

    module = None

    def setUp(self):
        self.f = self.module
        self.v = np.zeros((2, 3), self.f.vec3)
        self.v["x"], self.v["y"], self.v["z"] = np.arange(6).reshape(2, 3), 1, [[2], [5]]

    def columns(self, array):
        return np.stack([array["x"], array["y"], array["z"]], -1)

    def assertRaisesText(self, kind, text, call, *args, **kwargs):
        with self.assertRaises(kind) as caught:
            call(*args, **kwargs)
        self.assertEqual(str(caught.exception), text)

    # What it looks like.

    def test_describes_itself(self):
        add = self.f.add
        self.assertEqual(add.__name__, "add")
        self.assertEqual(add.__module__, self.f.__name__)
        self.assertEqual(repr(add), "<descry function 'add'>")
        self.assertEqual((add.nin, add.nout, add.nargs, add.ntypes), (2, 1, 3, 3))
        self.assertEqual(add.types, ["int64, int64 -> int64", "float64, float64 -> float64",
                                     "vec3, vec3 -> vec3"])
        self.assertEqual(add.identity, 0)
        self.assertIsNone(self.f.subtract.identity)

    def test_shows_its_signature_and_doc(self):
        self.assertEqual(str(inspect.signature(self.f.add)), "(x1, x2, /, *, out=None, where=True, threads=1)")
        self.assertEqual(str(inspect.signature(self.f.length)), "(x, /, *, out=None, where=True, threads=1)")
        self.assertEqual(self.f.add.__text_signature__, str(inspect.signature(self.f.add)))
        shown = pydoc.plain(pydoc.render_doc(self.f.cross))
        self.assertIn("cross(x1, x2, /, *, out=None, where=True, threads=1)", shown)
        self.assertIn("The cross product.", shown)
        self.assertEqual(str(inspect.signature(self.f.add.reduce)),
                         "(array, /, axis=0, out=None, keepdims=False, initial=None, where=True)")

    def test_pickles_and_copies_by_its_name(self):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            self.assertIs(pickle.loads(pickle.dumps(self.f.scale, protocol)), self.f.scale)
        self.assertIs(copy.deepcopy(self.f.scale), self.f.scale)

    def test_cannot_be_made_or_subclassed_by_python(self):
        kind = type(self.f.add)
        self.assertRaises(TypeError, kind)
        self.assertRaises(TypeError, object.__new__, kind)
        self.assertRaises(TypeError, type, "sub", (kind,), {})

    # Records.

    def test_computes_on_records(self):
        np.testing.assert_array_equal(
            self.columns(self.f.cross(self.v, self.v[::-1])),
            np.cross(self.columns(self.v), self.columns(self.v[::-1])))
        np.testing.assert_array_equal(self.f.length(self.v), np.linalg.norm(self.columns(self.v), axis=-1))
        self.assertIs(self.f.cross(self.v, self.v).dtype, self.f.vec3)

    def test_broadcasts_records(self):
        result = self.f.scale(self.v[0], np.array([[1.0], [10.0]]))
        np.testing.assert_array_equal(result["x"], [[0, 1, 2], [0, 10, 20]])
        self.assertEqual(self.f.scale(self.v.T, 2).strides, self.f.scale(self.v, 2).T.strides)

    def test_takes_and_gives_scalars(self):
        element = self.v[1, 2]
        result = self.f.scale(element, 2)
        self.assertIs(type(result), np.void)
        self.assertEqual(result.tolist(), (10, 2, 10))
        self.assertEqual(self.f.length(element), np.sqrt(25 + 1 + 25))
        self.assertIs(type(self.f.length(element)), np.float64)
        self.assertIs(type(self.f.add(1, 2)), np.int64)
        self.assertEqual(self.f.add(1, True), 2)
        self.assertEqual(self.f.add(1.5, np.float32(2)), 3.5)

    def test_takes_equal_dtypes_alone(self):
        other = np.dtype([("x", "f8"), ("y", "f8"), ("z", "f8")], align=True, metadata={"a": 1})
        self.assertEqual(self.f.length(np.ones(2, other)).tolist(), [3 ** .5] * 2)
        for fields, line in [
                ("x:f8 y:f4 z:f8", "field 'y' at offset 8: expected float64, got float32"),
                ("x:f8 z:f8 y:f8", "field 'y': expected at index 1, got at index 2"),
                ("x:f8 y:>f8 z:f8", "field 'y' at offset 8: expected float64, got float64 in the other byte order")]:
            wrong = np.dtype([tuple(each.split(":")) for each in fields.split()])
            with self.assertRaises(TypeError) as caught:
                self.f.length(np.ones(2, wrong))
            self.assertIn("length(): operand 0 does not fit: field '", str(caught.exception), line)

    def test_names_the_operand_and_the_field(self):
        wrong = np.ones(2, [("x", "f8"), ("y", "f4"), ("z", "f8")])
        self.assertRaisesText(TypeError, "cross(): operand 1 does not fit: field 'y' at offset 8: expected float64, "
                              "got float32", self.f.cross, self.v[0, :2], wrong)
        self.assertRaisesText(TypeError, "scale(): operand 1 does not fit: expected float64, got a record of 3 fields",
                              self.f.scale, self.v, self.v)
        self.assertRaisesText(TypeError, "length(): operand 0 does not fit: expected vec3, got a Python float",
                              self.f.length, 1.5)
        self.assertRaisesText(TypeError, "add(): operand 1 does not fit: expected int64, got a record of 3 fields; "
                              "no other of the function's signatures fits, either", self.f.add, 1, self.v)
        for wrong in ((1., 2., 3.), [(1., 2., 3.)], "text", None, b"", object()):
            self.assertRaises(TypeError, self.f.length, wrong)

    def test_takes_misaligned_records(self):
        memory = np.zeros(24 * 6 + 1, "u1")
        odd = memory[1:].view(self.f.vec3).reshape(2, 3)
        odd[...] = self.v
        np.testing.assert_array_equal(self.f.length(odd), self.f.length(self.v))
        self.assertIs(self.f.scale(odd, 2, out=odd), odd)
        np.testing.assert_array_equal(odd["x"], self.v["x"] * 2)

    def test_keeps_subclasses(self):
        records = self.v.view(np.recarray)
        result = self.f.cross(records, self.v)
        self.assertIs(type(result), np.recarray)
        np.testing.assert_array_equal(result.x, self.f.cross(self.v, self.v)["x"])

        class Tagged(np.ndarray):
            __array_priority__ = 5
            def __array_finalize__(self, other):
                self.tag = getattr(other, "tag", None)

        tagged = np.arange(3.0).view(Tagged)
        tagged.tag = "here"
        self.assertEqual(self.f.add(np.ones(3), tagged).tag, "here")

    # Numbers.

    def test_converts_numbers_safely(self):
        for code in "?bBhHiIlfd":
            array = np.arange(2).astype(code)
            self.assertEqual(self.f.scale(self.v[0, 1], array)["x"].tolist(), [0, 1])
        self.assertEqual(self.f.add(np.array([1, 2], ">f8"), 1).tolist(), [2, 3])
        for code in ("g", "F", "U3", "O", "M8[s]", "V8"):
            self.assertRaises(TypeError, self.f.scale, self.v[0, 1], np.zeros(2, code))
        self.assertRaises(OverflowError, self.f.add, 2 ** 70, 1)
        self.assertRaises(TypeError, self.f.scale, self.v, 1j)

    def test_picks_the_exact_signature(self):
        self.assertEqual(self.f.add(np.arange(2), np.arange(2)).dtype, np.int64)
        self.assertEqual(self.f.add(np.arange(2), 2).dtype, np.int64)
        self.assertEqual(self.f.add(np.arange(2), 2.0).dtype, np.float64)
        self.assertEqual(self.f.add(np.arange(2, dtype="i2"), np.arange(2, dtype="u1")).dtype, np.int64)
        self.assertEqual(self.f.add(np.arange(2, dtype="f4"), 1).dtype, np.float64)

    def test_gives_several_results(self):
        fraction, whole = self.f.modf(np.array([1.5, -2.25]))
        self.assertEqual((fraction.tolist(), whole.tolist()), ([.5, -.25], [1, -2]))
        place = np.zeros(2)
        results = self.f.modf(np.array([1.5, -2.25]), out=(None, place))
        self.assertIs(results[1], place)
        self.assertEqual(place.tolist(), [1, -2])
        one = np.array([1.5, -2.25])
        self.assertIs(self.f.modf(one, out=(place, one))[0], place)
        self.assertEqual((place.tolist(), one.tolist()), ([.5, -.25], [1, -2]))
        self.assertRaises(BufferError, self.f.modf, np.ones(2), out=(place, place))
        self.assertRaises(TypeError, self.f.modf, np.ones(2), out=place)
        self.assertRaises(TypeError, self.f.modf, np.ones(2), out=(place,))

    # Where results go.

    def test_computes_in_place(self):
        for cross in (self.f.cross, self.f.cross_carelessly):
            for operands in ((0, 1), (1, 0), (0, 0)):
                w = self.v.copy()
                given = [w if each == 0 else self.v[::-1] for each in operands]
                expected = cross(*[each.copy() for each in given])
                self.assertIs(cross(*given, out=w), w)
                np.testing.assert_array_equal(w, expected)

    def test_is_right_where_memory_overlaps(self):
        for cross in (self.f.cross, self.f.cross_carelessly):
            for one, other, out in [(slice(0, 6), slice(1, 7), slice(2, 8)), (slice(0, 6), slice(5, None, -1), slice(0, 6)),
                                    (slice(0, 12, 2), slice(1, 12, 2), slice(3, 9)), (slice(0, 1), slice(0, 6), slice(0, 6))]:
                w = np.zeros(12, self.f.vec3)
                w["x"], w["y"], w["z"] = np.arange(12), np.arange(12)[::-1] ** 2, 3
                expected = cross(w[one].copy(), w[other].copy())
                self.assertTrue((cross(w[one], w[other], out=w[out]) == expected).all(), (one, other, out))
                self.assertTrue((w[out] == expected).all())

    def test_reads_a_record_into_its_own_field(self):
        w = self.v.copy()
        expected = self.f.length(w)
        self.f.length(w, out=w["x"])
        np.testing.assert_array_equal(w["x"], expected)
        np.testing.assert_array_equal(w["y"], self.v["y"])
        self.f.scale(w[0, 0], 3, out=w[0])
        np.testing.assert_array_equal(w[0]["y"], [3, 3, 3])

    def test_casts_to_out_of_one_kind(self):
        out = np.zeros(3, "f4")
        self.assertIs(self.f.add(np.arange(3.0), 0.1, out=out), out)
        np.testing.assert_array_equal(out, (np.arange(3.0) + 0.1).astype("f4"))
        self.f.add(np.arange(3.0), 0.5, out=out, where=[True, False, True])
        np.testing.assert_array_equal(out, np.array([.5, 1.1, 2.5], "f4"))
        self.assertRaises(TypeError, self.f.add, np.arange(3.0), 0.1, out=np.zeros(3, "i8"))
        self.assertRaises(TypeError, self.f.add, np.arange(3.0), 0.1, out=np.zeros(3, self.f.vec3))

    def test_refuses_other_things_as_out(self):
        self.assertRaises(TypeError, self.f.add, 1, 2, out=[1])
        self.assertRaisesText(ValueError, "add(): the array given for result 0 is read-only", self.f.add,
                              np.ones(2), 1, out=np.frombuffer(bytes(16)))
        self.assertRaises(ValueError, self.f.add, np.ones(3), 1, out=np.ones(2))
        self.assertRaises(ValueError, self.f.add, np.ones(3), 1, out=np.ones(1))
        self.assertEqual(self.f.add(np.ones(3), 1, out=np.ones((2, 3))).tolist(), [[2, 2, 2]] * 2)

    def test_leaves_out_what_the_mask_does(self):
        w = self.v.copy()
        mask = np.array([[True], [False]])
        self.f.scale(self.v, 2, out=w, where=mask)
        np.testing.assert_array_equal(w["y"], [[2] * 3, [1] * 3])
        fresh = self.f.scale(self.v, 2, where=mask)
        np.testing.assert_array_equal(fresh["y"], [[2] * 3, [0] * 3])
        flags = np.array([True, False, True])
        self.f.less([3., 0, 3], [1., 2, 1], out=flags, where=flags)
        self.assertEqual(flags.tolist(), [False, False, False])
        self.assertEqual(self.f.add(1.0, 2.0, where=np.array([True, False])).tolist(), [3, 0])
        self.assertRaises(TypeError, self.f.add, 1, 2, where=np.array([1, 2]))

    # Methods.

    def test_reduces_records_in_order(self):
        w = np.zeros(5, self.f.vec3)
        w["x"], w["y"], w["z"] = [1, 2, 3, 4, 5], [5, 3, 8, 1, 1], [2, 2, 9, 4, 7]
        expected = w[0]
        for each in w[1:]:
            expected = self.f.cross(expected, each)
        for cross in (self.f.cross, self.f.cross_carelessly):
            self.assertEqual(cross.reduce(w), expected)
            self.assertEqual(cross.reduce(w[::-1][::-1]), expected)
            self.assertEqual(cross.accumulate(w)[-1], expected)
            self.assertEqual(cross.accumulate(w)[0], w[0])

    def test_reduces_several_axes_in_c_order(self):
        numbers = np.random.RandomState(1).rand(3, 4, 2, 5)
        for axes in [None, (0, 1), (1, 3), (3, 0, 2), (-1,), ()]:
            listed = range(4) if axes is None else sorted(axis % 4 for axis in axes)
            rest = [axis for axis in range(4) if axis not in listed]
            rows = numbers.transpose(*rest, *listed).reshape([numbers.shape[axis] for axis in rest] + [-1])
            expected = 2 * rows[..., 0] - rows.sum(-1)
            for subtract in (self.f.subtract, self.f.subtract_backwards):
                np.testing.assert_allclose(subtract.reduce(numbers, axis=axes), expected, rtol=1e-9, atol=1e-9)
                kept = subtract.reduce(numbers, axis=axes, keepdims=True)
                self.assertEqual(kept.shape, np.add.reduce(numbers, axis=axes, keepdims=True).shape)
                np.testing.assert_allclose(kept.reshape(expected.shape), expected, rtol=1e-9, atol=1e-9)

    def test_folds_elements_of_another_type(self):
        total = self.f.sum_length.reduce(self.v, axis=1, initial=0.0)
        np.testing.assert_allclose(total, self.f.length(self.v).sum(1))
        self.assertRaisesText(ValueError, "sum_length.reduce needs 'initial' here: there is nothing else to begin with",
                              self.f.sum_length.reduce, self.v)
        moved = self.f.move.reduce(self.v[0], initial=np.zeros((), self.f.spot))
        self.assertEqual(moved.tolist(), (3, (3, 3, 6)))

    def test_begins_with_the_identity(self):
        empty = np.zeros((0, 2), self.f.vec3)
        self.assertEqual(self.f.add.reduce(empty).tolist(), [(0, 0, 0)] * 2)
        self.assertRaises(ValueError, self.f.cross.reduce, empty)
        self.assertEqual(self.f.cross.reduce(empty, axis=1).shape, (0,))
        self.assertRaises(ValueError, self.f.subtract.reduce, np.ones(3), where=[True, False, True])
        self.assertEqual(self.f.add.reduce(np.ones(3), where=[True, False, True]), 2)

    def test_reduces_into_out(self):
        w = self.v.copy()
        self.assertTrue(np.shares_memory(self.f.add.reduce(w, out=w[0]), w))
        np.testing.assert_array_equal(w["x"], [[3, 5, 7], [3, 4, 5]])
        out = np.zeros((), self.f.vec3)
        self.assertIs(self.f.add.reduce(self.v, axis=None, out=(out,)), out)
        self.assertRaisesText(ValueError, "add() takes an 'out' of shape (3,) here, got (2,)", self.f.add.reduce,
                              self.v, out=np.zeros(2, self.f.vec3))

    def test_refuses_axes(self):
        self.assertRaises(ValueError, self.f.add.reduce, np.ones(3), axis=1)
        self.assertRaises(ValueError, self.f.add.reduce, np.ones((3, 3)), axis=(0, -2))
        self.assertRaises(TypeError, self.f.add.reduce, np.ones(3), axis="x")
        self.assertRaises(ValueError, self.f.length.reduce, self.v)
        self.assertRaises(TypeError, self.f.scale.accumulate, self.v)
        self.assertRaises(TypeError, self.f.less.reduce, np.ones(3))

    def test_calls_for_each_pair(self):
        by = np.array([1.0, 2.0, 3.0, 4.0])
        result = self.f.scale.outer(self.v, by)
        np.testing.assert_array_equal(result["x"], np.multiply.outer(self.v["x"], by))
        self.assertEqual(self.f.scale.outer(self.v[0, 1], 2)["x"], 2)
        self.assertEqual(self.f.scale.outer(self.v, by, out=np.zeros((2, 3, 4), self.f.vec3)).shape, (2, 3, 4))

    def test_changes_elements_at_indices(self):
        for cross in (self.f.cross, self.f.cross_carelessly):
            w, by = self.v.copy(), self.v[1, 0]
            cross.at(w, ([0, 0, 1], [0, 0, 2]), by)
            expected = self.v.copy()
            expected[0, 0] = cross(cross(self.v[0, 0], by), by)
            expected[1, 2] = cross(self.v[1, 2], by)
            np.testing.assert_array_equal(w, expected)
        w = self.v.copy()
        self.f.scale.at(w[:, ::2], w["x"][:, ::2] > 3, 10)
        self.assertEqual(w["y"].tolist(), [[1, 1, 1], [1, 1, 10]])
        self.f.add.at(w, slice(None), w)
        self.assertEqual(w["y"].tolist(), [[2, 2, 2], [2, 2, 20]])
        a = np.arange(3.0)
        self.f.negative.at(a, [1, 1, 2])
        self.assertEqual(a.tolist(), [0, 1, -2])
        self.assertRaises(IndexError, self.f.add.at, a, 3, 1)
        self.assertRaises(TypeError, self.f.add.at, a.astype("f4"), 0, 1.0)
        self.assertRaises(ValueError, self.f.add.at, a, [0, 1], [1.0, 2, 3])
        self.assertRaises(TypeError, self.f.add.at, a, 0)

    # Kernels that use Python.

    def test_passes_on_exceptions(self):
        self.assertRaisesText(ValueError, "the root of a negative number", self.f.root, np.array([4.0, -1]))
        out = np.zeros(4)
        self.assertRaises(ValueError, self.f.root, np.array([[4.0], [-1]]), out=np.zeros((2, 1))[::-1])
        self.assertRaises(ValueError, self.f.root, np.array([4.0, -1, 9, 16]), out=out)
        self.assertEqual(out.tolist(), [2, 0, 0, 0])
        self.assertEqual(self.f.root([4, 9]).tolist(), [2, 3])
        self.assertRaisesText(RuntimeError, "the kernel of fails_silently failed without an exception",
                              self.f.fails_silently, np.ones(10_000), threads=2)

    def test_leaves_out_as_it_was_where_it_computes_aside(self):
        a = np.array([4.0, 9, -1])
        self.assertRaises(ValueError, self.f.root, a, out=a)
        self.assertEqual(a.tolist(), [4, 9, -1])

    def test_computes_on_objects(self):
        words = np.array(["a", "b", "c"], object)
        self.assertEqual(self.f.join(words, "x").tolist(), ["ax", "bx", "cx"])
        self.assertEqual(self.f.join.reduce(words), "abc")
        self.assertEqual(self.f.join.accumulate(words).tolist(), ["a", "ab", "abc"])
        self.assertEqual(self.f.join.outer(words, words).shape, (3, 3))
        self.f.join.at(words, [0, 0], "!")
        self.f.join(words, words[::-1], out=words)
        self.assertEqual(words.tolist(), ["a!!c", "bb", "ca!!"])
        self.assertRaises(TypeError, self.f.join, words, 1)

    def test_ends_recursion_before_the_stack_does(self):
        join = self.f.join

        class Again:
            def __add__(self, other):
                return call()

        both = np.empty(2, object)
        both[:] = Again(), Again()
        target = np.empty(2, object)
        for name, call in [("call", lambda: join(both, both)), ("out", lambda: join(both, both, out=target.copy())),
                           ("reduce", lambda: join.reduce(both)), ("accumulate", lambda: join.accumulate(both)),
                           ("outer", lambda: join.outer(both, both)),
                           ("at", lambda: join.at(both.copy(), [0, 1], both))]:
            with self.subTest(name):
                for _ in range(2):
                    self.assertRaises(RecursionError, call)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(20000)
        try:
            call = lambda: join(both, both)
            self.assertRaisesRegex(RecursionError, "called descry again, more than 100 deep", call)
        finally:
            sys.setrecursionlimit(limit)
        self.assertEqual(join("a", "b"), "ab")

    def test_copies_subclasses_without_asking_them(self):
        class Strange(np.ndarray):
            def copy(self, *args):
                return 5

        numbers = np.arange(4.0).view(Strange)
        self.f.add.at(numbers, [0, 1, 2, 3], numbers)
        self.assertEqual(numbers.tolist(), [0, 2, 4, 6])
        both = np.zeros(4, [("mask", "?"), ("out", "?")])
        both["mask"] = True, False, True, False
        mask = both["mask"].view(Strange)
        self.f.less([1.0] * 4, [2.0] * 4, out=both["mask"], where=mask)
        self.assertEqual(both["mask"].tolist(), [True, False, True, False])

    def test_keeps_count_of_references(self):
        marks = [object() for _ in range(3)]
        holder = np.empty(3, object)
        for i, each in enumerate(marks):
            holder[i] = (each,)
        nothing = np.empty((), object)
        nothing[()] = ()
        before = [sys.getrefcount(each) for each in marks]
        for _ in range(10):
            self.f.join(holder, nothing)
            self.f.join.reduce(holder)
            self.f.join.accumulate(holder)
            self.f.join.at(holder, [0, 1], nothing)
            self.f.join(holder, nothing, out=holder)
            self.f.join(holder[::-1], nothing, out=holder)
            self.f.join(holder[::-1], nothing, out=holder, where=[True, False, True])
            with self.assertRaises(TypeError):
                self.f.join(holder, 1)
            with self.assertRaises(TypeError):
                self.f.join.reduce(holder, initial=1)
        gc.collect()
        counts = [sys.getrefcount(each) for each in marks]
        self.assertEqual(sum(counts), sum(before) + sum(len(each) for each in holder) - 3)

    # Threads.

    def test_releases_the_gil_for_many_elements(self):
        if not hasattr(sys, "_is_gil_enabled") or sys._is_gil_enabled():
            self.assertTrue(self.f.has_gil(np.ones(100)).all())
            self.assertFalse(self.f.has_gil(np.ones(10_000)).any())

    def test_shares_the_work(self):
        numbers = np.random.RandomState(2).rand(50_001, 2)[:, 0]
        vectors = np.zeros(50_001, self.f.vec3)
        vectors["x"] = numbers
        for threads in (1, 2, 3, 16, 1000):
            np.testing.assert_array_equal(self.f.scale(vectors, numbers, threads=threads)["x"], numbers * numbers)
            np.testing.assert_array_equal(
                self.f.add(numbers, 1.0, threads=threads, where=numbers < .5)[numbers < .5], numbers[numbers < .5] + 1)
        self.assertEqual(self.f.root(np.ones(10_000), threads=4).sum(), 10_000)
        for wrong in (0, -1):
            self.assertRaises(ValueError, self.f.add, 1, 2, threads=wrong)
        self.assertRaises(TypeError, self.f.add, 1, 2, threads=None)

    def test_may_be_called_by_many_threads(self):
        errors = []

        def call():
            try:
                for _ in range(50):
                    self.assertEqual(self.f.add(np.ones(3000), 1.0, threads=2).sum(), 6000)
                    self.assertEqual(self.f.add.reduce(self.v, axis=None).tolist(), (15, 6, 21))
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=call) for _ in range(6)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(errors, [])

    # Arguments.

    def test_refuses_other_arguments(self):
        self.assertRaisesText(TypeError, "add() takes 2 operands, got 1", self.f.add, 1)
        self.assertRaisesText(TypeError, "add() takes 2 operands, got 3", self.f.add, 1, 2, 3)
        self.assertRaisesText(TypeError, "add() got an unexpected keyword argument 'casting'", self.f.add, 1, 2,
                              casting="safe")
        self.assertRaises(TypeError, self.f.add.outer, 1)
        self.assertRaises(ValueError, self.f.length.outer, self.v, self.v)
        self.assertRaisesText(ValueError, "operands 0 and 1 cannot be broadcast together: their shapes are (2,) and "
                              "(3,)", self.f.add, np.ones(2), np.ones(3))

    def test_respects_borrows(self):
        values = np.ones(4)
        self.f.add(values, values)
        self.assertRaises(ValueError, self.f.add, values, 1.0, out=np.broadcast_to(values, (2, 4)))

    def test_ends_with_the_interpreter(self):
        code = "import sys; sys.path[:0] = %r; import %s as f; kept = f.add; import builtins; builtins.kept = kept"
        subprocess.run([sys.executable, "-c", code % (sys.path, self.f.__name__)], check=True)


class FullTest(FunctionCase, unittest.TestCase):
    module = functions


class LimitedTest(FunctionCase, unittest.TestCase):
    module = functions_abi3
