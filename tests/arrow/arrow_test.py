# SPDX-License-Identifier: BSD-3-Clause
"""Arrays to Arrow's structs and back, every kind of element, without a library that speaks Arrow."""

import ctypes
import gc
import random
import subprocess
import sys
import threading
import unittest

import numpy as np

import c_data

import arrows
import arrows_abi3

NUMBERS = {"bool": "b", "int8": "c", "uint8": "C", "int16": "s", "uint16": "S", "int32": "i", "uint32": "I", "int64": "l",
           "uint64": "L", "float16": "e", "float32": "f", "float64": "g"}
# Elements by their tags: what they become, or None.
TAGS = dict(
    {"bool_": "b", "bytes": "z", "unicode": "u", "intp": "l", "uintp": "L", "object_": None, "longdouble": None,
     "clongdouble": None, "bfloat16": None, "complex64": "+w:2", "complex128": "+w:2", "void_": "w:1"},
    **{name: code for name, code in NUMBERS.items() if name != "bool"},
    **{"datetime64_" + unit: code for unit, code in {
        "Y": "tdD", "M": "tdD", "W": "tdD", "D": "tdD", "h": "tss:", "m": "tss:", "s": "tss:", "ms": "tsm:", "us": "tsu:",
        "ns": "tsn:", "ps": None, "fs": None, "as": None}.items()},
    **{"timedelta64_" + unit: code for unit, code in {
        "Y": None, "M": None, "W": "tDs", "D": "tDs", "h": "tDs", "m": "tDs", "s": "tDs", "ms": "tDm", "us": "tDu",
        "ns": "tDn", "ps": None, "fs": None, "as": None}.items()})
ORDERED = [tag for tag in TAGS if tag not in ("bool_", "int8", "uint8", "bytes", "void_", "object_", "bfloat16")]

