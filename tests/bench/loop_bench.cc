// SPDX-License-Identifier: BSD-3-Clause
// A loop over three operands against NumPy's NpyIter: how long it takes to begin and end, and to
// run through arrays of several sizes and orders.
#include <benchmark/benchmark.h>
#include <descry/descry.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void** table;
PyObject* globals;

template <class Function>
Function Slot(int index) {
  Function function;
  std::memcpy(&function, &table[index], sizeof function);
  return function;
}

void Start() {
  Py_Initialize();
  globals = PyDict_New();
  PyRun_String(
      "import numpy as np\n"
      "try: from numpy._core import _multiarray_umath as umath\n"
      "except ImportError: from numpy.core import _multiarray_umath as umath\n",
      Py_file_input, globals, globals);
  PyObject* umath = PyDict_GetItemString(globals, "umath");
  if (!umath) PyErr_Print(), std::abort();
  table = static_cast<void**>(
      PyCapsule_GetPointer(PyObject_GetAttrString(umath, "_ARRAY_API"), nullptr));
}

struct Operands {
  explicit Operands(const char* expression) {
    list = PyRun_String(expression, Py_eval_input, globals, globals);
    if (!list) PyErr_Print(), std::abort();
    for (int k = 0; k < 3; ++k) {
      arrays[k] = PyTuple_GetItem(list, k);
      const unsigned flags = k < 2 ? DESCRY_READ : DESCRY_WRITE | DESCRY_UNBORROWED;
      if (descry_view_acquire(&storage[k], arrays[k], DESCRY_TYPE(float64), DESCRY_ANY_NDIM,
                              flags) < 0) {
        PyErr_Print(), std::abort();
      }
      views[k] = &storage[k];
    }
  }
  ~Operands() {
    for (auto& view : storage) descry_view_release(&view);
    Py_DECREF(list);
  }

  PyObject* list;
  PyObject* arrays[3];
  descry_view storage[3];
  const descry_view* views[3];
};

// Not inlined, so that both sides call the same code for each run.
__attribute__((noinline)) void AddRun(Py_ssize_t count, char* const* data,
                                      const Py_ssize_t* strides) {
  const char *a = data[0], *b = data[1];
  char* c = data[2];
  for (; count > 0; --count) {
    *reinterpret_cast<double*>(c) =
        *reinterpret_cast<const double*>(a) + *reinterpret_cast<const double*>(b);
    a += strides[0], b += strides[1], c += strides[2];
  }
}

void LoopBegin(benchmark::State& state, const char* expression) {
  Operands operands(expression);
  for (auto _ : state) {
    descry_loop loop;
    if (descry_loop_begin(&loop, 3, operands.views, 0) < 0) std::abort();
    benchmark::DoNotOptimize(loop.priv.left);
  }
}

void LoopRun(benchmark::State& state, const char* expression) {
  Operands operands(expression);
  for (auto _ : state) {
    descry_loop loop;
    if (descry_loop_begin(&loop, 3, operands.views, 0) < 0) std::abort();
    while (descry_loop_next(&loop)) AddRun(loop.count, loop.data, loop.strides);
    benchmark::ClobberMemory();
  }
}

using New = void* (*)(int, PyObject**, unsigned, int, int, unsigned*, PyObject**);
using Deallocate = int (*)(void*);
using Next = int (*)(void*);
using GetNext = Next (*)(void*, char**);
using GetPointers = void* (*)(void*);

// EXTERNAL_LOOP, GROWINNER and ZEROSIZE_OK, the flags of a walk without buffers, in K order.
void* NewIterator(const Operands& operands) {
  unsigned flags[] = {0x20000, 0x20000, 0x40000};
  void* iterator =
      Slot<New>(225)(3, const_cast<PyObject**>(operands.arrays), 0x8 | 0x40, 2, 0, flags, nullptr);
  if (!iterator) PyErr_Print(), std::abort();
  return iterator;
}

void IteratorBegin(benchmark::State& state, const char* expression) {
  Operands operands(expression);
  for (auto _ : state) Slot<Deallocate>(228)(NewIterator(operands));
}

void IteratorRun(benchmark::State& state, const char* expression) {
  Operands operands(expression);
  for (auto _ : state) {
    void* iterator = NewIterator(operands);
    const Next next = Slot<GetNext>(239)(iterator, nullptr);
    auto** data = static_cast<char**>(Slot<GetPointers>(255)(iterator));
    auto* strides = static_cast<Py_ssize_t*>(Slot<GetPointers>(232)(iterator));
    auto* count = static_cast<Py_ssize_t*>(Slot<GetPointers>(233)(iterator));
    do {
      AddRun(*count, data, strides);
    } while (next(iterator));
    benchmark::ClobberMemory();
    Slot<Deallocate>(228)(iterator);
  }
}

const struct {
  const char *name, *operands;
} kCases[] = {
    {"10", "[np.ones(10) for i in range(3)]"},
    {"1000", "[np.ones(1000) for i in range(3)]"},
    {"1000000", "[np.ones(10**6) for i in range(3)]"},
    {"strided_10", "[np.ones(20)[::2] for i in range(3)]"},
    {"strided_1000", "[np.ones((10, 200))[:, ::2] for i in range(3)]"},
    {"strided_1000000", "[np.ones((1000, 2000))[:, ::2] for i in range(3)]"},
    {"3d_24", "[np.ones((2, 3, 4)) for i in range(3)]"},
    {"transposed_24", "[np.ones((2, 3, 4)), np.ones((4, 3, 2)).T, np.ones((2, 3, 4))]"},
    {"transposed_1000000",
     "[np.ones((1000, 1000)), np.ones((1000, 1000)).T, np.ones((1000, 1000))]"},
    {"broadcast_1000", "[np.ones((10, 1)), np.ones(100), np.ones((10, 100))]"},
    {"broadcast_1000000", "[np.ones((1000, 1)), np.ones(1000), np.ones((1000, 1000))]"},
    {"inner_2_1000", "[np.ones((500, 4))[:, ::2] for i in range(3)]"},
    {"inner_2_1000000", "[np.ones((500000, 4))[:, ::2] for i in range(3)]"},
};

}  // namespace

int main(int argc, char** argv) {
  Start();
  for (const auto& each : kCases) {
    static std::string kept[64];
    static int count = 0;
    std::string& operands = kept[count++] = std::string("tuple(") + each.operands + ")";
    const std::string name = each.name;
    const char* text = operands.c_str();
    if (name.find("1000") == std::string::npos) {
      benchmark::RegisterBenchmark(("begin/descry/" + name).c_str(), LoopBegin, text);
      benchmark::RegisterBenchmark(("begin/NpyIter/" + name).c_str(), IteratorBegin, text);
    }
    benchmark::RegisterBenchmark(("run/descry/" + name).c_str(), LoopRun, text);
    benchmark::RegisterBenchmark(("run/NpyIter/" + name).c_str(), IteratorRun, text);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
