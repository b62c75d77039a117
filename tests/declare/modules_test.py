# SPDX-License-Identifier: BSD-3-Clause
"""Extension modules of default visibility, loaded with RTLD_GLOBAL: each uses what it declared itself.

Two structs of one name but of other layouts, declared in every way, in C and in C++; the linker would
gladly use those of the module that was loaded first for both.
"""

import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from build_extension import build_extension

# The declarations, and how many of the doubles that fill an element each side has.
DECLARATIONS = """
typedef struct { %(members)s } rtld_inner;
DESCRY_RECORD(rtld_inner, %(names)s);
typedef struct { rtld_inner first, rest[%(count)d]; } rtld_record;
DESCRY_RECORD(rtld_record, DESCRY_AS(first, rtld_inner), DESCRY_AS(rest, rtld_inner));
typedef struct { %(members)s void *pointer; } rtld_partial;
DESCRY_RECORD_PARTIAL(rtld_partial, %(names)s);
typedef struct { int64_t tag; union { double a[%(count)d]; int64_t b; } u; } rtld_variant;
DESCRY_VARIANT(rtld_variant, tag, DESCRY_CASE(0, DESCRY_NAMED(u.a, "a")), DESCRY_CASE(1, DESCRY_NAMED(u.b, "b")));
typedef struct { rtld_inner inner; } rtld_wrapper;
DESCRY_TRANSPARENT(rtld_wrapper, DESCRY_AS(inner, rtld_inner));
typedef double rtld_alias[%(count)d];
DESCRY_ALIAS(rtld_alias, float64);
typedef struct { double first; unsigned one : 3; unsigned other : 5; double rest[%(count)d]; } rtld_bits;
DESCRY_RECORD(rtld_bits, first, DESCRY_BITS("bits", first, rest, DESCRY_BIT("one", 3)), rest);
"""

NAMES = ["inner", "record", "partial", "variant", "wrapper", "alias", "bits"]

SOURCE = """
#include <descry/%(header)s>
%(declarations)s
#define EACH(X) %(each)s
static PyObject *types(PyObject *self, PyObject *ignored) {
  (void)self;
  (void)ignored;
  return Py_BuildValue("{" %(format)s "}" %(rows)s);
}

// Fills an array of each type through a view, all bytes of it.
#define FILL(T) \\
  if (strcmp(name, #T) == 0) { \\
    descry_view view; \\
    if (descry_view_acquire(&view, array, DESCRY_TYPE(rtld_##T), 1, DESCRY_WRITE) < 0) return NULL; \\
    for (Py_ssize_t i = 0; i < view.shape[0]; ++i) memset(DESCRY_AT(rtld_##T, &view, i), 1, sizeof(rtld_##T)); \\
    descry_view_release(&view); \\
    Py_RETURN_NONE; \\
  }
static PyObject *fill(PyObject *self, PyObject *args) {
  const char *name;
  PyObject *array;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO", &name, &array)) return NULL;
  EACH(FILL)
  return PyErr_Format(PyExc_KeyError, "%%s", name);
}
%(more)s
static PyMethodDef methods[] = {{"types", types, METH_NOARGS, NULL}, {"fill", fill, METH_VARARGS, NULL},
                                %(methods)s {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "%(module)s", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_%(module)s(void) { return PyModule_Create(&definition); }
"""

# The same structs through descry.hpp, where a type is found by what it is rather than by its name.
CXX = """
namespace {
template <class T>
descry::object filled(PyObject *array) {
  descry::writable_view<T, 1> elements(array);
  for (T &element : elements) std::memset(static_cast<void *>(&element), 1, sizeof(T));
  elements.close();
  const descry::view<T, 1> again(array);
  for (Py_ssize_t i = 0; i < again.size(); ++i) {
    if (std::memcmp(&again(i), &again.at(i), sizeof(T)) != 0) return {};
  }
  return descry::dtype<T>();
}
#define CXX_FILL(T) if (std::strcmp(name, #T) == 0) return filled<rtld_##T>(array);
PyObject *fill_in_cxx(PyObject *, PyObject *args) {
  const char *name;
  PyObject *array;
  if (!PyArg_ParseTuple(args, "sO", &name, &array)) return nullptr;
  return descry::call([&]() -> descry::object { CXX_EACH(CXX_FILL) return {}; });
}
#define CXX_ZEROS(T) if (std::strcmp(name, #T) == 0) return descry::array<rtld_##T>::zeros({3});
PyObject *zeros_in_cxx(PyObject *, PyObject *args) {
  const char *name;
  if (!PyArg_ParseTuple(args, "s", &name)) return nullptr;
  return descry::call([&]() -> descry::object { CXX_EACH(CXX_ZEROS) return {}; });
}
}  // namespace
"""
CXX_METHODS = """{"fill_in_cxx", fill_in_cxx, METH_VARARGS, nullptr},
                 {"zeros_in_cxx", zeros_in_cxx, METH_VARARGS, nullptr},"""
