// SPDX-License-Identifier: BSD-3-Clause
// What a borrow of a real array costs, as C code takes it: descry_borrow_shared() and its like, all
// checks included.
#include <benchmark/benchmark.h>
#include <descry/borrow.h>

#include <cstdlib>
#include <vector>

namespace {

PyObject* New(const char* expression) {
  static PyObject* globals = nullptr;
  if (!globals) {
    globals = PyDict_New();
    PyDict_SetItemString(globals, "np", PyImport_ImportModule("numpy"));
  }
  PyObject* object = PyRun_String(expression, Py_eval_input, globals, globals);
  if (!object) PyErr_Print(), std::abort();
  return object;
}

void Require(int result) {
  if (result < 0) PyErr_Print(), std::abort();
}

void BM_Shared(benchmark::State& state, const char* expression, size_t readers) {
  PyObject* array = New(expression);
  std::vector<descry_borrow> others(readers);
  for (auto& other : others) Require(descry_borrow_shared(&other, array));
  for (auto _ : state) {
    descry_borrow borrow;
    Require(descry_borrow_shared(&borrow, array));
    benchmark::DoNotOptimize(borrow);
    descry_borrow_release(&borrow);
  }
  for (auto& other : others) descry_borrow_release(&other);
  Py_DECREF(array);
}
BENCHMARK_CAPTURE(BM_Shared, 1d, "np.zeros(100)", 0);
BENCHMARK_CAPTURE(BM_Shared, 6d, "np.zeros((6, 5, 4, 3, 2, 1))", 0);
BENCHMARK_CAPTURE(BM_Shared, 6d_128_readers, "np.zeros((6, 5, 4, 3, 2, 1))", 128);
BENCHMARK_CAPTURE(BM_Shared, column, "np.zeros((100, 100))[:, 3]", 0);
BENCHMARK_CAPTURE(BM_Shared, 6d_fortran, "np.zeros((6, 5, 4, 3, 2, 1), order='F')", 0);

void BM_Exclusive(benchmark::State& state, const char* expression) {
  PyObject* array = New(expression);
  for (auto _ : state) {
    descry_borrow borrow;
    Require(descry_borrow_exclusive(&borrow, array));
    benchmark::DoNotOptimize(borrow);
    descry_borrow_release(&borrow);
  }
  Py_DECREF(array);
}
BENCHMARK_CAPTURE(BM_Exclusive, 6d, "np.zeros((6, 5, 4, 3, 2, 1))");

// 128 or 10 000 slices of one base are held; one more is taken.
void BM_SharedBesideSlices(benchmark::State& state) {
  PyObject* base = New("np.zeros(20000)");
  PyObject* last = PySequence_GetSlice(base, 19990, 20000);
  std::vector<descry_borrow> others(static_cast<size_t>(state.range(0)));
  for (size_t i = 0; i < others.size(); ++i) {
    PyObject* slice =
        PySequence_GetSlice(base, static_cast<Py_ssize_t>(i), static_cast<Py_ssize_t>(i + 1));
    Require(descry_borrow_exclusive(&others[i], slice));
    Py_DECREF(slice);
  }
  for (auto _ : state) {
    descry_borrow borrow;
    Require(descry_borrow_shared(&borrow, last));
    benchmark::DoNotOptimize(borrow);
    descry_borrow_release(&borrow);
  }
  for (auto& other : others) descry_borrow_release(&other);
  Py_DECREF(last);
  Py_DECREF(base);
}
BENCHMARK(BM_SharedBesideSlices)->ArgName("held")->Arg(128)->Arg(10000);

}  // namespace

int main(int argc, char** argv) {
  Py_Initialize();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return Py_FinalizeEx() < 0;
}
