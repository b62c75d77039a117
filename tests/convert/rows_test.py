# SPDX-License-Identifier: BSD-3-Clause
"""Rows and values of Python into elements and back: every kind, with NumPy as the oracle."""

import collections
import dataclasses
import datetime
import decimal
import fractions
import gc
import sys
import unittest

import numpy as np
import rows

GOOD = (7, (1.5, 2, -0.0), (0.1, 0.25, 1e30), b"label", 5)
PLAIN = (True, -128, 255, -2**15, 2**16 - 1, -2**31, 2**32 - 1, -2**63, 2**64 - 1, 0.5, 0.1, 0.1, 0.1, 1 + 2j, 1e300j,
         b"abcde", "\U0001f600bcd", b"\0\1\2", datetime.date(1969, 12, 31), -1, datetime.timedelta(days=1))

# What each element takes and refuses: what comes, and the value that it becomes or the message.
NUMBERS = rows.dtype("numbers").names
OUT = "which is out of range"
EXACT = "which it cannot hold exactly"
TABLE = {
    "truth": [(True, True), (0, False), (np.bool_(True), True), (1, True), (2, "expected bool, got int 2"),
              ("False", "expected bool, got str 'False'"), ([], "expected bool, got list []"), (1.0, TypeError),
              (None, "expected bool, got None"), (2**70, TypeError)],
    "i1": [(127, 127), (-128, -128), (128, "expected int8, got int 128, " + OUT), (-129, OverflowError),
           (1.0, "expected int8, got float 1.0"), ("7", "expected int8, got str '7'"), (None, TypeError),
           (True, 1), (np.int64(5), 5), (np.int64(300), OverflowError), (np.float32(1), TypeError), (2**70, OverflowError)],
    "u1": [(255, 255), (-1, OverflowError), (256, OverflowError), (decimal.Decimal(3), TypeError)],
    "i2": [(2**15 - 1, 2**15 - 1), (2**15, OverflowError)],
    "u2": [(2**16 - 1, 2**16 - 1), (2**16, OverflowError), (-1, OverflowError)],
    "i4": [(-2**31, -2**31), (2**31, OverflowError)],
    "u4": [(2**32 - 1, 2**32 - 1), (2**32, OverflowError)],
    "i8": [(-2**63, -2**63), (2**63, OverflowError), (-2**63 - 1, OverflowError)],
    "u8": [(2**64 - 1, 2**64 - 1), (2**64, OverflowError), (-1, OverflowError)],
    "f2": [(65504, 65504.0), (0.1, float(np.float16(0.1))), (65520.0, "expected float16, got float 65520.0, " + OUT),
           (2049, "expected float16, got int 2049, " + EXACT), (float("inf"), float("inf")), (np.float16(0.5), 0.5),
           (None, TypeError)],
    "f4": [(0.1, float(np.float32(0.1))), (1e300, OverflowError), (2**24 + 1, OverflowError), (2**24, 2.0**24),
           (-float("inf"), -float("inf")), (np.float64(0.5), 0.5), (np.float32(0.1), float(np.float32(0.1))),
           (fractions.Fraction(1, 4), 0.25), (1j, TypeError), ("1", TypeError), (b"1", TypeError), (None, TypeError)],
    "f8": [(0.1, 0.1), (2**53, 2.0**53), (2**53 + 1, "expected float64, got int 9007199254740993, " + EXACT),
           (10**400, OverflowError), (decimal.Decimal("0.5"), 0.5), (True, 1.0), ([1.0], TypeError)],
    "fg": [(0.1, 0.1), (np.longdouble(1) / 3, np.longdouble(1) / 3), (2**64, 2.0**64)],
    "c8": [(1 + 2j, 1 + 2j), (1e300j, OverflowError), (3, 3 + 0j), (np.complex64(1j), 1j), ("1j", TypeError)],
    "c16": [(1e300j, 1e300j), (0.5, 0.5 + 0j), (2**53 + 1, OverflowError), (np.complex64(2j), 2j)],
    "s": [(b"abcde", b"abcde"), (b"", b""), (b"a\0b", b"a\0b"), ("\u00e4", b"\xc3\xa4"), ("abcdef", ValueError),
          (b"abcdef", "expected at most 5 bytes, got 6"), (b"ab\0", "expected S5, got bytes b'ab\\x00', which ends in a NUL "
                                                                    "that would be lost"),
          ("\ud800", "expected S5, got str '\\ud800', which has surrogates, for which UTF-8 has no bytes"),
          (5, "expected S5, got int 5"), (None, TypeError), (np.bytes_(b"ab"), b"ab"), (bytearray(b"a"), TypeError)],
    "u": [("abcd", "abcd"), ("\U0001f600", "\U0001f600"), ("", ""), ("abcde", "expected at most 4 characters, got 5"),
          (b"ab", "expected U4, got bytes b'ab'"), ("a\0", ValueError), (np.str_("ab"), "ab")],
    "v": [(b"\0\1\2", b"\0\1\2"), (b"ab", "expected 3 bytes, got 2"), (bytearray(3), bytes(3)), ("abc", TypeError),
          (np.zeros(3, "u1"), bytes(3))],
    "day": [(datetime.date(2000, 1, 1), datetime.date(2000, 1, 1)), (np.datetime64("2000-01-01T00"), datetime.date(2000, 1, 1)),
            (np.datetime64("2000-01-01T01"), ValueError), (datetime.datetime(2000, 1, 1, 1), ValueError),
            (datetime.datetime(2000, 1, 1), datetime.date(2000, 1, 1)), (None, None), (0, datetime.date(1970, 1, 1)),
            (np.datetime64("NaT"), None), (np.datetime64(0, "0s"), ValueError), (datetime.timedelta(1), TypeError), ("2000-01-01", TypeError), (1.0, TypeError),
            (datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc), ValueError), (True, TypeError)],
    "nano": [(np.datetime64("2000-01-01"), 946684800 * 10**9), (np.datetime64("3000-01-01", "us"), ValueError),
             (datetime.datetime(2000, 1, 1, 0, 0, 0, 1), 946684800 * 10**9 + 1000), (2**63, OverflowError)],
    "span": [(datetime.timedelta(seconds=3), datetime.timedelta(seconds=3)), (datetime.timedelta(microseconds=1), ValueError),
             (np.timedelta64(2, "m"), datetime.timedelta(seconds=120)), (np.timedelta64(3, "M"), ValueError),
             (np.timedelta64(2, "Y"), ValueError), (np.timedelta64(0, "Y"), datetime.timedelta(0)), (np.timedelta64(2**62, "W"), ValueError),
             (np.timedelta64("NaT", "M"), None), (np.timedelta64(1, "0s"), ValueError), (np.datetime64(0, "s"), TypeError), (None, None)],
}


