# SPDX-License-Identifier: BSD-3-Clause
"""A whole call from Python of a function of one record array of ten, as its users feel it.

    python3 tests/bench/python_call.py [FOLDER]

The same function, the sum of a field, in descry (METH_O, with a borrowed view), in pybind11
(`array_t<record>`), in Cython (a typed memoryview) and, over ten plain numbers since it has no
records, in rust-numpy (`PyReadonlyArray1<f64>`), each compiled with -O2 in FOLDER, with pybind11 and
Cython from the Python package index. Prints medians of the rounds' least times, taken in turns, and
their ratios. What cannot be built is named.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import timeit

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
DTYPE = np.dtype([("id", "i8"), ("x", "f8"), ("y", "f8"), ("z", "f8")])
INCLUDE = "-I" + sysconfig.get_path("include")
ROUNDS, TIMES = 41, 20000

RECORD = "typedef struct { int64_t id; double x, y, z; } record;\n"

DESCRY = """
#include <descry/descry.h>
%s
DESCRY_RECORD(record, id, x, y, z);
static PyObject *total(PyObject *self, PyObject *arg) {
  descry_view in;
  (void)self;
  if (descry_view_acquire(&in, arg, DESCRY_TYPE(record), 1, DESCRY_READ) < 0) return NULL;
  double sum = 0;
  for (Py_ssize_t i = 0; i < in.shape[0]; i++) sum += DESCRY_AT(record, &in, i)->x;
  descry_view_release(&in);
  return PyFloat_FromDouble(sum);
}
static PyMethodDef methods[] = {{"total", total, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "by_descry", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_by_descry(void) { return PyModule_Create(&definition); }
""" % RECORD

PYBIND11 = """
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
%s
PYBIND11_MODULE(by_pybind11, m) {
  PYBIND11_NUMPY_DTYPE(record, id, x, y, z);
  m.def("total", [](pybind11::array_t<record> array) {
    auto in = array.unchecked<1>();
    double sum = 0;
    for (pybind11::ssize_t i = 0; i < in.shape(0); i++) sum += in(i).x;
    return sum;
  });
}
""" % RECORD

CYTHON = """
# cython: boundscheck=False, wraparound=False, language_level=3
cdef packed struct record:
    long long id
    double x
    double y
    double z

def total(record[:] array):
    cdef double sum = 0
    cdef Py_ssize_t i
    for i in range(array.shape[0]):
        sum += array[i].x
    return sum
"""

RUST = """
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
#[pyfunction]
fn total(array: PyReadonlyArray1<'_, f64>) -> f64 { array.as_array().iter().sum() }
#[pymodule]
fn by_rust(module: &Bound<'_, PyModule>) -> PyResult<()> { module.add_function(wrap_pyfunction!(total, module)?) }
"""


def run(*command, **options):
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)


def pip(folder, package):
    target = folder / package
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), package)
    return target


def build_descry(folder):
    (folder / "by_descry.c").write_text(DESCRY)
    run(sys.executable, str(ROOT / "src" / "amalgamate.py"), str(folder / "descry"))
    run("cc", "-O2", "-DNDEBUG", "-shared", "-fPIC", "-fvisibility=hidden", INCLUDE, "-I" + str(folder), str(folder / "by_descry.c"),
        str(folder / "descry" / "descry.c"), "-o", str(folder / "by_descry.so"))


def build_pybind11(folder):
    include = pip(folder, "pybind11") / "pybind11" / "include"
    (folder / "by_pybind11.cc").write_text(PYBIND11)
    run("c++", "-O2", "-DNDEBUG", "-std=c++17", "-shared", "-fPIC", "-fvisibility=hidden", INCLUDE, "-I" + str(include),
        str(folder / "by_pybind11.cc"), "-o", str(folder / "by_pybind11.so"))


def build_cython(folder):
    target = pip(folder, "cython")
    (folder / "by_cython.pyx").write_text(CYTHON)
    run(sys.executable, "-m", "cython", "-3", str(folder / "by_cython.pyx"), env=dict(os.environ, PYTHONPATH=str(target)))
    run("cc", "-O2", "-shared", "-fPIC", INCLUDE, str(folder / "by_cython.c"), "-o", str(folder / "by_cython.so"))


def build_rust(folder):
    crate = folder / "rust"
    (crate / "src").mkdir(parents=True, exist_ok=True)
    manifest = (ROOT / "tests/borrow/rust/Cargo.toml").read_text().replace("rust_borrows", "by_rust")
    (crate / "Cargo.toml").write_text(manifest)
    (crate / "src" / "lib.rs").write_text(RUST)
    run("cargo", "build", "--release", "-q", cwd=crate)
    os.replace(crate / "target" / "release" / "libby_rust.so", folder / "by_rust.so")


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(folder))
    records, numbers = np.zeros(10, DTYPE), np.zeros(10)
    calls = {}
    for name, build in [("descry", build_descry), ("pybind11", build_pybind11), ("cython", build_cython), ("rust", build_rust)]:
        try:
            build(folder)
            total = __import__("by_" + name).total
            total(numbers if name == "rust" else records)
        except (OSError, subprocess.CalledProcessError, ImportError) as error:
            print("%s: not built: %s" % (name, (getattr(error, "output", None) or str(error).encode()).decode()[-300:]))
            continue
        calls[name] = timeit.Timer("total(array)", globals={"total": total, "array": numbers if name == "rust" else records})
    least = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, timer in calls.items():
            least[name].append(timer.timeit(TIMES) / TIMES * 1e9)
    medians = {name: statistics.median(times) for name, times in least.items()}
    for name, median in medians.items():
        print("%-9s %6.1f ns, ratio of descry's %.2f" % (name, median, medians["descry"] / median))


if __name__ == "__main__":
    main()