SCALARS = (["?"] + [kind + str(size) for kind in "iu" for size in (1, 2, 4, 8)] + ["f2", "f4", "f8", "c8", "c16", "S1", "S7", "S12",
           "S40", "U1", "U5", "V3", "V16"] + ["M8[%s]" % unit for unit in ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns")] +
           ["m8[%s]" % unit for unit in ("W", "D", "h", "m", "s", "ms", "us", "ns")])
LETTERS = "ab\u00e9\u6e29\U0001f600"


def random_dtype(choose, depth=0):
    """A dtype that Arrow has a type for."""
    kind = choose.random()
    if depth < 3 and kind < (0.7 if depth == 0 else 0.2):
        return np.dtype([("f%d" % i, random_dtype(choose, depth + 1)) for i in range(choose.randrange(1, 6))],
                        align=choose.random() < 0.5)
    if depth and kind < 0.35:
        inner = random_dtype(choose, depth + 1)
        shape = tuple(choose.randrange(0, 4) for _ in range(choose.randrange(1, 3)))
        # NumPy has no sub-arrays of nothing.
        return np.dtype((inner, shape)) if inner.itemsize else inner
    code = choose.choice(SCALARS)
    return np.dtype(code).newbyteorder(choose.choice("<>"))


def random_values(choose, dtype, count):
    """Values of a dtype without fields, as an array, all of which Arrow can hold."""
    kind = dtype.kind
    if kind in "SV":
        return np.array([bytes(choose.choices(range(256), k=choose.randrange(dtype.itemsize + 1))).rstrip(b"\0") for _ in range(count)],
                        "S%d" % dtype.itemsize).view(dtype)
    if kind == "U":
        return np.array(["".join(choose.choices(LETTERS, k=choose.randrange(dtype.itemsize // 4 + 1))) for _ in range(count)], dtype)
    if kind in "Mm":
        return np.array([choose.choice([-2**63, choose.randrange(-20000, 20000), 0]) for _ in range(count)], "i8").astype(dtype)
    if kind == "b":
        return np.array([choose.random() < 0.5 for _ in range(count)])
    return np.frombuffer(bytes(choose.choices(range(256), k=count * dtype.itemsize)), dtype)


def fill(choose, array):
    """Fills an array, of whichever dtype, with random values."""
    if array.dtype.names:
        for name in array.dtype.names:
            fill(choose, array[name])
    elif array.size:
        array[...] = random_values(choose, array.dtype, array.size).reshape(array.shape)


def same(one, other):
    """Whether arrays have the same bytes in all their fields."""
    if one.dtype.names:
        return all(same(one[name], other[name]) for name in one.dtype.names)
    return one.tobytes() == other.tobytes()


class ArrowTest(unittest.TestCase):
    module = arrows

    def setUp(self):
        gc.collect()
        self.assertEqual(self.module.borrows(), [])

    def tearDown(self):
        gc.collect()
        self.assertEqual(self.module.borrows(), [])

    def made(self, name, count):
        return np.zeros(count, self.module.dtype(name))

    def round_trip(self, which, array, flags=0):
        """Whether an array comes back as it was, from a stream and from one array."""
        sent = self.module.to_arrow(which, array, flags)
        back = self.module.from_arrow(which, sent)
        self.assertEqual(back.dtype, array.dtype)
        self.assertTrue(same(back, array), (array, back))
        pair = c_data.Pair(*sent.__arrow_c_array__())
        self.assertTrue(same(self.module.from_arrow(which, pair), array))

    def refused(self, exception, text, call, *arguments):
        with self.assertRaises(exception) as caught:
            call(*arguments)
        self.assertEqual(str(caught.exception), text)

    def test_every_tag_has_a_format_or_a_reason(self):
        for tag, expected in TAGS.items():
            for name in [tag] + [tag + order for order in ("_be", "_le") if tag in ORDERED]:
                with self.subTest(tag=name):
                    if expected is None:
                        self.refused(TypeError, "Arrow has no type for %s elements" % name, self.module.schema, name)
                        continue
                    nullable = 2 if "time64" in name or "delta64" in name else 0
                    rows = self.module.schema(name)
                    self.assertEqual(rows[0], (0, "", expected, nullable))
                    self.assertEqual(len(rows), 2 if expected.startswith("+") else 1)

    def test_all_tags_are_listed(self):
        with open("include/descry/elements.inc") as file:
            text = file.read()
        found = [line.split("(")[1].split(",")[0] for line in text.splitlines() if line.startswith("DESCRY_ELEMENT")]
        self.assertEqual(sorted(found), sorted(TAGS))

    def test_refusals_name_the_field(self):
        self.refused(TypeError, "column 'any': Arrow has no type for object_ elements", self.module.schema, "object")
        self.refused(TypeError, "column 'wide': Arrow has no type for longdouble elements", self.module.schema, "widest")
        self.refused(TypeError, "column 'any': Arrow has no type for object_ elements", self.module.from_arrow, "object", None)

    def test_schema_of_records(self):
        self.assertEqual(self.module.schema("particle", self.module.TEXT_UTF8), [
            (0, "", "+s", 0), (1, "id", "l", 0), (1, "pos", "+s", 0), (2, "x", "g", 0), (2, "y", "g", 0), (2, "z", "g", 0),
            (1, "rgb", "+w:3", 0), (2, "item", "f", 0), (1, "label", "u", 0), (1, "born", "tsn:", 2)])
        self.assertEqual(self.module.schema("value"), [
            (0, "", "+s", 0), (1, "kind", "C", 0), (1, "number", "l", 2), (1, "ratio", "g", 2), (1, "word", "z", 2),
            (1, "pos", "+s", 2), (2, "x", "g", 0), (2, "y", "g", 0), (2, "z", "g", 0)])
        self.assertNotIn("weight_valid", [row[1] for row in self.module.schema("optional")])
        self.assertEqual(self.module.schema("complex64", self.module.COMPLEX_STRUCT),
                         [(0, "", "+s", 0), (1, "real", "f", 0), (1, "imag", "f", 0)])

    def test_every_element_comes_back(self):
        choose = random.Random(17)
        for code in SCALARS:
            for order in "<>":
                dtype = np.dtype(code).newbyteorder(order)
                with self.subTest(dtype=dtype):
                    array = np.zeros(300, dtype)
                    fill(choose, array)
                    self.round_trip(dtype, array)
                    self.round_trip(dtype, array[::-3])
                    record = np.zeros(300, [("a", "i1"), ("b", dtype)])
                    fill(choose, record)
                    self.round_trip(record.dtype, record)

    def test_random_types_come_back(self):
        for seed in range(200):
            choose = random.Random(seed)
            dtype = random_dtype(choose)
            if dtype.shape:
                continue
            array = np.zeros(choose.choice([0, 1, 5, 127, 128, 129, 400]), dtype)
            with self.subTest(seed=seed, dtype=dtype):
                fill(choose, array)
                self.round_trip(dtype, array, choose.choice([0, self.module.COMPLEX_STRUCT]))

    def test_chunks(self):
        array = self.made("particle", 200000)
        array["id"] = np.arange(200000)
        array["label"] = np.arange(200000).astype("S12")
        array["born"][::7] = "NaT"
        sent = self.module.to_arrow("particle", array)
        capsule = sent.__arrow_c_stream__()
        arrays = c_data.drain(c_data.look(capsule, b"arrow_array_stream", c_data.Stream))
        self.assertEqual([each.length for each in arrays], [65536, 65536, 65536, 200000 - 3 * 65536])
        for each in arrays:
            c_data.release(each)
        self.round_trip("particle", array)
        self.round_trip("particle", array[::-2])

    def test_optional_fields_and_variants(self):
        array = self.made("optional", 4)
        array["id"] = range(4)
        array["weight"], array["weight_valid"] = [.5, 0, 7, 0], [1, 0, 1, 0]
        array["label"], array["label_valid"] = [b"ab", b"", b"", b""], [1, 1, 0, 0]
        array["pos"][1], array["pos_valid"][1] = (1, 2, 3), True
        array["rgb"][2:], array["rgb_valid"] = 1, [0, 0, 1, 1]
        array["day"], array["day_valid"] = [5, 0, -1, 0], [1, 0, 1, 0]
        array["kind_tag"] = [0, 1, 2, 1]
        array["number"][[1, 3]] = 5, -6
        array["place"][2] = 4, 5, 6
        self.round_trip("optional", array)
        array = self.made("value", 300)
        choose = random.Random(3)
        for i in range(300):
            array["kind"][i] = choose.randrange(6)
            case = ["number", "ratio", "word", "pos"][array["kind"][i]] if array["kind"][i] < 4 else None
            if case:
                fill(choose, array[case][i:i + 1])
        self.round_trip("value", array)

    def test_what_no_null_hides_is_not_looked_at(self):
        array = self.made("value", 3)
        array["kind"] = [0, 2, 0]
        array["number"] = -1
        array["word"][1] = b"good"
        sent = self.module.to_arrow("value", array, self.module.TEXT_UTF8)
        self.assertTrue(same(self.module.from_arrow("value", sent)["kind"], array["kind"]))

    def test_errors_name_row_and_column(self):
        array = self.made("particle", 70000)
        array["label"][66000] = b"\xff"
        sent = self.module.to_arrow("particle", array, self.module.TEXT_UTF8)
        self.refused(RuntimeError, "the Arrow producer failed to give an array: error 22: row 66000, column 'label': "
                     "the text is not UTF-8", self.module.from_arrow, "particle", sent)
        self.refused(ValueError, "row 66000, column 'label': the text is not UTF-8", sent.__arrow_c_array__)
        days = np.array([0, 2**31], "M8[D]")
        self.refused(OverflowError, "row 1: M8[D] 2147483648 is out of the range of date32",
                     self.module.to_arrow(days.dtype, days).__arrow_c_array__)
        for unit, value in ("W", 2**61), ("Y", 2**40), ("M", -2**62):
            far = np.array([value], "M8[%s]" % unit)
            self.refused(OverflowError, "row 0: M8[%s] %d is out of the range of date32" % (unit, value),
                         self.module.to_arrow(far.dtype, far).__arrow_c_array__)
        hours = np.array([2**60], "M8[h]")
        self.refused(OverflowError, "row 0: M8[h] %d is out of range in seconds" % 2**60,
                     self.module.to_arrow(hours.dtype, hours).__arrow_c_array__)
        lone = np.zeros(2, [("t", "U2", (2,))])
        lone["t"][1, 1] = "a\ud800"
        self.refused(ValueError, "row 1, column 't[1]': the text has U+D800, which is not a character",
                     self.module.to_arrow(lone.dtype, lone).__arrow_c_array__)

    def test_months_are_those_of_the_calendar(self):
        for unit in "MY":
            times = np.arange(-30000 if unit == "M" else -2500, 30000 if unit == "M" else 2500).astype("M8[%s]" % unit)
            record = np.zeros(len(times), [("t", times.dtype)])
            record["t"] = times
            as_days = self.module.from_arrow(np.dtype([("t", "M8[D]")]), self.module.to_arrow(record.dtype, record))
            self.assertTrue((as_days["t"] == times.astype("M8[D]")).all())
            self.round_trip(record.dtype, record)
        days = np.zeros(1, [("t", "M8[D]")])
        days["t"] = "2000-01-02"
        self.refused(OverflowError, "row 0, column 't': expected datetime64[M], got the count 10958, which is out of range or "
                     "between two steps of the unit", self.module.from_arrow, np.dtype([("t", "M8[M]")]),
                     self.module.to_arrow(days.dtype, days))

    def test_a_writer_is_refused_while_arrow_reads(self):
        array = self.made("particle", 10)
        sent = self.module.to_arrow("particle", array)
        with self.assertRaises(BufferError):
            self.module.borrow(array, True)
        self.module.borrow(array, False)
        capsule = sent.__arrow_c_stream__()
        del sent
        with self.assertRaises(BufferError):
            self.module.borrow(array, True)
        with self.assertRaises(ValueError):
            array.resize(100, refcheck=False)
        del capsule
        self.module.borrow(array, True)
        array.resize(100, refcheck=False)

    def test_what_is_copied_holds_nothing(self):
        array = self.made("particle", 10)
        before = sys.getrefcount(array)
        pair = self.module.to_arrow("particle", array).__arrow_c_array__()
        self.assertEqual(sys.getrefcount(array), before)
        self.module.borrow(array, True)
        del pair

    def test_views_that_arrow_does_not_take(self):
        grid = self.made("vec3", (2, 3))
        self.refused(ValueError, "Arrow takes one dimension, got a 2-d view: ravel the array", self.module.to_arrow, "vec3", grid)
        self.refused(ValueError, "Arrow takes one dimension, got a 0-d view: ravel the array", self.module.to_arrow, "vec3",
                     grid[0, 0])
        self.refused(BufferError, "the view of vec3 was opened to write: Arrow takes elements that nobody changes",
                     self.module.to_arrow, "vec3", grid[0], 0, self.module.WRITE)
        self.refused(ValueError, "flags of this function are DESCRY_TEXT_UTF8 and DESCRY_COMPLEX_STRUCT, got 0x1",
                     self.module.to_arrow, "vec3", grid[0], 1)
        self.refused(ValueError, "flags of this function are DESCRY_TEXT_UTF8 and DESCRY_COMPLEX_STRUCT, got 0x1",
                     self.module.schema, "vec3", 1)
        self.refused(ValueError, "flags of this function are those that the header names for it, got 0x1",
                     self.module.from_arrow, "vec3", None, 1)

    def test_views_of_fields_and_of_copies(self):
        array = self.made("particle", 5)
        array["pos"]["y"] = range(5)
        sent = self.module.field_to_arrow("particle", array, "pos")
        self.assertTrue(same(self.module.from_arrow("vec3", sent), array["pos"]))
        other = np.zeros(3, [("z", "f4"), ("y", "f8"), ("x", "f8")])
        other["x"] = range(3)
        sent = self.module.to_arrow("vec3", other, 0, self.module.READ | self.module.CONVERT)
        self.assertEqual(self.module.from_arrow("vec3", sent)["x"].tolist(), [0, 1, 2])
        packed = np.zeros(9, [("skip", "i1"), ("pos", self.module.dtype("vec3"))])
        packed["pos"]["z"] = range(9)
        sent = self.module.to_arrow("vec3", packed["pos"], 0, self.module.READ | self.module.UNALIGNED)
        self.assertTrue(same(self.module.from_arrow("vec3", sent), packed["pos"]))

    def test_transparent_arrays(self):
        array = np.arange(30.).reshape(10, 3)
        self.assertEqual(self.module.from_arrow("triple", self.module.to_arrow("triple", array)).tolist(), array.tolist())

    def test_the_object(self):
        sent = self.module.to_arrow("vec3", self.made("vec3", 7))
        self.assertEqual(repr(sent), "<descry.arrow of 7 vec3 elements>")
        self.assertEqual(len(sent), 7)
        with self.assertRaisesRegex(TypeError, "cannot create instances of <class 'descry.arrow'>"):
            type(sent)()
        for method in sent.__arrow_c_array__, sent.__arrow_c_stream__:
            method()
            method(None)
            method(requested_schema=sent.__arrow_c_schema__())
        self.assertRaises(TypeError, sent.__arrow_c_stream__, 1, 2)

    def test_a_capsule_is_used_once(self):
        capsule = self.module.to_arrow("vec3", self.made("vec3", 7)).__arrow_c_stream__()
        self.assertEqual(len(self.module.from_arrow("vec3", capsule)), 7)
        self.refused(ValueError, "the capsule 'arrow_array_stream' has been used already", self.module.from_arrow, "vec3", capsule)

    def test_what_is_not_a_source(self):
        self.refused(TypeError, "expected an object with __arrow_c_stream__ or __arrow_c_array__, got int",
                     self.module.from_arrow, "vec3", 5)
        good = self.module.to_arrow("vec3", self.made("vec3", 7))
        for wrong in 5, (1, 2), good.__arrow_c_schema__(), (good.__arrow_c_schema__(),), good.__arrow_c_array__()[::-1]:
            class Source:
                def __arrow_c_stream__(self):
                    return wrong
            self.refused(TypeError, "__arrow_c_stream__() gave %s, which is not what Arrow's capsules are" % type(wrong).__name__,
                         self.module.from_arrow, "vec3", Source())

        class Failing:
            def __arrow_c_stream__(self):
                raise KeyError("mine")
        with self.assertRaisesRegex(KeyError, "mine"):
            self.module.from_arrow("vec3", Failing())

    def test_columns_by_name(self):
        array = np.zeros(3, [("z", "f8"), ("more", "S3"), ("y", "f8"), ("x", "f4")])
        array["x"] = range(3)
        sent = self.module.to_arrow(array.dtype, array)
        self.refused(TypeError, "column 'more': there is no field for it", self.module.from_arrow, "vec3", sent)
        self.assertEqual(self.module.from_arrow("vec3", sent, self.module.EXTRA_IGNORED)["x"].tolist(), [0, 1, 2])
        sent = self.module.to_arrow(array[["y", "x"]].dtype, array[["y", "x"]])
        self.refused(TypeError, "column 'z': it is missing", self.module.from_arrow, "vec3", sent)
        self.assertEqual(self.module.from_arrow("vec3", sent, self.module.MISSING_IS_ZERO)["z"].tolist(), [0, 0, 0])
        twice = np.zeros(1, [("x", "f8"), ("y", "f8"), ("w", "f8"), ("z", "f8")])
        pair = self.module.to_arrow(twice.dtype, twice).__arrow_c_array__()
        schema = c_data.look(pair[0], b"arrow_schema", c_data.Schema)
        schema.children[2].contents.name = b"x"
        self.refused(ValueError, "column 'x': there are several of that name", self.module.from_arrow, "vec3", c_data.Pair(*pair))

    def convert(self, source, target, flags=0):
        """An array as another dtype's, through Arrow, or what it says."""
        try:
            return self.module.from_arrow(np.dtype(target), self.module.to_arrow(source.dtype, source), flags)
        except (TypeError, ValueError, OverflowError) as error:
            return str(error)

    def test_numbers_widen(self):
        for source in NUMBERS:
            for target in NUMBERS:
                values = np.array([0, 1], source)
                got = self.convert(values, target)
                wider = np.can_cast(source, target) and source != "bool" and (np.dtype(source).kind == "f") == (np.dtype(target).kind == "f")
                with self.subTest(source=source, target=target):
                    if source == target or wider:
                        self.assertEqual(got.tolist(), values.tolist())
                    else:
                        self.assertEqual(got, "expected %s, got %s (Arrow's '%s')" % (target, source, NUMBERS[source]))

    def test_numbers_convert_exactly(self):
        edges = [0, 1, -1, 127, 128, 255, 256, -128, -129, 2**15, -2**15, 2**16 - 1, 2**24 + 1, 2**31, -2**31, 2**32, 2**53 + 1,
                 2**63 - 1, -2**63, 2**63, 2**64 - 1, 0.5, -1.5, 1e300, float("inf"), float("-inf"), 2.0**63, -2.0**63, 2.0**64]
        for source in NUMBERS:
            if source == "bool":
                continue
            for edge in edges:
                if not self.fits(edge, source):
                    continue
                value = np.array([edge]).astype(source) if isinstance(edge, float) else np.array([edge], source)
                for target in NUMBERS:
                    if target in ("bool", "float16"):
                        continue
                    got = self.convert(value, target, self.module.CONVERT)
                    with self.subTest(source=source, target=target, value=edge):
                        if self.fits(value[0].item(), target):
                            self.assertEqual(got[0].item(), value[0].item())
                        else:
                            self.assertIn("which it cannot hold exactly", got)
        self.assertTrue(np.isnan(self.convert(np.array([np.nan]), "f4", self.module.CONVERT)[0]))

    @staticmethod
    def fits(value, target):
        """Whether an element holds a Python number exactly."""
        dtype = np.dtype(target)
        if dtype.kind == "f":
            with np.errstate(all="ignore"):
                try:
                    return dtype.type(float(value)).item() == value and float(value) == value
                except OverflowError:
                    return False
        if value != value or value in (float("inf"), float("-inf")) or int(value) != value:
            return False
        return np.iinfo(dtype).min <= value <= np.iinfo(dtype).max

    def test_halves_are_their_values(self):
        halves = np.arange(65536, dtype="u2").view("f2")
        for target in "f4", "f8":
            np.testing.assert_array_equal(self.convert(halves, target), halves.astype(target))

    def test_times_convert_exactly(self):
        lengths = {"W": 7 * 86400 * 10**9, "D": 86400 * 10**9, "h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 1000,
                   "ns": 1}
        for kind in "Mm":
            for source, length in lengths.items():
                for target, step in lengths.items():
                    for count in 0, 1, -1, 7 * 86400, 2**31 - 1:
                        if kind == "M" and source in "WD" and not -2**31 <= count * length // lengths["D"] < 2**31:
                            continue
                        times = np.array([count, -2**63]).view("%s8[%s]" % (kind, source))
                        got = self.convert(times, "%s8[%s]" % (kind, target), self.module.CONVERT)
                        with self.subTest(kind=kind, source=source, target=target, count=count):
                            if count * length % step == 0 and abs(count * length // step) < 2**63:
                                self.assertEqual(got.view("i8").tolist(), [count * length // step, -2**63])
                            else:
                                self.assertIn("which is out of range or between two steps of the unit", got)
        self.assertEqual(self.convert(np.array([1], "M8[ms]"), "M8[us]"), "expected datetime64[us], got a timestamp (Arrow's 'tsm:')")
        self.assertEqual(self.convert(np.array([1], "m8[ms]"), "M8[ms]", self.module.CONVERT),
                         "expected datetime64[ms], got a duration (Arrow's 'tDm')")
        self.assertEqual(self.convert(np.array([1], "i8"), "M8[ms]", self.module.CONVERT),
                         "expected datetime64[ms], got int64 (Arrow's 'l')")

    def test_text(self):
        text = np.array([b"abc", b"", b"abcdefgh"])
        self.assertEqual(self.convert(text, "S8").tolist(), text.tolist())
        self.assertEqual(self.convert(text, "S7"), "row 2: expected at most 7 bytes, got 8")
        self.assertEqual(self.convert(text, "S7", self.module.TRUNCATE_TEXT).tolist(), [b"abc", b"", b"abcdefg"])
        self.assertEqual(self.convert(text, "U8"), "expected U8, got binary (Arrow's 'z')")
        self.assertEqual(self.convert(text, "V8"), "row 0: expected 8 bytes, got 3")
        words = np.array(["a\u00e9", "\U0001f600x", ""])
        self.assertEqual(self.convert(words, "U2").tolist(), words.tolist())
        self.assertEqual(self.convert(words, ">U9").tolist(), words.tolist())
        self.assertEqual(self.convert(words, "S5").tolist(), [each.encode() for each in words])
        self.assertEqual(self.convert(words, "U1"), "row 0: expected at most 1 characters, got 2")
        self.assertEqual(self.convert(words, "U1", self.module.TRUNCATE_TEXT).tolist(), ["a", "\U0001f600", ""])
        self.assertEqual(self.convert(words, "S2", self.module.TRUNCATE_TEXT).tolist(), [b"a", b"", b""])
        opaque = np.array([b"ab\0", b"\0\0\0"], "S3").view("V3")
        self.assertEqual(self.convert(opaque, "S2").tolist(), [b"ab", b""])
        self.assertEqual(self.convert(opaque, "V4"), "expected V4, got fixed-size binary (Arrow's 'w:3')")

    def test_threads_drain_streams_without_the_gil(self):
        array = self.made("particle", 500000)
        array["id"] = np.arange(500000)
        sent = self.module.to_arrow("particle", array)
        shared = sent.__arrow_c_stream__()
        lengths, sums = [], []

        def drain(capsule):
            arrays = c_data.drain(c_data.look(capsule, b"arrow_array_stream", c_data.Stream))
            for each in arrays:
                ids = (ctypes.c_int64 * each.length).from_address(each.children[0].contents.buffers[1])
                lengths.append(each.length)
                sums.append(int(np.frombuffer(ids, "i8").sum()))
                c_data.release(each)

        threads = [threading.Thread(target=drain, args=(shared,)) for _ in range(4)]
        threads += [threading.Thread(target=lambda: drain(sent.__arrow_c_stream__())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sum(lengths), 4 * 500000)
        self.assertEqual(sum(sums), 4 * 500000 * 499999 // 2)
        stream = c_data.look(shared, b"arrow_array_stream", c_data.Stream)
        del sent
        thread = threading.Thread(target=lambda: stream.release(stream))
        thread.start()
        thread.join()
        self.module.borrow(array, True)

    def test_after_the_interpreter_has_ended(self):
        code = ("import sys; sys.path[:0] = %r\n"
                "import numpy as np, %s as module\n"
                "module.keep_stream('vec3', np.zeros(5, module.dtype('vec3')))\n") % (sys.path, self.module.__name__)
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stdout),
                         (0, "before: 0, 5\nafter: 22, the interpreter has ended, and the elements with it\nschema: +s\n"), done.stderr)


class LimitedArrowTest(ArrowTest):
    module = arrows_abi3
