# SPDX-License-Identifier: BSD-3-Clause
"""NumPy's ufuncs on declared types, which are there from NumPy 2.0 on; and nothing before."""

import os
import subprocess
import sys
import threading
import unittest
import warnings

import numpy as np

if os.environ.get("EXTENDED_LIMITED_FIRST"):
    import extended_abi3 as first
    import extended_too as second
else:
    import extended as first
    import extended_too_abi3 as second

OLD = int(np.__version__.split(".")[0]) < 2

FOREIGN = np.dtype([("x", "f8"), ("y", "f8")])


def refusals():
    """What NumPy says of records that nobody declared, of others' shapes, and of scalars."""
    a, b = np.zeros(2, FOREIGN), np.zeros(2, [("n", "i4")])
    calls = {
        "add": lambda: a + a, "add other": lambda: a + b, "sum": lambda: a.sum(), "add.at": lambda: np.add.at(a, [0], a[0]),
        "outer": lambda: np.add.outer(a, a), "accumulate": lambda: np.add.accumulate(a), "negative": lambda: -a,
        "multiply": lambda: a * 2.0, "int": lambda: a * 2, "reflected": lambda: 2 * a, "array": lambda: a * np.arange(2),
        "float array": lambda: a * np.arange(2, dtype="f4"), "bool": lambda: a * True, "complex": lambda: a * 2j,
        "less": lambda: np.less(a, a), "subtract": lambda: a - b, "void": lambda: a + np.zeros(2, "V16"),
        "scalar": lambda: a[0] + a[0], "text": lambda: a + "x", "time": lambda: a * np.zeros(2, "M8[s]"),
        "divmod": lambda: np.divmod(a, a), "power": lambda: a ** a, "out": lambda: np.add(a, a, out=a),
    }
    said = {}
    for name, call in calls.items():
        try:
            said[name] = call()
        except Exception as error:
            said[name] = (type(error), str(error))
    return said


BEFORE = refusals()
ANSWERS = first.extend() + second.extend() + first.extend()


class UfuncTest(unittest.TestCase):
    def setUp(self):
        self.v = self.vectors([1, 2, 3])

    def vectors(self, x, **kwargs):
        v = np.zeros(len(x), first.vec3, **kwargs)
        v["x"] = x
        v["y"] = v["x"] * 10
        v["z"] = -v["x"]
        return v

    def assertColumns(self, actual, expected):
        self.assertTrue(issubclass(actual.dtype.type, np.void))
        for name in "xyz":
            np.testing.assert_array_equal(actual[name], expected[name])

    def test_answers_whether_it_is_on_this_numpy(self):
        self.assertEqual(set(ANSWERS), {0 if OLD else 1})

    def test_leaves_the_errors_of_all_other_arrays_alone(self):
        after = refusals()
        for name, said in BEFORE.items():
            self.assertEqual(after[name], said, name)
        np.testing.assert_array_equal(np.add(np.arange(3.0), 1), [1, 2, 3])
        self.assertEqual((np.arange(3) * 2.5).dtype, np.float64)

    def test_refuses_what_cannot_be_extended(self):
        for name, how, text in [
            ("no_such", "v", "NumPy has no ufunc 'no_such'"),
            ("zeros", "v", "NumPy has no ufunc 'zeros'"),
            ("negative", "v", "np.negative has 1 operands and 1 results; a signature of 2 and 1 cannot be added to it"),
            ("add", "1", "np.add has 2 operands and 1 results; a signature of 1 and 1 cannot be added to it"),
            ("add", "n", "np.add can be extended for records; none of the operands is one"),
            ("add", "t", "np.add can be extended for records without Python objects, and numbers beside them; operand 1 is of the "
             "type datetime64_s"),
            ("add", "o", "np.add can be extended for records without Python objects, and numbers beside them; operand 0 is of the "
             "type holder"),
            ("add", "f", "function 'add' takes the flags DESCRY_NEEDS_GIL and DESCRY_IN_PLACE, got 0x2"),
        ]:
            with self.assertRaises(ValueError) as caught:
                first.extend_wrongly(name, how)
            self.assertEqual(str(caught.exception), text)

    def test_does_nothing_in_another_interpreter(self):
        code = ("import sys; sys.path[:0] = %r; import %s as e\ntry: e.extend()\nexcept ImportError: print('ImportError')\n"
                "else: print('extended')" % (sys.path, first.__name__))
        script = ("import faulthandler, sys; faulthandler.dump_traceback_later(40, exit=True)\n"
                  "sys.path[:0] = %r; import numpy, %s as e; e.extend()\n"
                  "try: import _xxsubinterpreters as s\nexcept ImportError: import _interpreters as s\n"
                  "try: i = s.create('legacy') if hasattr(s, 'capture_exception') else s.create(isolated=False)\n"
                  "except TypeError: i = s.create()\n"
                  "try: r = s.run_string(i, %r)\nfinally: s.destroy(i)\nif r is not None: print(r)\n" % (sys.path, first.__name__, code))
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ImportError", done.stdout + done.stderr)
        self.assertNotIn("extended\n", done.stdout)


