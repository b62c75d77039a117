# SPDX-License-Identifier: BSD-3-Clause
"""What np.array(rows, dtype) makes of values that do not fit, and what descry_from_rows() says of the same."""

import datetime
import unittest
import warnings

import numpy as np
import rows

VERSION = tuple(int(part) for part in np.__version__.split(".")[:2])
NUMBERS = rows.dtype("numbers")
PLAIN = dict(zip(NUMBERS.names, (
    True, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 1j, 1j, b"a", "a", b"\0\1\2", datetime.date(1970, 1, 2), 1,
    datetime.timedelta(1))))
ROW = (7, (1.5, 2.0, 3.0), (0.5, 0.25, 0.125), b"label", 5)
ZONE = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
NAN = float("nan")


class Since(dict):
    """What NumPy does from several versions on."""

    def __call__(self):
        return self[max(version for version in self if version <= VERSION)]


WRAPS = Since({(1, 22): 44, (2, 0): OverflowError})
# One value in a field of `numbers`: what NumPy makes of it, a value or an exception, and what descry says, a value, or an
# exception and what its message ends with.
FIELDS = [
    ("None in an integer", "i4", None, TypeError, (TypeError, "expected int32, got None")),
    ("None in a float is NaN", "f8", None, NAN, (TypeError, "expected float64, got None")),
    ("None in bytes is b'None', cut", "s", None, b"None", (TypeError, "expected S5, got None")),
    ("None in a time is NaT", "day", None, None, None),
    ("None in a time span is NaT", "span", None, None, None),
    ("an integer out of range", "u1", 300, WRAPS, (OverflowError, "expected uint8, got int 300, which is out of range")),
    ("2**70", "i8", 2**70, OverflowError, (OverflowError, "which is out of range")),
    ("a fraction", "i4", 1.9, 1, (TypeError, "expected int32, got float 1.9")),
    ("NaN in an integer", "i4", NAN, ValueError, (TypeError, "expected int32, got float nan")),
    ("digits", "i4", "7", 7, (TypeError, "expected int32, got str '7'")),
    ("letters in an integer", "i4", "x", ValueError, (TypeError, "expected int32, got str 'x'")),
    ("a large float in a single one", "f4", 1e300, float("inf"), (OverflowError, "got float 1e+300, which is out of range")),
    ("a large float in a half one", "f2", 1e6, float("inf"), (OverflowError, "which is out of range")),
    ("bytes that are too long", "s", b"abcdefgh", b"abcde", (ValueError, "expected at most 5 bytes, got 8")),
    ("text that is too long", "u", "abcdefgh", "abcd", (ValueError, "expected at most 4 characters, got 8")),
    ("an integer in bytes", "s", 123, b"123", (TypeError, "expected S5, got int 123")),
    ("text beyond ASCII in bytes", "s", "\u00e4", UnicodeEncodeError, b"\xc3\xa4"),
    ("bytes in text", "u", b"ab", "ab", (TypeError, "expected U4, got bytes b'ab'")),
    ("NULs at the end", "s", b"ab\0", b"ab", (ValueError, "which ends in a NUL that would be lost")),
    ("NULs inside", "s", b"a\0b", b"a\0b", b"a\0b"),
    ("a surrogate", "u", "\ud800", "\ud800", "\ud800"),
    ("the truth of a number", "truth", 2, True, (TypeError, "expected bool, got int 2")),
    ("the truth of a word", "truth", "False", True, (TypeError, "expected bool, got str 'False'")),
    ("a datetime in days", "day", datetime.datetime(2000, 1, 1, 5), datetime.date(2000, 1, 1),
     (ValueError, "which it cannot hold exactly")),
    ("a text in days", "day", "2000-01-01", datetime.date(2000, 1, 1), (TypeError, "got str '2000-01-01'")),
    ("an integer in days", "day", 1, datetime.date(1970, 1, 2), datetime.date(1970, 1, 2)),
    ("a time zone", "day", ZONE, datetime.date(2000, 1, 1), (ValueError, "which has a time zone")),
    ("nanoseconds in days", "day", np.datetime64("2000-01-01T05", "ns"), datetime.date(2000, 1, 1),
     (ValueError, "which it cannot hold exactly")),
    ("a complex number in a float", "f8", 1j, TypeError, (TypeError, "expected float64, got complex 1j")),
    ("an integer that no double holds", "f8", 2**53 + 1, 2.0**53, (OverflowError, "which it cannot hold exactly")),
]

