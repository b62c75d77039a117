// SPDX-License-Identifier: BSD-3-Clause
// What a view costs with its borrow: descry_view_acquire() and release, all checks included.
#include <benchmark/benchmark.h>
#include <descry/descry.h>

#include <cstdlib>

typedef double sample;
DESCRY_DECLARE(sample);
DESCRY_ALIAS(sample, float64);

namespace {

PyObject* New(const char* expression) {
  PyObject* globals = PyDict_New();
  PyDict_SetItemString(globals, "np", PyImport_ImportModule("numpy"));
  PyObject* object = PyRun_String(expression, Py_eval_input, globals, globals);
  if (!object) PyErr_Print(), std::abort();
  return object;
}

void BM_View(benchmark::State& state, const char* expression, unsigned flags) {
  PyObject* array = New(expression);
  descry_view view = {};
  for (auto _ : state) {
    if (descry_view_acquire(&view, array, DESCRY_TYPE(sample), DESCRY_ANY_NDIM, flags) < 0)
      std::abort();
    benchmark::DoNotOptimize(view);
    descry_view_release(&view);
  }
  Py_DECREF(array);
}
BENCHMARK_CAPTURE(BM_View, 1d_read, "np.zeros(100)", DESCRY_READ);
BENCHMARK_CAPTURE(BM_View, 1d_write, "np.zeros(100)", DESCRY_WRITE);
BENCHMARK_CAPTURE(BM_View, 1d_unborrowed, "np.zeros(100)", DESCRY_READ | DESCRY_UNBORROWED);
BENCHMARK_CAPTURE(BM_View, 6d_read, "np.zeros((6, 5, 4, 3, 2, 1))", DESCRY_READ);
BENCHMARK_CAPTURE(BM_View, column_read, "np.zeros((100, 100))[:, 3]", DESCRY_READ);

}  // namespace

int main(int argc, char** argv) {
  Py_Initialize();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return Py_FinalizeEx() < 0;
}
