# SPDX-License-Identifier: BSD-3-Clause
"""Random schemas, built three ways: as a struct by the C compiler, by schema.h, and by np.dtype."""

import os
import pathlib
import random
import tempfile
import unittest

import numpy as np

from build_extension import build_extension, load_extension

SEED = int(os.environ.get("DESCRY_SEED", "20"))
COUNT = 1000 if os.environ.get("DESCRY_LONG_RUN") else 250

# Tag, C type, NumPy's name. Of texts, the last dimension is the length.
ELEMENTS = [
    ("bool_", "bool", "?"), ("int8", "int8_t", "i1"), ("uint8", "uint8_t", "u1"),
    ("int16", "int16_t", "i2"), ("uint32_be", "uint32_t", ">u4"), ("int64_le", "int64_t", "<i8"),
    ("float16", "uint16_t", "f2"), ("float32", "float", "f4"), ("float64_be", "double", ">f8"),
    ("longdouble", "long double", "g"), ("datetime64_ns", "int64_t", "M8[ns]"),
    ("timedelta64_D", "int64_t", "m8[D]"), ("object_", "void *", "O"),
]
TEXTS = [("bytes", "char", "S"), ("unicode", "uint32_t", "U"), ("void_", "unsigned char", "V")]


class Member:
    def __init__(self, rng, number, earlier):
        self.name = "m%d" % number
        self.inner = rng.choice(earlier) if earlier and rng.random() < 0.2 else None
        self.shape = [rng.randint(1, 4) for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3]))]
        text = rng.choice(TEXTS) if rng.random() < 0.2 and not self.inner else None
        if self.inner:
            self.tag, self.c_type, base = self.inner.name, self.inner.name, self.inner.dtype
        elif text:
            self.tag, self.c_type, base = text
            self.shape.append(rng.randint(1, 9))
            base = np.dtype("%s%d" % (base, self.shape[-1]))
        else:
            self.tag, self.c_type, base = rng.choice(ELEMENTS)
        outer = tuple(self.shape[:-1] if text else self.shape)
        self.dtype = np.dtype((base, outer)) if outer else np.dtype(base)

    def definition(self):
        return "%s %s%s;" % (self.c_type, self.name, "".join("[%d]" % n for n in self.shape))

    def call(self):
        element = "made[%d]" % self.inner.index if self.inner else "DESCRY_TYPE(%s)" % self.tag
        shape = "(const size_t[]){%s}" % ", ".join(map(str, self.shape)) if self.shape else "NULL"
        return 'descry_schema_add(s, "%s", %s, %d, %s);' % (self.name, element, len(self.shape), shape)


class Schema:
    def __init__(self, rng, index, earlier):
        self.index, self.name = index, "schema_%d" % index
        self.packed = rng.random() < 0.3
        self.members = [Member(rng, n, earlier) for n in range(rng.randint(1, 8))]
        self.dtype = np.dtype([(m.name, m.dtype) for m in self.members], align=not self.packed)
        self.depth = 1 + max(m.inner.depth if m.inner else 0 for m in self.members)

    def definition(self):
        packed = " __attribute__((packed))" if self.packed else ""
        return "typedef struct%s { %s } %s;\nDESCRY_RECORD(%s, %s);\n" % (
            packed, " ".join(m.definition() for m in self.members), self.name, self.name,
            ", ".join("DESCRY_AS(%s, %s)" % (m.name, m.tag) for m in self.members))

    def building(self):
        return 'static const descry_type *build_%d(void) {\n  descry_schema *s = descry_schema_new("%s", %s);\n  %s\n  return descry_schema_build(s);\n}\n' % (
            self.index, self.name, "DESCRY_PACKED" if self.packed else "0",
            "\n  ".join(m.call() for m in self.members))


SOURCE = """
#include <descry/descry.h>
#include <stddef.h>
static const descry_type *made[%(count)d];
%(definitions)s
static const struct { const descry_type *declared; const descry_type *(*build)(void); } rows[] = {
%(rows)s};
static PyObject *row(PyObject *self, PyObject *arg) {
  const size_t i = PyLong_AsSize_t(arg);
  (void)self;
  const descry_type *type = made[i] = rows[i].build();
  if (!type) return PyErr_Format(PyExc_ValueError, "%%s", descry_schema_problem(NULL));
  PyObject *declared = descry_dtype(rows[i].declared), *dtype = descry_dtype(type);
  const descry_type *back = dtype ? descry_type_from_dtype(dtype) : NULL;
  PyObject *again = back ? descry_dtype(back) : NULL;
  descry_type_release(back);
  return Py_BuildValue("(NNN(nn)(nn))", declared, dtype, again,
                       (Py_ssize_t)descry_type_size(type), (Py_ssize_t)descry_type_alignment(type),
                       (Py_ssize_t)descry_type_size(rows[i].declared),
                       (Py_ssize_t)descry_type_alignment(rows[i].declared));
}
static PyObject *release(PyObject *self, PyObject *none) {
  (void)self, (void)none;
  for (size_t i = 0; i < %(count)d; ++i) {
    descry_type_release(made[i]);
    made[i] = NULL;
  }
  Py_RETURN_NONE;
}
static PyMethodDef methods[] = {{"row", row, METH_O, NULL}, {"release", release, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "random_schemas", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_random_schemas(void) { return PyModule_Create(&definition); }
"""


class RandomSchemasTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rng = random.Random(SEED)
        cls.schemas = []
        for index in range(COUNT):
            earlier = [s for s in cls.schemas[-40:] if s.depth < 6 and s.dtype.itemsize < 4096]
            cls.schemas.append(Schema(rng, index, earlier))

    def test_three_ways(self):
        text = SOURCE % {
            "count": COUNT,
            "definitions": "".join(s.definition() + s.building() for s in self.schemas),
            "rows": "".join("  {DESCRY_TYPE(%s), build_%d},\n" % (s.name, s.index) for s in self.schemas),
        }
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "random_schemas.c")
            source.write_text(text)
            module = load_extension(build_extension([source], folder), "random_schemas")
            for schema in self.schemas:
                self.check(schema, *module.row(schema.index))
            arrays = [np.zeros(2, module.row(schema.index)[1]) for schema in self.schemas[:50]]
            module.release()
            self.assertEqual([a.copy().dtype for a in arrays], [s.dtype for s in self.schemas[:50]])

    def check(self, schema, declared, dtype, again, layout, declared_layout):
        told = "seed %d: %s" % (SEED, schema.definition())
        self.assertIs(dtype, declared, told)
        self.assertEqual(dtype, schema.dtype, told)
        self.assertEqual(again, schema.dtype, told)
        self.assertEqual(layout, declared_layout, told)
        self.assertEqual(layout, (schema.dtype.itemsize, schema.dtype.alignment), told)
        self.assertEqual(again.alignment, dtype.alignment, told)

    def test_there_is_something_of_everything(self):
        self.assertGreaterEqual(max(s.depth for s in self.schemas), 4)
        self.assertEqual({m.tag for s in self.schemas for m in s.members if not m.inner},
                         {row[0] for row in ELEMENTS + TEXTS})
        self.assertGreater(sum(s.packed for s in self.schemas), COUNT / 5)
        self.assertGreater(sum(len(m.shape) == 3 for s in self.schemas for m in s.members), COUNT / 5)


if __name__ == "__main__":
    unittest.main()