BROADCAST = (3.0, (3.0, 3.0, 3.0), [3.0, 3.0, 3.0], b"3", 3)
# A row of a `particle`, likewise; of NumPy an array, where the shape is other than that of one record.
ROWS = [
    ("too few values", ROW[:2], ValueError, (ValueError, "row 0: expected 5 values for particle, got 2")),
    ("too many values", ROW + (1,), ValueError, (ValueError, "row 0: expected 5 values for particle, got 6")),
    ("too few in a nested record", (7, (1.5, 2.0)) + ROW[2:], ValueError,
     (ValueError, "row 0, field 'pos': expected 3 values for vec3, got 2")),
    ("a list", list(ROW), (TypeError, ValueError), ROW),
    ("a list for a nested record", (7, [1.5, 2.0, 3.0]) + ROW[2:], (TypeError, ValueError), ROW),
    ("one value", 3, BROADCAST, (TypeError, "row 0: expected particle, got int 3")),
    ("one value for a nested record", (7, 3) + ROW[2:], (7, (3.0, 3.0, 3.0)) + ROW[2:],
     (TypeError, "row 0, field 'pos': expected vec3, got int 3")),
    ("a dict", dict(zip(rows.dtype("particle").names, ROW)), TypeError, ROW),
    ("a list for a sub-array", ROW[:2] + ([0.5, 0.25, 0.125],) + ROW[3:], ROW, ROW),
    ("an array for a sub-array", ROW[:2] + (np.array(ROW[2]),) + ROW[3:], ROW, ROW),
    ("one value for a sub-array", ROW[:2] + (3,) + ROW[3:], ROW[:2] + ([3.0] * 3,) + ROW[3:],
     (TypeError, "where a sequence is expected")),
    ("a sub-array of one", ROW[:2] + ((3,),) + ROW[3:], ROW[:2] + ([3.0] * 3,) + ROW[3:],
     (ValueError, "row 0, field 'rgb': expected 3 values, got 1")),
    ("a sub-array of two", ROW[:2] + ((3, 4),) + ROW[3:], ValueError,
     (ValueError, "row 0, field 'rgb': expected 3 values, got 2")),
    ("digits for a sub-array", ROW[:2] + ("34",) + ROW[3:], ROW[:2] + ([34.0] * 3,) + ROW[3:],
     (TypeError, "where a sequence is expected")),
]


def plain(value):
    """Without arrays, of which NumPy makes one of each sub-array, and with lists for them."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return tuple(map(plain, value)) if isinstance(value, (tuple, list)) else value


def lists(value):
    return tuple(map(lists, value)) if isinstance(value, (tuple, list)) else value


class NumpyAnswersTest(unittest.TestCase):
    def setUp(self):
        catching = warnings.catch_warnings()
        catching.__enter__()
        self.addCleanup(catching.__exit__, None, None, None)
        warnings.simplefilter("ignore")

    def check(self, expected, call):
        """What the call gives is what was expected: a value, an exception, or that and how its message ends."""
        if isinstance(expected, tuple) and isinstance(expected[0], type):
            message = expected[1] if isinstance(expected[1], str) else ""
            classes = expected[0] if message else expected
            with self.assertRaises(classes) as raised:
                call()
            self.assertTrue(str(raised.exception).endswith(message), raised.exception)
        elif isinstance(expected, type):
            self.assertRaises(expected, call)
        else:
            actual = call()
            if expected != expected:
                self.assertNotEqual(actual, actual)
            else:
                self.assertEqual(lists(plain(actual)), lists(plain(expected)))

    def test_values(self):
        for what, name, value, numpy, descry in FIELDS:
            with self.subTest(what):
                dtype = np.dtype([("f", NUMBERS[name])])
                self.check(numpy() if isinstance(numpy, Since) else numpy, lambda: np.array([(value,)], dtype).item()[0])
                self.check(descry, lambda: rows.from_rows("numbers", [dict(PLAIN, **{name: value})])[name].tolist()[0])

    def test_rows(self):
        for what, row, numpy, descry in ROWS:
            with self.subTest(what):
                self.check(numpy, lambda: np.array([row], rows.dtype("particle")).item())
                self.check(descry, lambda: rows.from_rows("particle", [row]).item())

    # Of an array NumPy makes what it makes of none of its elements.
    def test_arrays(self):
        made = np.zeros(1, "u1")
        try:
            made[:] = np.array([300])
        except OverflowError:
            self.fail("NumPy refuses what it wrapped up to 2.5")
        self.assertEqual(made.tolist(), [44])
        with self.assertRaisesRegex(TypeError, "expected uint8 or what casts to it safely, got int64"):
            rows.from_columns("numbers", {name: np.array([300]) if name == "u1" else [PLAIN[name]] for name in PLAIN})


if __name__ == "__main__":
    unittest.main()
