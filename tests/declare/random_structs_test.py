# SPDX-License-Identifier: BSD-3-Clause
"""Random structs, declared in C and in C++: every dtype against the compiler's offsetof and against ctypes."""

import ctypes
import os
import pathlib
import random
import sys
import tempfile
import unittest

import numpy as np

from build_extension import build_extension, load_extension

SEED = int(os.environ.get("DESCRY_SEED", "20"))
COUNT = 500 if os.environ.get("DESCRY_LONG_RUN") else 100

# C type, ctypes type, NumPy's name.
SCALARS = [
    ("bool", ctypes.c_bool, "?"), ("signed char", ctypes.c_byte, "b"), ("uint8_t", ctypes.c_uint8, "u1"),
    ("int16_t", ctypes.c_int16, "i2"), ("uint16_t", ctypes.c_uint16, "u2"),
    ("int", ctypes.c_int, "i4"), ("uint32_t", ctypes.c_uint32, "u4"),
    ("long", ctypes.c_long, "l"), ("unsigned long long", ctypes.c_ulonglong, "u8"),
    ("float", ctypes.c_float, "f4"), ("double", ctypes.c_double, "f8"),
    ("long double", ctypes.c_longdouble, "g"), ("void*", ctypes.c_void_p, None),
]


class Member:
    def __init__(self, name, c_type, ctypes_type, dtype, shape, element=None):
        self.name, self.c_type, self.dtype, self.shape = name, c_type, dtype, shape
        self.element = element
        for length in reversed(shape):
            ctypes_type = ctypes_type * length
        self.ctypes_type = ctypes_type

    def definition(self):
        return f"{self.c_type} {self.name}{''.join(f'[{n}]' for n in self.shape)};"

    def listing(self):
        return f"DESCRY_AS({self.name}, {self.element})" if self.element else self.name

    def field_dtype(self):
        if self.dtype == "S":
            base, shape = f"S{self.shape[-1]}", self.shape[:-1]
        else:
            base, shape = self.dtype, self.shape
        return np.dtype((base, tuple(shape))) if shape else np.dtype(base)


class Struct:
    """One random struct: what C, ctypes and NumPy call it."""

    def __init__(self, index, earlier, rng):
        self.name = f"random_{index}"
        self.union = rng.random() < 0.1
        self.packed = not self.union and rng.random() < 0.25
        self.members = [self.member(f"m{i}", earlier, rng) for i in range(rng.randint(1, 9))]
        self.depth = 1 + max([m.inner.depth if m.inner else 0 for m in self.members])
        base = ctypes.Union if self.union else ctypes.Structure
        fields = {"_fields_": [(m.name, m.ctypes_type) for m in self.members]}
        if self.packed:
            fields = {"_pack_": 1, "_layout_": "ms", **fields}
        self.ctypes_type = type(self.name, (base,), fields)
        self.listed = [m for m in self.members if m.dtype is not None]
        if rng.random() < 0.3:
            rng.shuffle(self.listed)
        # A pointer that is left out is a hole, and a dtype's alignment is that of its fields.
        self.complete = len(self.listed) == len(self.members) and all(
            m.inner is None or m.inner.complete for m in self.members)
        # NumPy reads char arrays of ctypes as arrays of S1, and arrays of arrays as they are.
        self.convertible = self.complete and self.listed == self.members and all(
            len(m.shape) < 2 and (m.inner.convertible if m.inner else m.dtype != "S")
            for m in self.members)
        self.dtype = self.expected()

    @staticmethod
    def member(name, earlier, rng):
        shape = [rng.randint(1, 4) for _ in range(rng.choice([0, 0, 0, 1, 1, 2]))]
        kind = rng.random()
        inner = None
        if kind < 0.2 and earlier:
            inner = rng.choice(earlier)
            if inner.depth >= 8 or ctypes.sizeof(inner.ctypes_type) > 4096:
                inner = None
        if inner:
            made = Member(name, inner.name, inner.ctypes_type, inner.dtype, shape, inner.name)
        elif kind < 0.35:
            made = Member(name, "char", ctypes.c_char, "S", shape or [rng.randint(1, 9)])
        else:
            c_type, ctypes_type, dtype = rng.choice(SCALARS)
            deep = shape + [2] if len(shape) == 2 and dtype and rng.random() < 0.5 else shape
            tags = {"i4": "int32", "f8": "float64", "u1": "uint8", "f4": "float32"}
            if len(deep) > 2 and dtype not in tags:
                deep = shape
            made = Member(name, c_type, ctypes_type, dtype, deep,
                          tags[dtype] if len(deep) > 2 else None)
        made.inner = inner
        return made

    def definition(self):
        kind = "union" if self.union else "struct"
        packed = " __attribute__((packed))" if self.packed else ""
        body = " ".join(m.definition() for m in self.members)
        fields = "".join(", " + m.listing() for m in self.listed)
        macro = "DESCRY_RECORD" if len(self.listed) == len(self.members) else "DESCRY_RECORD_PARTIAL"
        return f"typedef {kind}{packed} {{ {body} }} {self.name};\n{macro}({self.name}{fields});\n"

    def row(self):
        offsets = "".join(f"offsetof({self.name}, {m.name}), " for m in self.listed)
        return f"  {{DESCRY_TYPE({self.name}), ALIGNOF({self.name}), {{{offsets or '0'}}}}},\n"

    def expected(self):
        """The dtype, of ctypes' offsets."""
        at = {m.name: getattr(self.ctypes_type, m.name).offset for m in self.members}
        listed = sorted(self.listed, key=lambda m: at[m.name])
        spec = {
            "names": [m.name for m in listed],
            "formats": [m.field_dtype() for m in listed],
            "offsets": [at[m.name] for m in listed],
            "itemsize": ctypes.sizeof(self.ctypes_type),
        }
        return np.dtype(spec)


