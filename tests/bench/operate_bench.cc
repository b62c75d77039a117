// SPDX-License-Identifier: BSD-3-Clause
// Sorting and joining records, beside NumPy's own and beside memcpy. Prints the rows of
// docs/performance.md.
#include <descry/descry.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tests/bench/table.h"

namespace {

struct entry {
  std::int64_t id;
  double x, y, z;
  std::uint8_t rgb[4];
  char label[12];
  std::int64_t born;
};
DESCRY_RECORD(entry, id, x, y, z, rgb, label, born);

PyObject* globals;

PyObject* Eval(const char* expression) {
  PyObject* value = PyRun_String(expression, Py_eval_input, globals, globals);
  if (!value) PyErr_Print(), std::abort();
  return value;
}

void Check(PyObject* result) {
  if (!result) PyErr_Print(), std::abort();
  Py_DECREF(result);
}

void Start() {
  Py_Initialize();
  globals = PyDict_New();
  PyDict_SetItemString(globals, "entry", descry_dtype(DESCRY_TYPE(entry)));
  PyRun_String(
      "import numpy as np\n"
      "random = np.random.RandomState(1)\n"
      "many = np.zeros(10 ** 6, entry)\n"
      "many['id'] = random.permutation(10 ** 6)\n"
      "many['born'] = random.randint(-2 ** 62, 2 ** 62, 10 ** 6)\n"
      "many['label'] = random.randint(0, 10 ** 5, 10 ** 6).astype('S12')\n"
      "parts = [np.zeros(10 ** 4, entry) for _ in range(100)]\n",
      Py_file_input, globals, globals);
  if (PyErr_Occurred()) PyErr_Print(), std::abort();
}

void ArgsortDescry(benchmark::State& state, const char* path) {
  descry_view view;
  if (descry_view_acquire(&view, Eval("many"), DESCRY_TYPE(entry), 1, DESCRY_READ) < 0) {
    PyErr_Print(), std::abort();
  }
  for (auto _ : state) Check(descry_argsort(&view, path, 0));
  descry_view_release(&view);
}

void RunPython(benchmark::State& state, const char* expression) {
  PyObject* code = Py_CompileString(expression, "bench", Py_eval_input);
  for (auto _ : state) Check(PyEval_EvalCode(code, globals, globals));
  Py_DECREF(code);
}

std::vector<PyObject*> Parts() {
  PyObject* list = Eval("parts");
  std::vector<PyObject*> parts;
  for (Py_ssize_t i = 0; i < PyList_Size(list); ++i) parts.push_back(PyList_GetItem(list, i));
  return parts;
}

void ConcatenateDescry(benchmark::State& state) {
  const auto parts = Parts();
  for (auto _ : state) {
    Check(descry_concatenate(DESCRY_TYPE(entry), static_cast<int>(parts.size()), parts.data(), 0));
  }
}

// Into memory as fresh as that of the others.
void ConcatenateMemcpy(benchmark::State& state) {
  const auto parts = Parts();
  std::vector<descry_view> views(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (descry_view_acquire(&views[i], parts[i], DESCRY_TYPE(entry), 1, DESCRY_READ) < 0) {
      PyErr_Print(), std::abort();
    }
  }
  const Py_ssize_t size = 1000000;
  for (auto _ : state) {
    PyObject* made = descry_empty(DESCRY_TYPE(entry), 1, &size, 0);
    descry_view into;
    if (descry_view_acquire(&into, made, DESCRY_TYPE(entry), 1, DESCRY_WRITE) < 0) std::abort();
    char* to = into.data;
    for (const descry_view& view : views) {
      std::memcpy(to, view.data, static_cast<std::size_t>(view.size * view.itemsize));
      to += view.size * view.itemsize;
    }
    descry_view_release(&into);
    Py_DECREF(made);
  }
  for (descry_view& view : views) descry_view_release(&view);
}

}  // namespace

int main(int argc, char** argv) {
  Start();
  const struct {
    const char *name, *path, *expression;
  } sorts[] = {{"argsort of 10⁶ by an integer", "id", "np.argsort(many, order='id')"},
               {"argsort of 10⁶ by one of 64 bits", "born", "np.argsort(many, order='born')"},
               {"argsort of 10⁶ by text", "label", "np.argsort(many, order='label')"},
               {"argsort of 10⁶ by two", "label, id", "np.argsort(many, order=['label', 'id'])"}};
  for (const auto& each : sorts) {
    const std::string name = each.name;
    benchmark::RegisterBenchmark((name + "/descry").c_str(), ArgsortDescry, each.path);
    benchmark::RegisterBenchmark((name + "/np.argsort").c_str(), RunPython, each.expression);
  }
  benchmark::RegisterBenchmark("concatenate of 100 times 10⁴/descry", ConcatenateDescry);
  benchmark::RegisterBenchmark("concatenate of 100 times 10⁴/memcpy", ConcatenateMemcpy);
  benchmark::RegisterBenchmark("concatenate of 100 times 10⁴/np.concatenate", RunPython,
                               "np.concatenate(parts)");
  benchmark::Initialize(&argc, argv);
  descry_bench::TableReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintTable();
  return 0;
}