@unittest.skipIf(OLD, "ufuncs can be extended from NumPy 2.0 on; that they are not is tested above")
class OperatorTest(UfuncTest):
    """FACTS of NumPy's own machinery, one by one; each of them went wrong in one way or another."""

    def test_computes_by_operators(self):
        v = self.v
        self.assertColumns(v + v, {name: v[name] * 2 for name in "xyz"})
        self.assertColumns(v - v[::-1], {name: v[name] - v[::-1][name] for name in "xyz"})
        self.assertColumns(-v, {name: -v[name] for name in "xyz"})
        self.assertEqual((v < v[::-1]).tolist(), [True, False, False])
        self.assertEqual(np.less(v, v[1]).dtype, bool)
        self.assertIs((v + v).dtype, first.vec3)
        w = v.copy()
        alias = w
        w += v
        self.assertIs(w, alias)
        self.assertColumns(w, {name: v[name] * 2 for name in "xyz"})
        self.assertEqual((v[0] + v[1]).tolist(), (3, 30, -3))
        self.assertIsInstance(v[0] + v[1], np.void)

    def test_takes_numbers_of_all_kinds(self):
        v = self.v
        for number in (2, 2.0, True, np.float32(2), np.int8(2), np.uint64(2), np.float64(2), np.float16(2), np.longdouble(2)):
            self.assertColumns(v * number, {name: v[name] * float(number) for name in "xyz"})
            self.assertColumns(number * v, {name: v[name] * float(number) for name in "xyz"})
        for dtype in "?bhilqBHILQefdg":
            numbers = np.arange(3).astype(dtype)
            self.assertColumns(v * numbers, {name: v[name] * numbers.astype(float) for name in "xyz"})
            self.assertColumns(v * numbers.astype(numbers.dtype.newbyteorder()),
                               {name: v[name] * numbers.astype(float) for name in "xyz"})
        self.assertColumns(v * [1, 2, 3], {name: v[name] * [1, 2, 3] for name in "xyz"})
        w = v.copy()
        w *= 2
        self.assertColumns(w, {name: v[name] * 2 for name in "xyz"})
        for wrong in (2j, np.complex64(1), "2", np.zeros(3, "M8[s]")):
            self.assertRaises(TypeError, lambda: v * wrong)
        with self.assertRaises(TypeError):
            np.multiply(v, np.longdouble(2), casting="safe")

    def test_knows_several_records_in_one_ufunc(self):
        g = np.array([(1, 2), (3, 4)], second.gauss)
        self.assertEqual((g + g).tolist(), [(2, 4), (6, 8)])
        self.assertEqual((g * 3).tolist(), [(3, 6), (9, 12)])
        f = np.array([(1, 2)], first.vec2f)
        self.assertEqual((f * 2.5).tolist(), [(2.5, 5)])
        self.assertEqual((f * f).tolist(), [(1, 4)])
        self.assertColumns(self.v + self.v, {name: self.v[name] * 2 for name in "xyz"})
        for one, other in [(g, self.v), (f, g), (self.v, f)]:
            self.assertRaises(TypeError, lambda: one + other)
        self.assertRaises(TypeError, lambda: g * 2.5)

    def test_keeps_the_loop_that_was_there_first(self):
        self.assertEqual((self.v + self.v).tolist()[1], (4, 40, -4))
        self.assertIs(first.vec3, second.vec3)

    def test_gives_results_of_another_type(self):
        np.testing.assert_array_equal(self.v * self.v, [1 + 100 + 1, 4 * 102, 9 * 102])
        out = np.zeros(3, "f4")
        self.assertIs(np.multiply(self.v, self.v, out=out), out)
        np.testing.assert_array_equal(out, [102, 408, 918])
        quotient, rest = np.divmod(self.v, self.v[::-1])
        np.testing.assert_array_equal(quotient["x"], self.v["x"] / self.v["x"][::-1])
        np.testing.assert_array_equal(rest["x"], self.v["y"] - self.v["y"][::-1])

    # The traps: out, where, overlap, in place.

    def test_writes_to_out(self):
        out = np.zeros(3, first.vec3)
        self.assertIs(np.add(self.v, self.v, out=out), out)
        self.assertColumns(out, {name: self.v[name] * 2 for name in "xyz"})
        np.add(self.v, self.v, out=out, where=[True, False, True])
        np.add(out, self.v, out=out, where=[False, True, False])
        self.assertEqual(out["x"].tolist(), [2, 6, 6])
        self.assertRaises(TypeError, np.add, self.v, self.v, out=np.zeros(3, FOREIGN))
        self.assertRaises(TypeError, np.add, self.v, self.v, out=np.zeros(3))
        self.assertRaises(ValueError, np.add, self.v, self.v, out=np.zeros(2, first.vec3))

    def test_is_right_where_memory_overlaps(self):
        for ufunc in (np.add, np.subtract):
            for one, other, out in [(slice(0, 6), slice(1, 7), slice(2, 8)), (slice(0, 6), slice(5, None, -1), slice(0, 6)),
                                    (slice(0, 12, 2), slice(1, 12, 2), slice(3, 9)), (slice(0, 6), slice(0, 6), slice(0, 6)),
                                    (slice(6, 12), slice(0, 1), slice(0, 6))]:
                w = self.vectors(np.arange(12.0) ** 2)
                expected = ufunc(w[one].copy(), w[other].copy())
                ufunc(w[one], w[other], out=w[out])
                self.assertColumns(w[out], expected)

    # Dtypes: what is equal is taken, and nothing else; nothing goes by position.

    def test_takes_equal_dtypes(self):
        for dtype in (np.dtype(first.vec3.descr), np.dtype((np.record, first.vec3)), np.dtype(first.vec3.descr, align=True)):
            w = self.v.astype(dtype)
            self.assertColumns(w + w, {name: w[name] * 2 for name in "xyz"})
            self.assertColumns(w + self.v, {name: w[name] * 2 for name in "xyz"})
            out = np.zeros(3, dtype)
            self.assertIs(np.add(self.v, self.v, out=out), out)
            self.assertColumns(out, {name: w[name] * 2 for name in "xyz"})
        self.assertIsInstance(self.v.view(np.recarray) + self.v.view(np.recarray), np.recarray)

    def test_takes_no_other_dtypes(self):
        for spec in ([("x", ">f8"), ("y", ">f8"), ("z", ">f8")], [("z", "f8"), ("y", "f8"), ("x", "f8")],
                     [("a", "f8"), ("b", "f8"), ("c", "f8")], [("x", "f4"), ("y", "f4"), ("z", "f4")],
                     [("x", "f8"), ("y", "f8"), ("z", "f8"), ("pad", "V8")],
                     {"names": list("xyz"), "formats": ["f8"] * 3, "itemsize": 32}, "V24", "O", [("x", "f8", 3)]):
            w = np.zeros(3, spec)
            with self.assertRaises(TypeError, msg=spec):
                w + self.v
            with self.assertRaises(TypeError, msg=spec):
                self.v + w
            if w.dtype.names:
                self.assertRaises(TypeError, lambda: w + w)
                self.assertRaises(TypeError, lambda: np.add(self.v, self.v, out=w))
        for wrong in ((1.0, 2.0, 3.0), [(1.0, 2.0, 3.0)], 1.0, "x", None):
            with self.assertRaises(TypeError):
                self.v + wrong

    def test_takes_no_dtype_whose_names_were_changed(self):
        code = ("import sys; sys.path[:0] = %r; import numpy as np, %s as e; e.extend(); d = e.vec3; a = np.ones(2, d)\n"
                "print((a + a)['x'][0]); old = np.dtype(d.descr); d.names = list('abc')\n"
                "try: a + a\nexcept TypeError: print('refused')\n"
                "b = np.ones(2, old); print((b + b)['x'][0]); print((b + b).dtype.names)" % (sys.path, first.__name__))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual(done.stdout.split("\n")[:4], ["2.0", "refused", "2.0", "('x', 'y', 'z')"], done.stderr)

    def test_reads_elements_that_are_not_aligned(self):
        room = np.zeros(24 * 5 + 8, "u1")
        for offset in (1, 4, 8):
            w = room[offset:offset + 72].view(np.dtype(first.vec3.descr))
            w[:] = self.v
            for ufunc in (np.add, np.subtract):
                expected = ufunc(self.v, self.v)
                self.assertColumns(ufunc(w, w), expected)
                self.assertColumns(ufunc(w, self.v), expected)
                out = room[offset:offset + 72].view(w.dtype)
                ufunc(w, w, out=out)
                self.assertColumns(out, expected)
                w[:] = self.v
            self.assertEqual(w.sum().tolist(), (6, 60, -6))
        t = np.zeros(3, first.tight)
        t["x"], t["tag"] = [1, 2, 3], 7
        self.assertEqual((t + t)["x"].tolist(), [2, 4, 6])
        self.assertEqual(t[::-1].sum()["x"], 6)

    # Methods.

    def test_reduces(self):
        w = self.vectors(np.arange(24.0)).reshape(2, 3, 4)
        for axis in (0, 1, -1, (0, 2), (0, 1, 2), None):
            for kwargs in ({}, {"keepdims": True}, {"initial": self.v[1]}, {"where": w["x"] > 5}):
                actual = w.sum(axis=axis, **kwargs)
                numbers = dict(kwargs)
                for name in "xyz":
                    if "initial" in numbers:
                        numbers["initial"] = self.v[name][1]
                    np.testing.assert_array_equal(actual[name], w[name].sum(axis=axis, **numbers))
        out = np.zeros(4, first.vec3)
        self.assertIs(np.add.reduce(w[0], out=out), out)
        self.assertColumns(out, {name: w[name][0].sum(0) for name in "xyz"})
        self.assertEqual(w[:0].sum().tolist(), (0, 0, 0))
        self.assertEqual(np.add.reduce(w[:, :0], axis=1).tolist(), np.zeros((2, 4), first.vec3).tolist())
        self.assertRaises(ValueError, np.subtract.reduce, w[:0, 0, 0])

    def test_reduces_in_order(self):
        w = self.vectors([1.0, 5, 2, 9])
        self.assertEqual(np.subtract.reduce(w)["x"], 1 - 5 - 2 - 9)
        self.assertEqual(np.subtract.reduce(w[::-1])["x"], 9 - 2 - 5 - 1)
        self.assertEqual(np.subtract.accumulate(w)["x"].tolist(), [1, -4, -6, -15])
        self.assertEqual(np.subtract.reduceat(w, [0, 2])["x"].tolist(), [-4, -7])
        self.assertRaises(ValueError, np.subtract.reduce, w.reshape(2, 2), axis=None)

    def test_goes_on_with_the_other_methods(self):
        w = self.vectors(np.arange(6.0))
        np.testing.assert_array_equal(np.cumsum(w)["x"], np.cumsum(w["x"]))
        np.testing.assert_array_equal(np.add.outer(w, self.v)["y"], np.add.outer(w["y"], self.v["y"]))
        np.testing.assert_array_equal(np.add.reduceat(w, [0, 3, 1])["x"], np.add.reduceat(w["x"], [0, 3, 1]))
        np.testing.assert_array_equal((w.reshape(2, 3).T + self.v[:, None])["x"],
                                      w["x"].reshape(2, 3).T + self.v["x"][:, None])
        expected = w["x"].copy()
        np.add.at(expected, [0, 0, 5], 1)
        np.add.at(w, [0, 0, 5], self.v[0])
        np.testing.assert_array_equal(w["x"], expected)
        np.multiply.at(w, slice(None), 2.0)
        np.testing.assert_array_equal(w["x"], expected * 2)
        np.multiply.at(w, [1, 1], 2)
        self.assertEqual(w["x"][1], expected[1] * 8)

    def test_never_assumes_the_gil(self):
        w = self.vectors(np.ones(2000))
        self.assertEqual((w ** w)["x"].sum(), 2000)
        self.assertEqual(np.power.reduceat(w, [0, 1])["x"].tolist(), [1, 1])
        np.power.at(w, [0, 0, 1], self.v[1])
        self.assertEqual(w["x"][:3].tolist(), [4, 2, 1])
        np.power.accumulate(w[:10])
        np.power.reduce(w[:10])

    def test_stops_where_a_kernel_raises(self):
        w = self.vectors([1, -1.0, 2])
        with self.assertRaises(ValueError) as caught:
            w ** w
        self.assertEqual(str(caught.exception), "a negative power")
        for call in (lambda: np.power.at(w, [0, 1], w[1]), lambda: np.power.reduceat(w, [0]), lambda: np.power.reduce(w)):
            self.assertRaises(ValueError, call)
        for count in (1, 3, 5000):
            with self.assertRaises(RuntimeError) as caught:
                np.hypot(self.vectors(np.ones(count)), w[0])
            self.assertEqual(str(caught.exception), "the kernel of an extended ufunc failed without an exception")

    def test_leaks_nothing(self):
        def count():
            return [sys.getrefcount(each) for each in (first.vec3, np.add, np.multiply, np.dtype("f8"), self.v)]

        def calls():
            self.v + self.v
            self.v * 2
            self.v.sum()
            np.add.at(self.v.copy(), [0], self.v[0])
            for wrong in (lambda: self.v + 1, lambda: np.zeros(1, FOREIGN) + self.v, lambda: self.v ** -self.v):
                self.assertRaises((TypeError, ValueError), wrong)
            first.extend()

        calls()
        before = count()
        for _ in range(100):
            calls()
        for one, other in zip(before, count()):
            self.assertLess(abs(one - other), 20)

    def test_may_be_called_by_many_threads(self):
        errors = []

        def work():
            try:
                w = self.vectors(np.arange(3000.0))
                for _ in range(20):
                    first.extend()
                    second.extend()
                    np.testing.assert_array_equal((w + w)["x"], w["x"] * 2)
                    self.assertEqual((w * 2).sum()["x"], w["x"].sum() * 2)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(errors, [])

    def test_warns_as_numpy_does(self):
        w = self.vectors([0.0])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            np.divmod(w, w)
        self.assertEqual([str(each.message) for each in caught], ["invalid value encountered in divmod"])


@unittest.skipIf(os.environ.get("EXTENDED_LIMITED_FIRST"), "runs the others")
class OtherOrderTest(unittest.TestCase):
    def test_it_does_not_matter_which_module_comes_first(self):
        code = "import sys; sys.path[:0] = %r; import unittest; unittest.main(module=%r)"
        done = subprocess.run([sys.executable, "-c", code % (sys.path, __name__)], capture_output=True, text=True,
                              env={**os.environ, "EXTENDED_LIMITED_FIRST": "1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("OK", done.stderr)