SOURCE = """
#include <descry/descry.h>
#include <stddef.h>
#ifdef __cplusplus
#define ALIGNOF alignof
#else
#define ALIGNOF _Alignof
#endif
%(definitions)s
static const struct { const descry_type *type; size_t alignment; size_t offsets[16]; } rows[] = {
%(rows)s};
static PyObject *row(PyObject *self, PyObject *arg) {
  size_t i = PyLong_AsSize_t(arg), n;
  (void)self;
  PyObject *dtype = descry_dtype(rows[i].type);
  if (!dtype) return NULL;
  n = descry_type_field_count(rows[i].type);
  PyObject *offsets = PyList_New(0);
  for (size_t k = 0; k < n; ++k) {
    PyObject *pair = Py_BuildValue("(sn)", descry_field_name(descry_type_field(rows[i].type, k)), (Py_ssize_t)rows[i].offsets[k]);
    PyList_Append(offsets, pair);
    Py_DECREF(pair);
  }
  return Py_BuildValue("(NnN)", dtype, (Py_ssize_t)rows[i].alignment, offsets);
}
static PyMethodDef methods[] = {{"row", row, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "%(module)s", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_%(module)s(void) { return PyModule_Create(&definition); }
"""


def make_structs():
    rng = random.Random(SEED)
    structs = []
    for index in range(COUNT):
        structs.append(Struct(index, structs[-60:], rng))
    return structs


class RandomStructsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.structs = make_structs()

    def check(self, suffix):
        module = "random_structs_" + suffix
        text = SOURCE % {
            "definitions": "".join(s.definition() for s in self.structs),
            "rows": "".join(s.row() for s in self.structs),
            "module": module,
        }
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, module + "." + suffix)
            source.write_text(text)
            loaded = load_extension(build_extension([source], folder), module)
            for index, struct in enumerate(self.structs):
                self.check_struct(struct, *loaded.row(index))

    def check_struct(self, struct, dtype, alignment, offsets):
        told = f"seed {SEED}: {struct.definition()}"
        self.assertEqual(dtype, struct.dtype, told)
        self.assertEqual(dtype.itemsize, ctypes.sizeof(struct.ctypes_type), told)
        self.assertEqual({n: dtype.fields[n][1] for n in dtype.names or ()}, dict(offsets), told)
        if struct.convertible:
            self.assertEqual(dtype, np.dtype(struct.ctypes_type), told)
        if struct.complete:
            self.assertEqual(dtype.alignment, alignment, told)

    def test_c(self):
        self.check("c")

    def test_cxx(self):
        self.check("cc")

    def test_there_is_something_of_everything(self):
        self.assertGreaterEqual(max(s.depth for s in self.structs), 4)
        self.assertGreater(sum(s.convertible for s in self.structs), COUNT / 25)
        self.assertTrue(any(s.union for s in self.structs))
        self.assertTrue(any(s.packed for s in self.structs))
        self.assertTrue(any(len(m.shape) == 3 for s in self.structs for m in s.members))


if __name__ == "__main__":
    unittest.main()
