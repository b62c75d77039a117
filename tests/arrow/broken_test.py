# SPDX-License-Identifier: BSD-3-Clause
"""Structs that contradict themselves are refused, each with what is wrong."""

import ctypes
import unittest

import numpy as np

import arrows
import c_data

NULL = ctypes.POINTER(c_data.P)()
INT64_MAX = 2**63 - 1


class BrokenTest(unittest.TestCase):
    dtype = np.dtype([("number", "i8"), ("text", "S4"), ("list", "f4", (2,)), ("day", "M8[D]"), ("inner", [("flag", "?")])])

    def setUp(self):
        array = np.zeros(3, self.dtype)
        array["text"] = b"abc"
        array["day"][1] = "NaT"
        self.original = arrows.to_arrow(self.dtype, array).__arrow_c_array__()
        self.schema = c_data.copy(c_data.look(self.original[0], b"arrow_schema", c_data.Schema))
        self.array = c_data.copy(c_data.look(self.original[1], b"arrow_array", c_data.Array))

    def schema_of(self, name):
        return self.schema.kept[self.dtype.names.index(name)]

    def array_of(self, name):
        return self.array.kept[self.dtype.names.index(name)]

    def send(self, dtype=None, flags=0):
        sent = c_data.Pair(c_data.capsule(self.schema, b"arrow_schema"), c_data.capsule(self.array, b"arrow_array"))
        return arrows.from_arrow(dtype or self.dtype, sent, flags)

    def refused(self, struct, member, value, text, exception=ValueError):
        """Refused while a member has this value; taken before and after."""
        release = self.schema.release, self.array.release
        before = ctypes.string_at(ctypes.addressof(struct) + getattr(type(struct), member).offset, 8)
        setattr(struct, member, value)
        with self.subTest(member=member, value=value), self.assertRaises(exception) as caught:
            self.send()
        self.assertEqual(str(caught.exception), text)
        ctypes.memmove(ctypes.addressof(struct) + getattr(type(struct), member).offset, before, 8)
        self.schema.release, self.array.release = release
        self.assertEqual(len(self.send()), 3)
        self.schema.release, self.array.release = release

    def test_numbers_of_the_whole(self):
        self.refused(self.array, "length", -1, "an array is broken: its length is -1")
        broken = "the array is broken: "
        self.refused(self.array, "offset", -1, broken + "length 3, offset -1")
        self.refused(self.array, "offset", INT64_MAX, broken + "length 3, offset %d" % INT64_MAX)
        self.refused(self.array, "n_buffers", 0, broken + "it has 0 buffers")
        self.refused(self.array, "n_buffers", 2, broken + "it has 2 buffers")
        self.refused(self.array, "buffers", NULL, broken + "its buffers are NULL")
        self.refused(self.array, "n_children", 4, broken + "it has 4 children")
        self.refused(self.array, "n_children", -1, broken + "it has -1 children")
        self.refused(self.array, "null_count", -2, broken + "-2 of 3 elements are null")
        self.refused(self.array, "null_count", 4, broken + "4 of 3 elements are null")
        self.refused(self.array, "null_count", 1, broken + "1 elements are null, and it is not said which")
        self.refused(self.array, "children", ctypes.POINTER(ctypes.POINTER(c_data.Array))(), broken + "its children are NULL")
        self.refused(self.array, "offset", 1, "column 'number': " + broken + "it has 3 elements, and 3 from 1 on are used")

    def test_numbers_of_columns(self):
        for name in self.dtype.names:
            child, where = self.array_of(name), "column '%s': the array is broken: " % name
            buffers = child.n_buffers
            self.refused(child, "length", 2, where + "it has 2 elements, and 3 from 0 on are used")
            self.refused(child, "length", -5, where + "length -5, offset 0")
            self.refused(child, "offset", -5, where + "length 3, offset -5")
            self.refused(child, "n_buffers", buffers + 1, where + "it has %d buffers" % (buffers + 1))
            self.refused(child, "n_buffers", buffers - 1, where + "it has %d buffers" % (buffers - 1))
            self.refused(child, "n_children", child.n_children + 1, where + "it has %d children" % (child.n_children + 1))
            self.refused(child, "release", None, where + "it was released")
            if name != "day":
                self.refused(child, "null_count", 1, where + "1 elements are null, and it is not said which")
        item = self.array_of("list").kept[0]
        self.refused(item, "length", 5, "column 'list': the array is broken: it has 5 elements, and 6 from 0 on are used")

    def test_buffers(self):
        for name, index in ("number", 1), ("text", 1), ("day", 1):
            child = self.array_of(name)
            buffer, child.buffers[index] = child.buffers[index], None
            with self.assertRaises(ValueError) as caught:
                self.send()
            self.assertEqual(str(caught.exception), "column '%s': the array is broken: a buffer is NULL" % name)
            child.buffers[index] = buffer
            self.schema.release = self.array.release = self.array_of("number").release
        text = self.array_of("text")
        text.buffers[2] = None
        with self.assertRaisesRegex(ValueError, "^column 'text': the array is broken: it has no text$"):
            self.send()

    def test_offsets(self):
        for offsets, text in (([0, 3, 2, 9], "offset 2 is 2, behind 3"), ([-1, 3, 6, 9], "offset 0 is -1, behind 0"),
                              ([0, -2**31, 6, 9], "offset 1 is -2147483648, behind 0")):
            child = self.array_of("text")
            buffer = (ctypes.c_int32 * 4)(*offsets)
            child.buffers[1] = ctypes.addressof(buffer)
            with self.assertRaises(ValueError) as caught:
                self.send()
            self.assertEqual(str(caught.exception), "column 'text': the array is broken: " + text)
            self.setUp()

    def test_a_last_offset_far_behind_the_buffer_is_not_followed(self):
        child = self.array_of("text")
        buffer = (ctypes.c_int32 * 4)(0, 3, 6, 2**31 - 1)
        child.buffers[1] = ctypes.addressof(buffer)
        with self.assertRaises(ValueError) as caught:
            self.send()
        self.assertEqual(str(caught.exception), "row 2, column 'text': expected at most 4 bytes, got 2147483641")

    def test_schemas(self):
        broken = "the schema is broken: "
        self.refused(self.schema, "format", None, broken + "there is no format")
        self.refused(self.schema, "format", b"+s:", "expected a struct, got a struct (Arrow's '+s:')", TypeError)
        self.refused(self.schema, "n_children", -1, broken + "the number of children is negative")
        self.refused(self.schema, "n_children", 4, "column 'inner': it is missing", TypeError)
        number, inner = self.schema_of("number"), self.schema_of("inner")
        self.refused(number, "release", None, "column 'number': " + broken + "it was released")
        for form, words in ((b"", "an unknown type"), (b"x", "an unknown type"), (b"d:10,2", "a decimal"), (b"u", "utf8"), (b"+s", "a struct"),
                            (b"tdD", "a date"), (b"ll", "int64"), (b"+ud:0,1", "a dense union"), (b"+r", "run-end encoded"),
                            (b"tts", "a time of day"), (b"+vl", "a list view")):
            self.refused(number, "format", form, "column 'number': expected int64, got %s (Arrow's '%s')" % (words, form.decode()), TypeError)
        for form, words in (b"u", "utf8"), (b"+w:3", "a fixed-size list"), (b"+w:-2", "a fixed-size list"), (b"+w:2x", "a fixed-size list"), (
                b"+w:", "a fixed-size list"), (b"+s", "a struct"), (b"+m", "a map"):
            self.refused(self.schema_of("list"), "format", form,
                         "column 'list': expected a list of 2 items, got %s (Arrow's '%s')" % (words, form.decode()), TypeError)
        self.refused(self.schema_of("list"), "n_children", 0, "column 'list': " + broken + "a list has one child")
        self.refused(inner, "format", b"b", "column 'inner': expected a struct, got bool (Arrow's 'b')", TypeError)
        self.refused(inner.kept[0], "format", b"c", "column 'inner.flag': expected bool, got int8 (Arrow's 'c')", TypeError)

    def test_views_that_point_nowhere(self):
        self.dtype = np.dtype("S20")
        array = np.array([b"short", b"longer than twelve"], "S20")
        self.original = arrows.to_arrow(self.dtype, array).__arrow_c_array__()
        self.schema = c_data.copy(c_data.look(self.original[0], b"arrow_schema", c_data.Schema))
        self.schema.format = b"vz"
        self.array = c_data.copy(c_data.look(self.original[1], b"arrow_array", c_data.Array))
        data = ctypes.create_string_buffer(b"xxlonger than twelve")
        sizes = (ctypes.c_int64 * 1)(20)
        release = self.schema.release, self.array.release
        for size, buffer, offset, text in ((18, 0, 2, None), (18, 0, 3, "18 bytes at offset 3 of buffer 0"), (18, 1, 2, "18 bytes at offset 2 of buffer 1"),
                                           (18, -1, 2, "18 bytes at offset 2 of buffer -1"), (18, 0, -2, "18 bytes at offset -2 of buffer 0"),
                                           (-18, 0, 2, "-18 bytes at offset 2 of buffer 0"), (2**31 - 1, 0, 2**31 - 1, "2147483647 bytes at offset 2147483647 of buffer 0")):
            views = ctypes.create_string_buffer(np.array([5], "i4").tobytes() + b"short".ljust(12, b"\0") + np.array([size], "i4").tobytes() + b"long" +
                                                np.array([buffer, offset], "i4").tobytes())
            buffers = (c_data.P * 4)(None, ctypes.addressof(views), ctypes.addressof(data), ctypes.addressof(sizes))
            self.array.buffers = buffers
            self.array.n_buffers = 4
            self.schema.release, self.array.release = release
            if text is None:
                self.assertEqual(self.send().tolist(), array.tolist())
                continue
            with self.assertRaises(ValueError) as caught:
                self.send()
            self.assertEqual(str(caught.exception), "row 1: the array is broken: %s are not there" % text)

    def test_indices_of_dictionaries(self):
        self.dtype = np.dtype("S4")
        values = np.array([b"a", b"b"], "S4")
        indices = np.array([0, 1, 1, 0], "i8")
        self.original = [arrows.to_arrow(each.dtype, each).__arrow_c_array__() for each in (values, indices)]
        schemas = [c_data.copy(c_data.look(each[0], b"arrow_schema", c_data.Schema)) for each in self.original]
        arrays = [c_data.copy(c_data.look(each[1], b"arrow_array", c_data.Array)) for each in self.original]
        self.schema, self.array = schemas[1], arrays[1]
        self.schema.dictionary, self.array.dictionary = ctypes.pointer(schemas[0]), ctypes.pointer(arrays[0])
        release = self.schema.release, self.array.release
        self.assertEqual(self.send().tolist(), [b"a", b"b", b"b", b"a"])
        place = (ctypes.c_int64 * 4).from_address(self.array.buffers[1])
        for wrong in 2, -1, INT64_MAX, -2**63:
            place[2] = wrong
            self.schema.release, self.array.release = release
            with self.assertRaises(ValueError) as caught:
                self.send()
            self.assertEqual(str(caught.exception), "row 2: the array is broken: a dictionary of 2 values has none at %d" % wrong)
        self.schema.release, self.array.release = release
        self.array.dictionary = None
        with self.assertRaisesRegex(ValueError, "^the array is broken: it has no dictionary$"):
            self.send()
        self.schema.format = b"g"
        self.schema.release, self.array.release = release
        with self.assertRaisesRegex(ValueError, "^the schema is broken: the indices of a dictionary are not integers$"):
            self.send()
