// SPDX-License-Identifier: BSD-3-Clause
// What the first dtype of a type of 20 fields costs, declared and made at run time.
//
//   bazel run --config=opt //tests/bench:schema_bench

#include <benchmark/benchmark.h>
#include <descry/descry.h>
#include <descry/schema.h>
#include <pybind11/embed.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/table.h"

// clang-format off
#define FOUR(X, n) X(n##0) X(n##1) X(n##2) X(n##3)
#define TYPES(X) \
  FOUR(X, 1) FOUR(X, 2) FOUR(X, 3) FOUR(X, 4) FOUR(X, 5) FOUR(X, 6) FOUR(X, 7) FOUR(X, 8) \
  FOUR(X, a) FOUR(X, b) FOUR(X, c) FOUR(X, d) FOUR(X, e) FOUR(X, f) FOUR(X, g) FOUR(X, h)
// clang-format on

#define DECLARED(n)                                                                              \
  struct declared##n {                                                                           \
    int64_t a0, a1, a2, a3, a4;                                                                  \
    double b0, b1, b2, b3, b4;                                                                   \
    float c0, c1, c2, c3, c4;                                                                    \
    int32_t d0, d1, d2, d3, d4;                                                                  \
  };                                                                                             \
  DESCRY_DECLARE(declared##n);                                                                   \
  DESCRY_RECORD(declared##n, a0, a1, a2, a3, a4, b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, \
                d2, d3, d4);
TYPES(DECLARED)

namespace {

#define TYPE(n) DESCRY_TYPE(declared##n),
const descry_type* const kDeclared[] = {TYPES(TYPE)};
constexpr int kCount = sizeof kDeclared / sizeof *kDeclared;

PyObject* New(const descry_type* type) {
  PyObject* dtype = descry_dtype(type);
  if (!dtype) std::abort();
  return dtype;
}

// Each type is used for the first time once in a process.
void Declared(benchmark::State& state) {
  static int next = 0;
  for (auto _ : state) Py_DECREF(New(kDeclared[next++]));
}

const descry_type* Build(const char* name, const std::vector<std::string>& fields) {
  const descry_type* const elements[] = {DESCRY_TYPE(int64), DESCRY_TYPE(float64),
                                         DESCRY_TYPE(float32), DESCRY_TYPE(int32)};
  descry_schema* schema = descry_schema_new(name, 0);
  for (size_t i = 0; i < fields.size(); ++i) {
    descry_schema_add(schema, fields[i].c_str(), elements[i / 5], 0, nullptr);
  }
  const descry_type* type = descry_schema_build(schema);
  if (!type) std::abort();
  return type;
}

// A schema that was not there before, as often, built and registered. The types stay, as the
// declared ones do.
void MadeAtRunTime(benchmark::State& state) {
  std::vector<std::string> fields, names;
  for (const char group : {'a', 'b', 'c', 'd'}) {
    for (int i = 0; i < 5; ++i) fields.push_back(group + std::to_string(i));
  }
  static int next = 0;
  for (int i = 0; i < kCount; ++i) names.push_back("made" + std::to_string(next++));
  std::vector<const descry_type*> types;
  types.reserve(kCount);
  for (auto _ : state) {
    types.push_back(Build(names[types.size()].c_str(), fields));
    Py_DECREF(New(types.back()));
  }
  for (const descry_type* type : types) descry_type_release(type);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const pybind11::scoped_interpreter interpreter;
  for (const descry_type* type :
       {DESCRY_TYPE(int64), DESCRY_TYPE(float64), DESCRY_TYPE(float32), DESCRY_TYPE(int32)}) {
    Py_DECREF(New(type));
  }
  // The first ones of either kind find nothing in the caches.
  for (const char* name : {"cold", "first dtype of 20 fields"}) {
    const int count = *name == 'c' ? kCount / 4 : kCount * 3 / 4;
    benchmark::RegisterBenchmark((std::string(name) + "/declared").c_str(), Declared)
        ->Iterations(count);
    benchmark::RegisterBenchmark((std::string(name) + "/descry").c_str(), MadeAtRunTime)
        ->Iterations(count);
  }
  descry_bench::TableReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintTable();
  std::fflush(stdout);
  std::_Exit(0);  // what is registered would outlive the interpreter
}
