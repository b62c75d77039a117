// SPDX-License-Identifier: BSD-3-Clause
// What matching, construction and views cost, beside pybind11 and the bare NumPy C-API in one
// process. Prints the table of docs/performance.md.
//
//   bazel run --config=opt //tests/bench:records_bench -- --benchmark_repetitions=15

#include <benchmark/benchmark.h>
#include <descry/descry.h>
#include <pybind11/embed.h>
#include <pybind11/numpy.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/bench/records.h"
#include "tests/bench/table.h"

extern "C" {
#include "src/base/numpy.h"
}

DESCRY_RECORD(record8, a, b, c, d, e, f, g, h);
DESCRY_RECORD(record64, EIGHT_FIELDS(1), EIGHT_FIELDS(2), EIGHT_FIELDS(3), EIGHT_FIELDS(4),
              EIGHT_FIELDS(5), EIGHT_FIELDS(6), EIGHT_FIELDS(7), EIGHT_FIELDS(8));

namespace py = pybind11;

namespace {

constexpr unsigned kRead = DESCRY_READ | DESCRY_UNBORROWED;

// Runs Python and gives a fatal error where it fails.
py::object Eval(const std::string& expression) {
  return py::eval(expression, py::module_::import("__main__").attr("__dict__"));
}

PyObject* New(const descry_type* type) {
  PyObject* dtype = descry_dtype(type);
  if (!dtype) throw py::error_already_set();
  return dtype;
}

// A dtype that equals that of `type` and is another object, as one from Python is.
py::dtype Copy(const descry_type* type) {
  py::object dtype = py::reinterpret_steal<py::object>(New(type));
  return dtype.attr("newbyteorder")("=");
}

py::array Zeros(const py::object& dtype, Py_ssize_t count) {
  return py::module_::import("numpy").attr("zeros")(count, dtype);
}

template <class T>
const descry_type* Type();
template <>
const descry_type* Type<record8>() {
  return DESCRY_TYPE(record8);
}
template <>
const descry_type* Type<record64>() {
  return DESCRY_TYPE(record64);
}

void Dtype(benchmark::State& state) {
  for (auto _ : state) Py_DECREF(New(DESCRY_TYPE(record8)));
}

template <class T>
void Acquire(benchmark::State& state, const py::object& dtype, unsigned flags) {
  const py::array array = Zeros(dtype, 10);
  descry_view view = {};
  for (auto _ : state) {
    if (descry_view_acquire(&view, array.ptr(), Type<T>(), 1, flags) < 0) std::abort();
    benchmark::DoNotOptimize(view.data);
    descry_view_release(&view);
  }
}

template <class T>
void Pybind11Check(benchmark::State& state, const py::object& dtype) {
  const py::array array = Zeros(dtype, 10);
  for (auto _ : state) benchmark::DoNotOptimize(py::array_t<T, 0>::check_(array));
}

void Refuse(benchmark::State& state) {
  const py::object other = Eval(
      "np.dtype([('a', 'i8'), ('b', 'f8'), ('c', 'f8'), ('d', 'f4'),"
      " ('e', 'f4'), ('f', 'i4'), ('g', 'u4'), ('h', 'S8')])");
  for (auto _ : state) {
    benchmark::DoNotOptimize(descry_matches(DESCRY_TYPE(record8), other.ptr(), DESCRY_EQUIVALENT));
  }
}

void Pybind11Refuse(benchmark::State& state) {
  const py::object other = Eval(
      "np.dtype([('a', 'i8'), ('b', 'f8'), ('c', 'f8'), ('d', 'f4'),"
      " ('e', 'f4'), ('f', 'i4'), ('g', 'u4'), ('h', 'S8')])");
  Pybind11Check<record8>(state, other);
}

// Each dtype is one that the cache has not seen, or has forgotten.
void RefuseFirst(benchmark::State& state) {
  const py::list others = Eval(
      "[np.dtype([('a', 'i8'), ('b', 'f8'), ('c', 'f8'), ('d', 'f4'), ('e', 'f4'),"
      " ('f', 'i4'), ('g', 'u4'), ('h', 'S8')]) for _ in range(1000)]");
  Py_ssize_t i = 0;
  for (auto _ : state) {
    PyObject* other = PyList_GET_ITEM(others.ptr(), i);
    i = i + 1 < 1000 ? i + 1 : 0;
    benchmark::DoNotOptimize(descry_matches(DESCRY_TYPE(record8), other, DESCRY_EQUIVALENT));
  }
}

template <bool zeros>
void Fresh(benchmark::State& state) {
  const Py_ssize_t shape[] = {10};
  auto* make = zeros ? descry_zeros : descry_empty;
  for (auto _ : state) Py_DECREF(make(DESCRY_TYPE(record8), 1, shape, DESCRY_C_ORDER));
}

template <bool zeros>
void BareFresh(benchmark::State& state) {
  const py::object dtype = py::reinterpret_steal<py::object>(New(DESCRY_TYPE(record8)));
  const Py_ssize_t shape[] = {10};
  auto* make = zeros ? descryi_np.zeros : descryi_np.empty;
  for (auto _ : state) {
    Py_INCREF(dtype.ptr());
    Py_DECREF(make(1, shape, dtype.ptr(), 0));
  }
}

// Memory of ten records and the object that owns it.
struct Owned {
  record8 records[10] = {};
  py::object owner = py::capsule(records, "owner");
};

void Wrap(benchmark::State& state) {
  Owned owned;
  const Py_ssize_t shape[] = {10};
  for (auto _ : state) {
    Py_DECREF(descry_wrap(DESCRY_TYPE(record8), owned.records, 1, shape, nullptr, owned.owner.ptr(),
                          DESCRY_WRITE));
  }
}

void BareWrap(benchmark::State& state) {
  Owned owned;
  const py::object dtype = py::reinterpret_steal<py::object>(New(DESCRY_TYPE(record8)));
  const Py_ssize_t shape[] = {10};
  for (auto _ : state) {
    Py_INCREF(dtype.ptr());
    PyObject* array =
        descryi_np.new_from_descr(descryi_np.array_type, dtype.ptr(), 1, shape, nullptr,
                                  owned.records, DESCRYI_ARRAY_WRITEABLE, nullptr);
    Py_INCREF(owned.owner.ptr());
    descryi_np.set_base_object(array, owned.owner.ptr());
    Py_DECREF(array);
  }
}

void Pybind11Wrap(benchmark::State& state) {
  Owned owned;
  for (auto _ : state) py::array_t<record8>(10, owned.records, owned.owner);
}

void CopyRecords(benchmark::State& state) {
  const Py_ssize_t shape[] = {static_cast<Py_ssize_t>(state.range(0))};
  const std::vector<record8> records(state.range(0));
  for (auto _ : state) {
    Py_DECREF(descry_copy(DESCRY_TYPE(record8), records.data(), 1, shape, nullptr));
  }
}

void BareCopy(benchmark::State& state) {
  const py::object dtype = py::reinterpret_steal<py::object>(New(DESCRY_TYPE(record8)));
  const Py_ssize_t shape[] = {static_cast<Py_ssize_t>(state.range(0))};
  const std::vector<record8> records(state.range(0));
  for (auto _ : state) {
    Py_INCREF(dtype.ptr());
    PyObject* array = descryi_np.new_from_descr(descryi_np.array_type, dtype.ptr(), 1, shape,
                                                nullptr, nullptr, 0, nullptr);
    std::memcpy(descryi_as_array(array)->data, records.data(), records.size() * sizeof(record8));
    Py_DECREF(array);
  }
}

void Pybind11Copy(benchmark::State& state) {
  const std::vector<record8> records(state.range(0));
  for (auto _ : state) py::array_t<record8>(state.range(0), records.data());
}

constexpr Py_ssize_t kMany = 10000000;

// Memory that was written: pages of zeros that were not are all one page.
py::array Many() {
  py::array all = Zeros(py::reinterpret_steal<py::object>(New(DESCRY_TYPE(record8))), kMany);
  std::memset(all.mutable_data(), 0, static_cast<std::size_t>(all.nbytes()));
  return all;
}

// Sums one member of every `step`-th record.
void LoopAt(benchmark::State& state) {
  const py::array all = Many();
  const py::object array = all[py::slice(0, kMany, state.range(0))];
  descry_view view = {};
  if (descry_view_acquire(&view, array.ptr(), DESCRY_TYPE(record8), 1, kRead) < 0) std::abort();
  for (auto _ : state) {
    double sum = 0;
    for (Py_ssize_t i = 0; i < view.shape[0]; ++i) sum += DESCRY_AT(record8, &view, i)->b;
    benchmark::DoNotOptimize(sum);
  }
  descry_view_release(&view);
}

void LoopPointer(benchmark::State& state) {
  const py::array all = Many();
  const auto* records = static_cast<const record8*>(all.data());
  const Py_ssize_t step = state.range(0), count = (kMany + step - 1) / step;
  for (auto _ : state) {
    double sum = 0;
    const record8* record = records;
    for (Py_ssize_t i = 0; i < count; ++i, record += step) sum += record->b;
    benchmark::DoNotOptimize(sum);
  }
}

template <class... Arguments>
void Register(const char* name, Arguments... arguments) {
  benchmark::RegisterBenchmark(name, arguments...);
}

void RegisterAll() {
  const py::object own8 = py::reinterpret_steal<py::object>(New(DESCRY_TYPE(record8)));
  const py::object other8 = Copy(DESCRY_TYPE(record8)), other64 = Copy(DESCRY_TYPE(record64));
  Register("dtype/descry", Dtype);
  Register("view, same dtype/descry", Acquire<record8>, own8, kRead);
  Register("view, same dtype/pybind11", Pybind11Check<record8>, py::dtype::of<record8>());
  Register("view, equal dtype of 8 fields/descry", Acquire<record8>, other8, kRead);
  Register("view, equal dtype of 8 fields/pybind11", Pybind11Check<record8>, other8);
  Register("view, equal dtype of 64 fields/descry", Acquire<record64>, other64, kRead);
  Register("view, equal dtype of 64 fields/pybind11", Pybind11Check<record64>, other64);
  Register("view with borrow, same dtype/descry", Acquire<record8>, own8, unsigned{DESCRY_READ});
  Register("refusal, seen before/descry", Refuse);
  Register("refusal, seen before/pybind11", Pybind11Refuse);
  Register("refusal, first sight/descry", RefuseFirst);
  Register("zeros of 10/descry", Fresh<true>);
  Register("zeros of 10/NumPy", BareFresh<true>);
  Register("empty of 10/descry", Fresh<false>);
  Register("empty of 10/NumPy", BareFresh<false>);
  Register("wrap of 10/descry", Wrap);
  Register("wrap of 10/NumPy", BareWrap);
  Register("wrap of 10/pybind11", Pybind11Wrap);
  for (const int count : {10, 1000000}) {
    const std::string name = "copy of " + std::to_string(count);
    benchmark::RegisterBenchmark((name + "/descry").c_str(), CopyRecords)->Arg(count);
    benchmark::RegisterBenchmark((name + "/NumPy").c_str(), BareCopy)->Arg(count);
    benchmark::RegisterBenchmark((name + "/pybind11").c_str(), Pybind11Copy)->Arg(count);
  }
  for (const int step : {1, 3}) {
    const std::string name = step == 1 ? "loop over 10^7" : "loop over every third of 10^7";
    benchmark::RegisterBenchmark((name + "/descry").c_str(), LoopAt)->Arg(step);
    benchmark::RegisterBenchmark((name + "/pointer").c_str(), LoopPointer)->Arg(step);
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  py::scoped_interpreter interpreter;
  py::exec("import numpy as np", py::module_::import("__main__").attr("__dict__"));
  PYBIND11_NUMPY_DTYPE(record8, a, b, c, d, e, f, g, h);
  PYBIND11_NUMPY_DTYPE(record64, EIGHT_FIELDS(1), EIGHT_FIELDS(2), EIGHT_FIELDS(3), EIGHT_FIELDS(4),
                       EIGHT_FIELDS(5), EIGHT_FIELDS(6), EIGHT_FIELDS(7), EIGHT_FIELDS(8));
  RegisterAll();
  descry_bench::TableReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintTable();
  std::fflush(stdout);
  std::_Exit(0);  // what the benchmarks hold of Python would outlive the interpreter
}
