// SPDX-License-Identifier: BSD-3-Clause
// What it costs to copy an array of padded records: with descry's dtype, with the one that NumPy
// makes by itself, and with one whose offsets were given, which NumPy copies field by field
// from 2.5 on.
#include <Python.h>
#include <benchmark/benchmark.h>
#include <descry/descry.h>

#include <cstdio>
#include <cstdlib>

struct vec3 {
  double x, y, z;
};

struct padded {
  std::int8_t a;
  double b;
  std::int32_t c;
  vec3 d[2];
};
extern "C" {
DESCRY_DECLARE(vec3);
DESCRY_DECLARE(padded);
}
DESCRY_RECORD(vec3, x, y, z);
DESCRY_RECORD(padded, a, b, c, d);

namespace {

constexpr Py_ssize_t kRecords = 100000;

const char kSetUp[] = R"(
import numpy as np
vec3 = np.dtype([('x', 'f8'), ('y', 'f8'), ('z', 'f8')], align=True)
theirs = np.dtype([('a', 'i1'), ('b', 'f8'), ('c', 'i4'), ('d', vec3, 2)], align=True)
given = np.dtype(dict(names=theirs.names, formats=[theirs.fields[n][0] for n in theirs.names],
                      offsets=[theirs.fields[n][1] for n in theirs.names],
                      itemsize=theirs.itemsize, aligned=True))
assert ours == theirs == given
print('NumPy', np.__version__)
)";

PyObject* globals;

void Copy(benchmark::State& state, const char* dtype) {
  PyObject* made = PyObject_CallMethod(PyDict_GetItemString(globals, "np"), "zeros", "nO", kRecords,
                                       PyDict_GetItemString(globals, dtype));
  PyObject* target = made ? PyObject_CallMethod(made, "copy", nullptr) : nullptr;
  PyObject* copyto = PyObject_GetAttrString(PyDict_GetItemString(globals, "np"), "copyto");
  if (!target || !copyto) PyErr_Print(), std::abort();
  for (auto _ : state) {
    PyObject* result = PyObject_CallFunctionObjArgs(copyto, target, made, nullptr);
    if (!result) PyErr_Print(), std::abort();
    Py_DECREF(result);
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
  Py_DECREF(copyto);
  Py_DECREF(target);
  Py_DECREF(made);
}
BENCHMARK_CAPTURE(Copy, descry, "ours");
BENCHMARK_CAPTURE(Copy, numpy, "theirs");
BENCHMARK_CAPTURE(Copy, offsets_given, "given");

}  // namespace

int main(int argc, char** argv) {
  Py_Initialize();
  globals = PyDict_New();
  PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins());
  PyObject* ours = descry_dtype(DESCRY_TYPE(padded));
  if (!ours || PyDict_SetItemString(globals, "ours", ours) < 0 ||
      !PyRun_String(kSetUp, Py_file_input, globals, globals)) {
    PyErr_Print();
    return 1;
  }
  std::fflush(stdout);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