def listed(value):
    """What ndarray.item() gives, with lists for sub-arrays, where NumPy has arrays."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return type(value)(map(listed, value)) if isinstance(value, (list, tuple)) else value


def bits(array):
    return array.tobytes()


class ElementTest(unittest.TestCase):
    def row(self, name, value):
        return tuple(value if each == name else plain for each, plain in zip(NUMBERS, PLAIN))

    def test_every_element_takes_what_it_holds_and_refuses_the_rest(self):
        self.assertEqual(set(TABLE), set(NUMBERS))
        for name, cases in TABLE.items():
            for value, expected in cases:
                with self.subTest(name, value=value):
                    row = self.row(name, value)
                    if isinstance(expected, str) and value is not expected and not isinstance(value, str):
                        with self.assertRaises(Exception) as raised:
                            rows.from_rows("numbers", [row])
                        self.assertEqual(str(raised.exception), "row 0, field '%s': %s" % (name, expected))
                    elif isinstance(expected, type):
                        with self.assertRaises(expected) as raised:
                            rows.from_rows("numbers", [row])
                        self.assertIn("row 0, field '%s': expected" % name, str(raised.exception))
                    elif isinstance(expected, str) and expected.startswith("expected"):
                        with self.assertRaises(Exception) as raised:
                            rows.from_rows("numbers", [row])
                        self.assertIn(expected, str(raised.exception))
                    else:
                        array = rows.from_rows("numbers", [row])
                        self.assertEqual(array[name].tolist()[0], expected)
                        self.assertIs(type(rows.to_rows("numbers", array)[0][NUMBERS.index(name)]),
                                      type(array[0].item()[NUMBERS.index(name)]))

    def test_an_element_comes_back_as_numpy_has_it(self):
        array, scalar, row, mapping = rows.element("numbers", PLAIN)
        self.assertEqual(scalar, array[0])
        self.assertEqual(scalar.dtype, array.dtype)
        self.assertIsNone(scalar.base)
        expected = list(array[0].item())
        self.assertEqual(row[:17], tuple(expected[:17]))
        self.assertEqual(row[17], array["v"][0].tobytes())
        self.assertEqual(row[18:], tuple(expected[18:]))
        self.assertEqual(mapping, dict(zip(NUMBERS, row)))

    def test_other_byte_orders(self):
        row = (0x1234, -2, 0.1, 1 + 2j, "a\U0001f600", datetime.datetime(2001, 2, 3, 4, 5, 6, 7))
        array = rows.from_rows("swapped", [row])
        self.assertEqual(bits(array), bits(np.array([row], rows.dtype("swapped"))))
        self.assertEqual(rows.to_rows("swapped", array), [row[:3] + row[3:]])

    def test_plain_types_have_values_for_rows(self):
        np.testing.assert_array_equal(rows.from_rows("float64", iter([1, 2.5])), [1, 2.5])
        self.assertEqual(rows.to_rows("float64", np.array([[1.0], [2.0]])), [[1.0], [2.0]])
        self.assertEqual(rows.to_rows("float64", np.array(3.0)), 3.0)
        np.testing.assert_array_equal(rows.from_rows("triple", [[1, 2, 3]]), [[1, 2, 3]])
        self.assertEqual(rows.to_rows("triple", np.ones((2, 3))), [[1.0] * 3] * 2)

    def test_flags_loosen_one_rule_each(self):
        plain = dict(zip(NUMBERS, PLAIN))
        cases = [("f8", None, rows.NONE_IS_NAN), ("f2", None, rows.NONE_IS_NAN), ("c16", None, rows.NONE_IS_NAN),
                 ("s", b"abcdefg", rows.TRUNCATE_TEXT), ("s", "abcd\u00e4", rows.TRUNCATE_TEXT),
                 ("s", b"a\0", rows.TRUNCATE_TEXT), ("u", "abcdefg", rows.TRUNCATE_TEXT),
                 ("i4", 3.0, rows.INTEGRAL_FLOATS), ("u1", np.float32(3), rows.INTEGRAL_FLOATS)]
        for name, value, flag in cases:
            row = [dict(plain, **{name: value})]
            for other in [rows.NONE_IS_NAN, rows.TRUNCATE_TEXT, rows.INTEGRAL_FLOATS]:
                with self.subTest(name, value=value, flag=other):
                    if other == flag:
                        rows.from_rows("numbers", row, other)
                    else:
                        self.assertRaises((TypeError, ValueError), rows.from_rows, "numbers", row, other)
        self.assertEqual(rows.from_rows("numbers", [dict(plain, s="abcd\u00e4")], rows.TRUNCATE_TEXT)["s"][0], b"abcd")
        for value in [1.5, float("nan"), float("inf"), 1e300]:
            self.assertRaises((TypeError, OverflowError), rows.from_rows, "numbers", [dict(plain, i4=value)],
                              rows.INTEGRAL_FLOATS)

    def test_unknown_flags(self):
        with self.assertRaisesRegex(ValueError, "flags of a conversion are those of convert.h only, got 0x1$"):
            rows.from_rows("vec3", [], 1)


@dataclasses.dataclass
class Vec3:
    x: float
    y: float
    z: float


class Found:
    """What the collector is to free."""


class Slow(collections.abc.Mapping):
    def __init__(self, **values):
        self.values_ = values

    def __getitem__(self, key):
        return self.values_[key]

    def __iter__(self):
        return iter(self.values_)

    def __len__(self):
        return len(self.values_)


class RowTest(unittest.TestCase):
    def assert_raises(self, exception, text, name, value, flags=0):
        with self.assertRaises(exception) as raised:
            rows.from_rows(name, value, flags)
        self.assertEqual(str(raised.exception), text)

    def test_every_form_of_a_row_is_the_same(self):
        dtype = rows.dtype("vec3")
        forms = [(1, 2, 3), [1, 2, 3], {"z": 3, "x": 1, "y": 2}, Slow(x=1, y=2, z=3), Vec3(1, 2, 3),
                 collections.OrderedDict(x=1, y=2, z=3), collections.namedtuple("v", "x y z")(1, 2, 3),
                 np.array((1, 2, 3), dtype)[()], np.array((3, 2, 1), [("z", "i4"), ("y", "f4"), ("x", "u1")])[()]]
        array = rows.from_rows("vec3", forms)
        self.assertEqual(array.tolist(), [(1.0, 2.0, 3.0)] * len(forms))

    def test_any_iterable_gives_rows(self):
        expected = [(float(i), 0.0, 0.0) for i in range(40)]
        for source in [expected, tuple(expected), iter(expected), (each for each in expected), collections.deque(expected),
                       np.array(expected, rows.dtype("vec3"))]:
            self.assertEqual(rows.from_rows("vec3", source).tolist(), expected)
        self.assertEqual(rows.from_rows("vec3", []).shape, (0,))
        self.assertRaises(TypeError, rows.from_rows, "vec3", 3)

    # The collector knows all that a cycle can lead through, once it is given out, and nothing else.
    def test_what_is_given_out_is_the_collectors(self):
        array = rows.from_rows("particle", [GOOD] * 3)
        made = rows.to_rows("particle", array), rows.to_rows("particle", array.reshape(3, 1))[2]
        for row in made[0][1], made[1][0], rows.to_rows("particle", array[0].reshape(())), rows.element("particle", GOOD)[2]:
            self.assertTrue(gc.is_tracked(row))
            self.assertTrue(gc.is_tracked(row[2]))
            self.assertFalse(gc.is_tracked(row[1]))
            row[2].append(row)
            row[2].append(Found())
        del row, made
        gc.collect()
        self.assertFalse([each for each in gc.get_objects() if type(each) is Found])
        self.assertFalse(gc.is_tracked(rows.to_rows("vec3", rows.from_rows("vec3", [(1, 2, 3)]))[0]))

    def test_rows_and_back(self):
        array = rows.from_rows("particle", [GOOD] * 3)
        self.assertEqual(array.dtype, rows.dtype("particle"))
        self.assertEqual(rows.to_rows("particle", array), listed(array.tolist()))
        self.assertEqual(rows.to_rows("particle", array[::-2].reshape(1, 2)), listed(array[::-2].reshape(1, 2).tolist()))
        again = rows.from_rows("particle", rows.to_dicts("particle", array))
        self.assertEqual(bits(again), bits(array))

    def test_rows_have_the_order_of_the_dtype_however_the_struct_was_declared(self):
        values = [(1, 2.5, b"ab"), (-3, 0.5, b"cdef")]
        dtype = rows.dtype("shuffled")
        array = rows.from_rows("shuffled", values)
        self.assertEqual(array.tolist(), np.array(values, dtype).tolist())
        self.assertEqual(rows.to_rows("shuffled", array), array.tolist())
        self.assertEqual([tuple(row) for row in rows.to_dicts("shuffled", array)], [dtype.names] * 2)

    def test_messages_name_row_and_path(self):
        bad = [GOOD] * 17
        self.assert_raises(TypeError, "row 17, field 'pos.y': expected float64, got str 'abc'", "particle",
                           bad + [(7, (1, "abc", 3), (0, 0, 0), b"", 5)])
        self.assert_raises(OverflowError, "row 0, field 'rgb[2]': expected float32, got float 1e+300, " + OUT, "particle",
                           [(7, (1, 2, 3), (0, 0, 1e300), b"", 5)])
        self.assert_raises(ValueError, "row 0: expected 5 values for particle, got 4", "particle", [GOOD[:4]])
        self.assert_raises(ValueError, "row 0, field 'pos': expected 3 values for vec3, got 2", "particle",
                           [(7, (1, 2), (0, 0, 0), b"", 5)])
        self.assert_raises(ValueError, "row 0, field 'rgb': expected 3 values, got 1", "particle",
                           [(7, (1, 2, 3), (0,), b"", 5)])
        self.assert_raises(TypeError, "row 0, field 'rgb': expected float32, got int 0, where a sequence is expected",
                           "particle", [(7, (1, 2, 3), 0, b"", 5)])
        self.assert_raises(TypeError, "row 0: expected vec3, got int 3", "vec3", [3])
        self.assert_raises(TypeError, "row 0: expected vec3, got str 'xyz'", "vec3", ["xyz"])
        self.assert_raises(TypeError, "row 0: expected vec3, got None", "vec3", [None])
        self.assert_raises(ValueError, "row 0, field 'grid[1]': expected 3 values, got 2", "named",
                           [(1, 2, (3, 4), "a", [[1, 2, 3], [4, 5]])])
        self.assert_raises(TypeError, "row 0, field 'grid[1][0]': expected int16, got str 'x'", "named",
                           [(1, 2, (3, 4), "a", [[1, 2, 3], ["x", 5, 6]])])

    def test_mappings_are_complete_and_have_nothing_else(self):
        for form in [dict, Slow]:
            self.assert_raises(ValueError, "row 0: expected a value for 'z' of vec3, got none", "vec3", [form(x=1, y=2)])
            self.assert_raises(ValueError, "row 0: vec3 has no field 'w'", "vec3", [form(x=1, y=2, z=3, w=4)])
            self.assertEqual(rows.from_rows("vec3", [form(y=2)], rows.MISSING_IS_ZERO).tolist(), [(0.0, 2.0, 0.0)])
            self.assertEqual(rows.from_rows("vec3", [form(x=1, y=2, z=3, w=4)], rows.EXTRA_IGNORED).tolist(),
                             [(1.0, 2.0, 3.0)])

    def test_objects_keep_their_references(self):
        value, text = object(), "text%d" % id(self)
        before = sys.getrefcount(value), sys.getrefcount(text)
        array = rows.from_rows("named", [(1, value, (value, None), text, [[1, 2, 3], [4, 5, 6]])] * 20)
        self.assertEqual(sys.getrefcount(value), before[0] + 40)
        self.assertIs(array["any"][3], value)
        self.assertIs(rows.to_rows("named", array)[0][1], value)
        del array
        gc.collect()
        self.assertEqual((sys.getrefcount(value), sys.getrefcount(text)), before)
        self.assert_raises(TypeError, "row 1, field 'text': expected PyUnicodeObject, got int 5", "named",
                           [(1, value, (value, value), text, np.ones((2, 3), int)), (1, value, (value, value), 5, [])])
        gc.collect()
        self.assertEqual(sys.getrefcount(value), before[0])
        rows.element("named", (1, value, (value, value), text, np.ones((2, 3), int)))
        self.assertRaises(TypeError, rows.element, "named", (1, value, (value, value), text, 5))
        self.assertEqual(sys.getrefcount(value), before[0])

    def test_code_of_values_may_do_what_it_likes(self):
        source = [(1.0, 2.0, 3.0) for _ in range(5)]

        class Shrinks:
            def __float__(self):
                source.clear()
                gc.collect()
                return 4.0

        source[2] = [1.0, Shrinks(), 3.0]
        self.assert_raises(RuntimeError, "the rows changed while they were read: there were 5, and now there are 0", "vec3",
                           source)

        class Raises:
            def __float__(self):
                raise ZeroDivisionError("mine")

        self.assert_raises(ZeroDivisionError, "mine", "vec3", [(1, Raises(), 3)])

        inner = [1.0, None, 3.0]

        class Empties:
            def __float__(self):
                inner.clear()
                return 2.0

        inner[1] = Empties()
        self.assert_raises(RuntimeError, "row 0: the values changed while they were read: there were 3, and now there are "
                           "0", "vec3", [inner])

        def breaks():
            yield 1, 2, 3
            raise KeyError("source")

        self.assertRaises(KeyError, rows.from_rows, "vec3", breaks())

    def test_lists_that_their_values_change_are_refused(self):
        def changing(change, values, at):
            class Changes:
                def __float__(self):
                    change(values)
                    return 1.0

                def __index__(self):
                    change(values)
                    return 1

            values[at] = Changes()
            return values

        for change, now in [(list.clear, lambda n: 0), (lambda values: values.append(1), lambda n: n + 1),
                            (list.pop, lambda n: n - 1)]:
            for name, path, values, at, place in [
                    ("vec3", "", [1, 2, 3], 0, lambda values: values), ("vec3", "", [1, 2, 3], 2, lambda values: values),
                    ("triple", "", [1, 2, 3], 2, lambda values: values),
                    ("particle", ", field 'rgb'", [1, 2, 3], 1, lambda values: (1, (1, 2, 3), values, b"", 0)),
                    ("particle", ", field 'pos'", [1, 2, 3], 0, lambda values: (1, values, (1, 2, 3), b"", 0)),
                    ("optional", "", [1, 2, None, (1, 2)], 1, lambda values: values),
                    ("choice", "", [1, 1, 2, 1, 5], 0, lambda values: values),
                    ("nibbles", ", field 'three'", [1, 2, 3], 1, lambda values: (values, 4))]:
                with self.subTest(name, path=path, at=at):
                    count = len(values)
                    self.assert_raises(
                        RuntimeError, "row 0%s: the values changed while they were read: there were %d, and now there are %d"
                        % (path, count, now(count)), name, [place(changing(change, list(values), at))])

    def test_a_view_may_be_released_while_it_is_read(self):
        def release(phase, info):
            rows.release_view()

        threshold = gc.get_threshold()
        for convert in [rows.to_rows, rows.to_dicts, rows.to_columns]:
            array = np.zeros(1000, rows.dtype("particle"))
            expected = convert("particle", array)
            gc.callbacks.append(release)
            gc.set_threshold(1)
            try:
                made = convert("particle", array)
            finally:
                gc.callbacks.remove(release)
                gc.set_threshold(*threshold)
            if convert is not rows.to_columns:
                self.assertEqual(made, expected)
            array.resize(2000, refcheck=False)

    def test_nothing_leaks(self):
        def work():
            rows.from_rows("particle", [GOOD] * 50)
            rows.to_dicts("particle", rows.from_rows("particle", [GOOD] * 5))
            for bad in [(7,), (7, (1, "a", 3), (0, 0, 0), b"", 5), 3]:
                try:
                    rows.from_rows("particle", [GOOD, bad])
                except (TypeError, ValueError):
                    pass

        for _ in range(5):
            work()
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(1000):
            work()
        gc.collect()
        self.assertLess(sys.getallocatedblocks() - before, 300)


if __name__ == "__main__":
    unittest.main()
