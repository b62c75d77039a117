# SPDX-License-Identifier: BSD-3-Clause
"""Arrays from whatever holds elements, views of it, and conversions of arrays by name."""

import array
import collections
import ctypes
import gc
import importlib
import mmap
import sys
import unittest
import warnings

import arrows
import numpy as np
import rows

# NumPy says that it guesses what a ctypes object is.
warnings.filterwarnings("ignore", "A builtin ctypes object")

VEC3 = rows.dtype("vec3")
RECORDS = np.array([(1, 2, 3), (4, 5, 6)], VEC3)
RAW = RECORDS.tobytes()
HINT = ": descry_view_acquire_any() and descry_from_rows() take it"


class Named(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_double), ("z", ctypes.c_double)]


class Other(ctypes.Structure):
    _fields_ = [("a", ctypes.c_double), ("b", ctypes.c_double), ("c", ctypes.c_double)]


class Reordered(ctypes.Structure):
    _fields_ = [("y", ctypes.c_double), ("x", ctypes.c_double), ("z", ctypes.c_float)]


class Gives:
    def __array__(self, dtype=None, copy=None):
        return RECORDS.copy()


class Interface:
    __array_interface__ = RECORDS.__array_interface__


class ArrayFromTest(unittest.TestCase):
    def assert_raises(self, exception, text, call, *arguments):
        with self.assertRaises(exception) as raised:
            call(*arguments)
        self.assertEqual(str(raised.exception), text)

    def test_whatever_holds_elements(self):
        mapped = mmap.mmap(-1, 48)
        mapped[:] = RAW
        packed = np.zeros(2, [("z", "f4"), ("x", "i2"), ("y", ">f8")])
        for name in "xyz":
            packed[name] = RECORDS[name]
        forms = [RECORDS, RECORDS[::-1][::-1], packed, RAW, bytearray(RAW), memoryview(RAW), mapped,
                 memoryview(b"." + RAW)[1:], (Named * 2)(Named(1, 2, 3), Named(4, 5, 6)),
                 (Other * 2)(Other(1, 2, 3), Other(4, 5, 6)), (Reordered * 2)(Reordered(2, 1, 3), Reordered(5, 4, 6)),
                 memoryview(RECORDS), {"x": [1, 4], "y": (2, 5), "z": range(3, 9, 3)}, RECORDS.tolist(), tuple(RECORDS),
                 (row for row in RECORDS.tolist()), collections.deque(RECORDS.tolist()), Gives(), Interface(),
                 collections.OrderedDict(x=[1, 4], y=[2, 5], z=[3, 6]), RECORDS.astype([(n, "O") for n in "xyz"])]
        for form in forms:
            with self.subTest(form=type(form)):
                made = rows.array_from("vec3", form)
                self.assertIs(type(made), np.ndarray)
                self.assertEqual((made.dtype, made.tobytes()), (VEC3, RAW))
        for form in forms:
            if not hasattr(form, "gi_frame"):
                self.assertEqual(rows.any_rows("vec3", form, 1), RECORDS.tolist())

    def test_no_copy_where_the_memory_fits(self):
        self.assertIs(rows.array_from("vec3", RECORDS), RECORDS)
        for memory in [bytearray(RAW), array.array("b", RAW), (Named * 2)(), (Other * 2)()]:
            made = rows.array_from("vec3", memory)
            made["y"] = 8
            self.assertEqual(np.frombuffer(memory, "f8")[1], 8)
        self.assertFalse(rows.array_from("vec3", RAW).flags.writeable)
        held = bytearray(RAW)
        made = rows.array_from("vec3", held)
        self.assertRaises(BufferError, held.clear)
        del made
        held.clear()

    def test_shapes_and_scalars(self):
        self.assertEqual(rows.array_from("vec3", RECORDS[0])[()], RECORDS[0])
        self.assertEqual(rows.array_from("vec3", Named(1, 2, 3)).tolist(), (1.0, 2.0, 3.0))
        self.assertEqual(rows.array_from("float64", np.float32(0.5)).tolist(), 0.5)
        self.assertEqual(rows.array_from("int32", (ctypes.c_int32 * 2 * 2)((1, 2), (3, 4))).tolist(), [[1, 2], [3, 4]])
        self.assertEqual(rows.array_from("float64", array.array("f", [0.5, 2])).tolist(), [0.5, 2])
        self.assertEqual(rows.array_from("float64", [1, 0.5]).tolist(), [1, 0.5])
        self.assertEqual(rows.array_from("float64", np.array([1, 0.5], object)).tolist(), [1, 0.5])
        self.assertEqual(rows.array_from("triple", np.ones((2, 3), "f4")).tolist(), [[1] * 3] * 2)

    def test_arrow_data(self):
        class Arrow:
            """What gives out Arrow data, by one of its methods or both."""

            def __init__(self, name, records, *methods):
                made = arrows.to_arrow(name, records)
                for method in methods:
                    setattr(self, method, getattr(made, method))

        both = "__arrow_c_stream__", "__arrow_c_array__"
        for methods in both, both[:1], both[1:]:
            self.assertEqual(rows.array_from("vec3", Arrow("vec3", RECORDS, *methods)).tolist(), RECORDS.tolist())
            self.assertEqual(rows.any_rows("vec3", Arrow("vec3", RECORDS, *methods), 1), RECORDS.tolist())
        # Numbers of another width where each fits, as descry_from_arrow() has it.
        self.assertEqual(rows.array_from("int32", Arrow("int64", np.arange(3), *both)).tolist(), [0, 1, 2])
        self.assert_raises(OverflowError, "row 2: expected int32, got 4294967296, which it cannot hold exactly", rows.array_from, "int32",
                           Arrow("int64", np.array([0, 1, 2**32]), *both))

        # The rest of the order: an array if there is one, but structs as structs; columns by their names.
        class WithArray(Arrow, Gives):
            pass

        given = WithArray("vec3", RECORDS[:1], both[0])
        self.assertEqual(len(rows.array_from("vec3", given)), 2)
        self.assertEqual(len(rows.array_from("vec3", WithArray("vec3", RECORDS[:1], *both))), 1)

        class Table(WithArray):
            column_names = ["x", "y", "z"]

            def __getitem__(self, name):
                return [7, 8, 9]

        self.assertEqual(len(rows.array_from("vec3", Table("vec3", RECORDS[:1], *both))), 3)
        # The class is not one of its instances, and what it does give is looked at.
        self.assertRaises(TypeError, rows.array_from, "vec3", Arrow)
        broken = Arrow("vec3", RECORDS)
        broken.__arrow_c_stream__ = lambda schema=None: 5
        self.assertRaises(TypeError, rows.array_from, "vec3", broken)

    def test_arrow_data_with_flags(self):
        partial = np.zeros(2, [("x", "f8"), ("y", "f8"), ("w", "f8")])
        partial["x"] = 1, 2
        given = arrows.to_arrow(partial.dtype, partial)
        self.assertRaises(TypeError, rows.array_from, "vec3", given)
        self.assertEqual(rows.array_from("vec3", given, rows.MISSING_IS_ZERO | rows.EXTRA_IGNORED | rows.INTEGRAL_FLOATS
                                         | rows.SAME_KIND).tolist(), [(1, 0, 0), (2, 0, 0)])

    def test_refusals_say_what_was_tried(self):
        for other, name in [(5, "int"), ("abc", "str"), (None, "NoneType"), (Named, "PyCStructType"), (object(), "object")]:
            self.assert_raises(TypeError, "expected an array of vec3 (24 bytes) or what makes one, got an object of type "
                               + name + ", which is not an array, a buffer, Arrow data, a mapping of columns or an iterable of rows",
                               rows.array_from, "vec3", other)
        self.assertRaises(TypeError, rows.array_from, "float64", {"a": 1})
        self.assert_raises(ValueError, "3 bytes from offset 0 on are not a whole number of vec3 elements (24 bytes)",
                           rows.array_from, "vec3", b"abc")
        self.assert_raises(TypeError, "row 1: expected vec3, got None", rows.array_from, "vec3", [(1, 2, 3), None])
        self.assert_raises(TypeError, "expected an array of vec3 (24 bytes), got dtype float64: expected a record of 3 "
                           "fields, got float64", rows.array_from, "vec3", array.array("d", [1, 2, 3]))
        self.assert_raises(TypeError, "expected a 2-d array of vec3 (24 bytes), got a 1-d array", rows.any_rows, "vec3",
                           [(1, 2, 3)], 2)
        self.assert_raises(ValueError, "descry_view_acquire_any() opens views to read, which may be of a copy, got flags 0x2",
                           rows.any_rows, "vec3", RECORDS, 1, rows.WRITE)
        self.assert_raises(TypeError, "expected a 1-d array of vec3 (24 bytes), got an object of type list" + HINT,
                           rows.viewed, "vec3", [(1, 2, 3)], rows.READ)
        self.assert_raises(TypeError, "expected a 1-d array of vec3 (24 bytes), got an object of type dict"
                           + HINT.replace("rows", "columns"), rows.viewed, "vec3", {"x": []}, rows.READ)

    def test_flags(self):
        less, more = np.zeros(2, [("x", "f8"), ("y", "f8")]), np.zeros(2, VEC3.descr + [("w", "S3")])
        for form, flag in [(less, rows.MISSING_IS_ZERO), (more, rows.EXTRA_IGNORED),
                           (RECORDS.astype([(name, "g") for name in "xyz"]), rows.SAME_KIND),
                           (np.ma.masked_array(RECORDS, [True, False]), rows.MASKED)]:
            self.assertRaises(TypeError, rows.array_from, "vec3", form)
            self.assertEqual(rows.array_from("vec3", form, flag).shape, (2,))
        self.assertRaises(ValueError, rows.array_from, "vec3", [], rows.WRITE)

    def test_tables_of_other_libraries(self):
        columns = {"x": [1.0, 4.0], "y": [2, 5], "z": [3.0, 6.0]}
        tried = []
        for library, table in [("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "table")]:
            try:
                module = importlib.import_module(library)
            except ImportError:
                continue
            tried.append(library)
            frame = getattr(module, table)(columns)
            self.assertEqual(rows.array_from("vec3", frame).tobytes(), RAW)
            self.assertEqual(rows.any_rows("vec3", frame, 1), RECORDS.tolist())
            self.assertEqual(rows.array_from("float64", frame["x"]).tolist(), [1.0, 4.0])
            with self.assertRaisesRegex(ValueError, "expected a column 'z' of vec3"):
                rows.array_from("vec3", getattr(module, table)({"x": [1.0], "y": [2.0]}))
        if "pyarrow" in tried:
            import pyarrow
            structs = pyarrow.array([{"x": 1.0, "y": 2.0, "z": 3.0}])
            self.assertEqual(rows.array_from("vec3", structs).tolist(), [(1, 2, 3)])
            self.assertEqual(rows.array_from("float64", pyarrow.array([1.5])).tolist(), [1.5])
            reader = pyarrow.Table.from_struct_array(structs).to_reader()
            self.assertEqual(rows.array_from("vec3", reader).tolist(), [(1, 2, 3)])
        if "pandas" in tried:
            import pandas
            frame = pandas.DataFrame({"id": [1, 2], "pos.x": [1, 2], "pos.y": [1, 2], "pos.z": [1, 2], "rgb": [(1, 2, 3)] * 2,
                                      "label": ["ab", "c"], "born": pandas.to_datetime(["2020-01-01", None])})
            made = rows.array_from("particle", frame, rows.SAME_KIND)
            self.assertEqual(made["label"].tolist(), [b"ab", b"c"])
            self.assertEqual(made["born"].astype("M8[D]").tolist()[1], None)
            records = frame.drop(columns=["pos.x", "pos.y", "pos.z"]).assign(pos=[(1, 1, 1), (2, 2, 2)]).to_records(index=False)
            self.assertEqual(rows.array_from("particle", records, rows.SAME_KIND).tobytes(), made.tobytes())
        if not tried:
            self.skipTest("skipped: there is none of pandas, polars and pyarrow")


class ConvertTest(unittest.TestCase):
    def test_castings_are_numpys(self):
        other = np.array([(3, 1, 2), (6, 4, 5)], [("z", "f8"), ("x", "f8"), ("y", "f8")])
        for casting in [0, 1, 2, 3, 4, rows.SAME_KIND]:
            self.assertIs(rows.convert("vec3", RECORDS, casting), RECORDS)
            self.assertEqual(rows.convert("vec3", other, casting).tobytes(), RAW)
        cases = [(np.array([1, 2], ">i4"), 1), (np.array([1, 2], "i2"), 2), (np.array([1, 2], "i8"), 3),
                 (np.array([1.0, 2.0]), 4)]
        for array_, least in cases:
            for casting in range(5):
                if casting < least:
                    self.assertRaises(TypeError, rows.convert, "int32", array_, casting)
                else:
                    self.assertEqual(rows.convert("int32", array_, casting).tolist(), [1, 2])
        with self.assertRaisesRegex(OverflowError, "got 8589934592 at index .1,., which int32 cannot hold exactly"):
            rows.convert("int32", np.array([1, 2**33]), 3)
        self.assertEqual(rows.convert("int32", np.array([1, 2**33]), 4).tolist(), [1, 0])
        self.assertEqual(rows.convert("triple", np.ones((2, 3), "i8"), 4).tolist(), [[1] * 3] * 2)
        for wrong, exception in [(np.ones((2, 4), "i8"), TypeError), (np.ones((), "i8"), TypeError), ([1], TypeError)]:
            self.assertRaises(exception, rows.convert, "triple", wrong, 4)
        for casting in [-1, 5, 0x1000]:
            self.assertRaises(ValueError, rows.convert, "int32", cases[0][0], casting)
        masked = np.ma.masked_array([1.0, 2.0], [True, False])
        self.assertRaises(TypeError, rows.convert, "int32", masked, 4)

    def test_views_of_wider_elements_check_every_value(self):
        flags = rows.READ | rows.CONVERT | rows.SAME_KIND
        pairs = [("int32", "i8", [1, 2**31]), ("int32", "u4", [1, 2**31]), ("int32", "u8", [1, 2**64 - 1])]
        for name, dtype, (good, bad) in pairs:
            self.assertRaises(TypeError, rows.viewed, name, np.array([good], dtype), rows.READ | rows.CONVERT)
            self.assertEqual(rows.viewed(name, np.array([good] * 3, dtype), flags).tolist(), [good] * 3)
            with self.assertRaisesRegex(OverflowError, "got %d at index .1,., which int32 cannot hold" % bad):
                rows.viewed(name, np.array([good, bad], dtype), flags)
        self.assertRaises(TypeError, rows.viewed, "int32", np.array([1.0]), flags)
        particle = np.zeros(1, [(n, t) for n, t in [("rgb", ("f8", 3)), ("id", "i8"), ("pos", VEC3), ("label", "S20"),
                                                   ("born", "M8[as]"), ("more", "O")]])
        for field, good, bad in [("rgb", 0.5, 0.1), ("label", b"a" * 12, b"a" * 13), ("born", 10**9, 1)]:
            particle[field] = np.array(good).astype(particle[field].dtype)
            self.assertEqual(rows.viewed("particle", particle, flags | rows.EXTRA_IGNORED)["id"], 0)
            self.assertRaises(TypeError, rows.viewed, "particle", particle, flags)
            particle[field] = np.array(bad).astype(particle[field].dtype)
            with self.assertRaisesRegex(OverflowError, "field '%s" % field):
                rows.viewed("particle", particle, flags | rows.EXTRA_IGNORED)
            particle[field] = np.zeros((), particle[field].dtype)

    def test_views_to_write_change_nothing_else(self):
        wide = np.array([1, 2**31 - 2])
        rows.viewed("int32", wide, rows.WRITE | rows.CONVERT | rows.SAME_KIND)
        self.assertEqual(wide.tolist(), [2, 2**31 - 1])
        records = np.array([(1, 2, 3, "keep")], VEC3.descr[::-1] + [("w", "O")])
        rows.viewed("vec3", records, rows.WRITE | rows.CONVERT | rows.EXTRA_IGNORED)
        self.assertEqual(records["w"][0], "keep")
        self.assertEqual(records["x"][0], np.nextafter(3.0, 4))

    def test_nothing_leaks(self):
        forms = [RAW, bytearray(RAW), (Named * 2)(), (Other * 2)(), {"x": [1], "y": [2], "z": [3]}, [(1, 2, 3)], Gives(), 5,
                 b"abc", RECORDS.astype([(n, "f4") for n in "xyz"]), RECORDS.astype([(n, "O") for n in "xyz"])]

        def work():
            for form in forms:
                try:
                    rows.array_from("vec3", form)
                    rows.any_rows("vec3", form)
                except (TypeError, ValueError):
                    pass
            rows.convert("int32", np.array([1.5]), 4)

        for _ in range(50):
            work()
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(1000):
            work()
        gc.collect()
        self.assertLess(sys.getallocatedblocks() - before, 900)


if __name__ == "__main__":
    unittest.main()
