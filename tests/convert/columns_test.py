# SPDX-License-Identifier: BSD-3-Clause
"""Columns into records and back, with NumPy's fields as the oracle."""

import array
import gc
import sys
import unittest

import numpy as np
import rows

PARTICLE = rows.dtype("particle")


def particles(count):
    made = np.zeros(count, PARTICLE)
    made["id"] = np.arange(count)
    for axis in "xyz":
        made["pos"][axis] = np.arange(count) + ord(axis) / 8
    made["rgb"] = np.arange(3 * count).reshape(count, 3)
    made["label"] = [b"label%d" % i for i in range(count)]
    made["born"] = np.arange(count)
    return made


class ColumnsTest(unittest.TestCase):
    def assert_raises(self, exception, text, name, columns, flags=0):
        with self.assertRaises(exception) as raised:
            rows.from_columns(name, columns, flags)
        self.assertEqual(str(raised.exception), text)

    def test_every_form_of_columns_is_the_same(self):
        for count in [0, 1, 127, 128, 129, 1000]:
            records = particles(count)
            columns, flat = rows.to_columns("particle", records), rows.to_columns("particle", records, rows.FLAT)
            self.assertEqual(list(columns), list(PARTICLE.names))
            self.assertEqual(list(flat), ["id", "pos.x", "pos.y", "pos.z", "rgb", "label", "born"])
            for name in PARTICLE.names:
                self.assertTrue(columns[name].flags.c_contiguous and columns[name].flags.owndata)
                np.testing.assert_array_equal(columns[name], records[name])
            nested = dict(flat, pos={axis: flat.pop("pos." + axis) for axis in "xyz"})
            as_lists = {name: column.tolist() for name, column in columns.items()}
            reversed_ = {name: np.flip(np.flip(column, 0).copy(), 0) for name, column in columns.items()}
            for each in [columns, rows.to_columns("particle", records, rows.FLAT), nested, as_lists, records, reversed_,
                         {name: iter(column) for name, column in as_lists.items()}]:
                self.assertEqual(rows.from_columns("particle", each).tobytes(), records.tobytes())

    def test_views_of_any_shape(self):
        records = particles(24)
        for view in [records.reshape(2, 3, 4), records.reshape(2, 3, 4).T, records[::-2], records[:1].reshape(()),
                     records.reshape(4, 6)[::2, ::-3], records[:0].reshape(3, 0)]:
            for flags in [0, rows.FLAT]:
                for name, column in rows.to_columns("particle", view, flags).items():
                    expected = view
                    for step in name.split("."):
                        expected = expected[step]
                    np.testing.assert_array_equal(column, expected)
                    self.assertEqual((column.dtype, column.shape), (expected.dtype, expected.shape))

    def test_texts_of_no_characters_stay_so(self):
        records = np.zeros(3, rows.dtype("blank"))
        for array in [records, records[::2], np.zeros((2, 2), records.dtype)]:
            for name, column in rows.to_columns("blank", array).items():
                self.assertEqual(column.shape, array[name].shape)
                self.assertEqual(column.dtype, array[name].dtype)
        columns = rows.to_columns("blank", records)
        self.assertEqual(rows.from_columns("blank", columns).tolist(), records.tolist())

    def test_two_columns_of_one_name_are_refused(self):
        records = np.zeros(3, rows.dtype("dotted"))
        self.assertEqual(list(rows.to_columns("dotted", records)), ["v.x", "v"])
        with self.assertRaisesRegex(ValueError, "^two columns of dotted would be called 'v.x'$"):
            rows.to_columns("dotted", records, rows.FLAT)

    def test_every_element_goes_both_ways(self):
        for name in ["numbers", "swapped"]:
            dtype = rows.dtype(name)
            source = np.random.RandomState(1).bytes(dtype.itemsize * 50)
            records = rows.array_from(name, bytearray(source)).copy()
            if name == "numbers":
                records["truth"] = records["i1"] > 0
            columns = rows.to_columns(name, records)
            again = rows.to_columns(name, rows.from_columns(name, columns))
            for field in dtype.names:
                self.assertEqual(columns[field].dtype, dtype[field])
                self.assertEqual(columns[field].tobytes(), records[field].tobytes())
                self.assertEqual(again[field].tobytes(), columns[field].tobytes())

    def test_objects_keep_their_references(self):
        value, text = object(), "text%d" % id(self)
        before = sys.getrefcount(value), sys.getrefcount(text)
        columns = {"count": [1, 2], "any": [value, value], "pair": [(value, None)] * 2, "text": [text] * 2,
                   "grid": np.ones((2, 2, 3), "i2")}
        made = rows.from_columns("named", columns)
        out = rows.to_columns("named", made)
        again = rows.from_columns("named", out)
        self.assertIs(again["any"][1], value)
        self.assertIs(out["pair"][1, 0], value)
        columns["text"] = [text, 5]
        self.assert_raises(TypeError, "row 1, field 'text': expected PyUnicodeObject, got int 5", "named", columns)
        del made, out, again, columns
        gc.collect()
        self.assertEqual((sys.getrefcount(value), sys.getrefcount(text)), before)

    def test_arrays_are_cast_and_every_value_checked(self):
        good = {"x": [1.0, 2.0], "y": np.array([1, 2], "i4"), "z": array.array("f", [1, 2])}
        self.assertEqual(rows.from_columns("vec3", good).tolist(), [(1.0, 1.0, 1.0), (2.0, 2.0, 2.0)])
        inexact = dict(good, y=np.array([1, 2**53 + 1]))
        text = "expected an array of vec3 (24 bytes), got 9007199254740993 at index (1,), field 'y', which float64 cannot " \
               "hold exactly"
        self.assert_raises(OverflowError, text, "vec3", inexact)
        wide = rows.to_columns("particle", particles(2))
        wide["rgb"] = wide["rgb"].astype("f8")
        self.assert_raises(TypeError, "column 'rgb' of particle: expected float32 or what casts to it safely, got float64",
                           "particle", wide)
        self.assertEqual(rows.from_columns("particle", wide, rows.SAME_KIND).tobytes(), particles(2).tobytes())
        wide["rgb"][1, 2] = 0.1
        self.assert_raises(OverflowError, "expected an array of particle (64 bytes), got 0.1 at index (1,), field 'rgb[2]', "
                           "which float32 cannot hold exactly", "particle", wide, rows.SAME_KIND)
        text = rows.to_columns("particle", particles(2))
        text["label"] = np.array([b"a", b"b" * 13])
        self.assert_raises(OverflowError, "expected an array of particle (64 bytes), got %s at index (1,), field 'label', "
                           "which |S12 cannot hold exactly" % (b"b" * 13), "particle", text, rows.SAME_KIND)
        self.assert_raises(TypeError, "column 'y' of vec3: expected float64 or what DESCRY_SAME_KIND casts to it, got "
                           "complex128", "vec3", dict(good, y=np.ones(2, complex)), rows.SAME_KIND)

    def test_refusals(self):
        good = {"x": [1, 2], "y": [1, 2], "z": [1, 2]}
        self.assert_raises(ValueError, "expected a column 'z' of vec3, got none", "vec3", {"x": [], "y": []})
        self.assert_raises(ValueError, "vec3 has no field for column 'w'", "vec3", dict(good, w=[], v=[]))
        self.assert_raises(ValueError, "vec3 has no field for column 3", "vec3", {**good, 3: []})
        self.assert_raises(ValueError, "column 'y' of vec3: expected 2 values, as column 'x' has, got 3", "vec3",
                           dict(good, y=[1, 2, 3]))
        for single, name in [(3, "int"), ("ab", "str"), (b"ab", "bytes"), (None, "NoneType"), (np.float64(3), "numpy.float64"),
                             (np.array(3.0), "numpy.ndarray"), ({1: 2}, "dict")]:
            self.assert_raises(TypeError, "column 'y' of vec3: expected an array or a sequence of values, got an object of "
                               "type " + name.split(".")[-1], "vec3", dict(good, y=single))
        self.assert_raises(ValueError, "column 'y' of vec3: expected values of shape (), got (1,)", "vec3",
                           dict(good, y=np.ones((2, 1))))
        self.assert_raises(TypeError, "row 1, field 'y': expected float64, got str 'b'", "vec3", dict(good, y=[1, "b"]))
        self.assert_raises(TypeError, "row 1, field 'y': expected float64, got str 'b'", "vec3",
                           dict(good, y=np.array([1, "b"], object)))
        self.assert_raises(TypeError, "float64 is not a record and has no columns", "float64", good)
        for other, name in [([1], "list"), (3, "int"), ("x", "str"), (np.ones(3), "ndarray"), (None, "NoneType")]:
            self.assert_raises(TypeError, "expected columns of vec3 by name, in a mapping or a DataFrame, got an object of "
                               "type " + name, "vec3", other)
        self.assert_raises(ValueError, "flags of a conversion are those of convert.h only, got 0x1", "vec3", good, 1)
        self.assertRaises(ValueError, rows.to_columns, "vec3", np.zeros(1, rows.dtype("vec3")), rows.READ)
        self.assertRaises(TypeError, rows.to_columns, "float64", np.zeros(1))
        masked = np.ma.masked_array([1.0, 2.0], [False, True])
        with self.assertRaisesRegex(TypeError, "masked array with elements masked out"):
            rows.from_columns("vec3", dict(good, y=masked))
        nested = {"id": [1], "pos": {"x": [1], "y": [2]}, "rgb": np.ones((1, 3), "f4"), "label": ["a"], "born": [None]}
        self.assert_raises(ValueError, "expected a column 'pos.z' of particle, got none", "particle", nested)
        nested["pos"] = [(1, 2, "x")]
        self.assert_raises(TypeError, "row 0, field 'pos.z': expected float64, got str 'x'", "particle", nested)

    def test_flags_loosen_one_rule_each(self):
        good = {"x": [1, 2], "y": [1, 2], "z": [1, 2]}
        self.assertEqual(rows.from_columns("vec3", {"x": [1]}, rows.MISSING_IS_ZERO).tolist(), [(1.0, 0.0, 0.0)])
        self.assertEqual(rows.from_columns("vec3", dict(good, w=3), rows.EXTRA_IGNORED).shape, (2,))
        self.assertTrue(np.isnan(rows.from_columns("vec3", dict(good, x=[None, 1]), rows.NONE_IS_NAN)["x"][0]))
        self.assertEqual(rows.from_columns("vec3", {}, rows.MISSING_IS_ZERO).shape, (0,))

    def test_code_of_values_may_do_what_it_likes(self):
        columns = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0], "z": [1.0, 2.0, 3.0]}

        class Shrinks:
            def __float__(self):
                columns["y"].clear()
                return 4.0

        columns["y"][1] = Shrinks()
        self.assert_raises(RuntimeError, "the rows changed while they were read: there were 3, and now there are 0", "vec3",
                           columns)

        class Columns(dict):
            def __getitem__(self, key):
                raise ZeroDivisionError(key)

            def keys(self):
                return ["x"]

        self.assertRaises(ZeroDivisionError, rows.from_columns, "vec3", Columns())
        shape = np.ones(3)

        class Reshapes:
            def __array__(self, dtype=None, copy=None):
                shape.shape = (3, 1)
                return np.ones(3)

        self.assertEqual(rows.from_columns("vec3", {"x": shape, "y": Reshapes(), "z": np.ones(3)}).tolist(), [(1.0,) * 3] * 3)

    def test_nothing_leaks(self):
        records = particles(5)
        bad = dict(rows.to_columns("particle", records), rgb=np.ones((5, 3), complex))

        def work():
            rows.from_columns("particle", rows.to_columns("particle", records, rows.FLAT))
            rows.from_columns("particle", rows.to_columns("particle", records))
            for columns in [bad, {}, 3, dict(bad, rgb=[1])]:
                try:
                    rows.from_columns("particle", columns)
                except (TypeError, ValueError):
                    pass

        for _ in range(5):
            work()
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(500):
            work()
        gc.collect()
        self.assertLess(sys.getallocatedblocks() - before, 300)


if __name__ == "__main__":
    unittest.main()