# An alias of an array is no type of its own in C++.
CXX_NAMES = [name for name in NAMES if name != "alias"]

CHECK = """
import importlib, os, sys
sys.setdlopenflags(os.RTLD_GLOBAL | os.%(binding)s)
import numpy as np
modules = [importlib.import_module(name) for name in %(modules)r]
for module in modules + modules:
    for name, (size, dtype) in module.types().items():
        assert dtype.itemsize == size, (module, name, dtype, size)
        array = np.zeros(4, dtype)
        flat = array.view("u1").reshape(4, size)[:3]
        module.fill(name, array[:3])
        assert flat.all(), (module, name, array)
        assert not array[3:].view("u1").any(), (module, name, array)
        if hasattr(module, "fill_in_cxx") and name != "alias":
            flat[...] = 0
            assert module.fill_in_cxx(name, array[:3]) is dtype, (module, name, dtype)
            assert flat.all(), (module, name, array)
            assert not array[3:].view("u1").any(), (module, name, array)
            assert module.zeros_in_cxx(name).dtype is dtype, (module, name)
        for other in modules:
            if other.types()[name][0] == size: continue
            try:
                other.fill(name, array)
                raise AssertionError((module, other, name))
            except TypeError:
                pass
print("well")
"""


def source_of(module, header, members, names, count):
    cxx = header.endswith("hpp")
    return SOURCE % {
        "header": header,
        "declarations": "#include <string.h>\n" + ("#include <cstring>\n" if cxx else "") + DECLARATIONS % {
            "members": members, "names": names, "count": count},
        "each": " ".join("X(%s)" % name for name in NAMES)
                + ("\n#define CXX_EACH(X) " + " ".join("X(%s)" % name for name in CXX_NAMES) if cxx else ""),
        "format": " ".join('"s(nN)"' for name in NAMES),
        "rows": "".join(", \"%s\", (Py_ssize_t)sizeof(rtld_%s), descry_dtype(DESCRY_TYPE(rtld_%s))" % (name, name, name)
                        for name in NAMES),
        "more": CXX if cxx else "",
        "methods": CXX_METHODS if cxx else "",
        "module": module,
    }


SMALL = ("double x;", "x", 1)
LARGE = ("int32_t n[6]; double y, x; float f[2];", "n, y, x, f", 9)

MODULES = {
    "small_c": ("descry.h", ".c", SMALL),
    "large_c": ("descry.h", ".c", LARGE),
    "small_cxx": ("descry.hpp", ".cc", SMALL),
    "large_cxx": ("descry.hpp", ".cc", LARGE),
}


class ModulesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folders = {}
        for option in "-O0", "-O2":
            inside = cls.folders[option] = os.path.join(folder.name, option[1:])
            os.mkdir(inside)
            for module, (header, suffix, side) in MODULES.items():
                source = pathlib.Path(inside, module + suffix)
                source.write_text(source_of(module, header, *side))
                build_extension([source], inside, options=[option])

    def test_each_uses_its_own(self):
        for folder, pair, binding in itertools.product(
                self.folders.values(), itertools.permutations(MODULES, 2), ["RTLD_LAZY", "RTLD_NOW"]):
            with self.subTest(folder=folder, pair=pair, binding=binding):
                done = subprocess.run(
                    [sys.executable, "-c", CHECK % {"modules": pair, "binding": binding}],
                    env=dict(os.environ, PYTHONPATH=os.pathsep.join([folder, os.environ["PYTHONPATH"]])),
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                self.assertEqual((done.returncode, done.stdout), (0, "well\n"))

    def test_nothing_that_is_declared_is_shown(self):
        for folder in self.folders.values():
            for module in MODULES:
                names = subprocess.run(
                    ["nm", "--dynamic", "--defined-only", "--demangle", os.path.join(folder, module + ".so")],
                    check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
                self.assertTrue(any("PyInit_" + module in name for name in names))
                if module.endswith("_c"):
                    self.assertEqual(len(names), 1, names)
                shown = [name for name in names
                         if "descry_" in name.partition("(")[0] or "type_of" in name or "dtype<" in name]
                self.assertEqual(shown, [])


if __name__ == "__main__":
    unittest.main()
