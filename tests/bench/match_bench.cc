// SPDX-License-Identifier: BSD-3-Clause
// What it costs to know whether a dtype fits: at first sight, when it was seen before, and by
// NumPy's own PyArray_EquivTypes. "First sight" goes round more dtypes than the cache has ways for,
// so that each one is walked through, stored and driven out again.
#include <benchmark/benchmark.h>
#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/match.h>

#include <string>
#include <vector>

#include "tests/support/python.h"

extern "C" {
#include "src/base/numpy.h"
#include "src/match/match.h"
}

struct bench_8 {
  double f0, f1, f2, f3, f4, f5, f6, f7;
};
struct bench_64 {
  bench_8 g0, g1, g2, g3, g4, g5, g6, g7;
};
struct bench_nested {
  int64_t id;
  bench_8 first, second;
};
DESCRY_RECORD(bench_8, f0, f1, f2, f3, f4, f5, f6, f7);
#define EIGHT(g)                                                                          \
  DESCRY_NAMED(g.f0, #g "0"), DESCRY_NAMED(g.f1, #g "1"), DESCRY_NAMED(g.f2, #g "2"),     \
      DESCRY_NAMED(g.f3, #g "3"), DESCRY_NAMED(g.f4, #g "4"), DESCRY_NAMED(g.f5, #g "5"), \
      DESCRY_NAMED(g.f6, #g "6"), DESCRY_NAMED(g.f7, #g "7")
DESCRY_RECORD(bench_64, EIGHT(g0), EIGHT(g1), EIGHT(g2), EIGHT(g3), EIGHT(g4), EIGHT(g5), EIGHT(g6),
              EIGHT(g7));
DESCRY_RECORD(bench_nested, id, DESCRY_AS(first, bench_8), DESCRY_AS(second, bench_8));

namespace {

using descry_test::Eval;
using descry_test::Ref;

// Dtypes equal to that of `type`, each an object of its own, with another name for the last field
// where `change` is one. Unpickled ones share neither names nor elements with it.
std::vector<Ref> Others(const descry_type* type, size_t count, const char* change, bool pickled) {
  descry_test::SetGlobal("own", Ref(descry_dtype(type)));
  descry_test::Exec(
      "import pickle\n"
      "def other(change, pickled):\n"
      "  fields = [(n, own[n]) for n in own.names]\n"
      "  if change: fields[-1] = (change, fields[-1][1])\n"
      "  dtype = np.dtype(fields)\n"
      "  return pickle.loads(pickle.dumps(dtype)) if pickled else dtype");
  std::vector<Ref> others;
  while (others.size() < count) {
    others.push_back(Eval("other('" + std::string(change) + "', " + (pickled ? "1" : "0") + ")"));
  }
  return others;
}

void Match(benchmark::State& state, const descry_type* type, const std::vector<Ref>& dtypes,
           int level, int expected) {
  size_t next = 0;
  int wrong = 0;
  for (auto _ : state) {
    wrong += descry_matches(type, dtypes[next].get(), level) != expected;
    next = next + 1 == dtypes.size() ? 0 : next + 1;
  }
  if (wrong) state.SkipWithError("wrong answer");
}

void Dtype(benchmark::State& state) {
  for (auto _ : state) Py_DECREF(descry_dtype(DESCRY_TYPE(bench_8)));
}
BENCHMARK(Dtype);

void SameObject(benchmark::State& state) {
  Match(state, DESCRY_TYPE(bench_8), {Ref(descry_dtype(DESCRY_TYPE(bench_8)))}, DESCRY_EQUIVALENT,
        1);
}
BENCHMARK(SameObject);

// The part of it that comes on top of descry_dtype().
void SeenInline(benchmark::State& state) {
  const descry_type* type = DESCRY_TYPE(bench_8);
  const Ref own(descry_dtype(type)), other = Others(type, 1, "", false)[0];
  for (auto _ : state) {
    PyObject* descr = other.get();
    benchmark::DoNotOptimize(descr);
    benchmark::DoNotOptimize(descryi_match(type, own.get(), descr, DESCRY_EQUIVALENT));
  }
}
BENCHMARK(SeenInline);

void Rows(benchmark::State& state, const descry_type* type, size_t count, const char* change,
          bool pickled, int level, int expected) {
  Match(state, type, Others(type, count, change, pickled), level, expected);
}
#define ROWS(name, ...)                                                   \
  BENCHMARK_CAPTURE(Rows, name##_8, DESCRY_TYPE(bench_8), __VA_ARGS__);   \
  BENCHMARK_CAPTURE(Rows, name##_64, DESCRY_TYPE(bench_64), __VA_ARGS__); \
  BENCHMARK_CAPTURE(Rows, name##_nested, DESCRY_TYPE(bench_nested), __VA_ARGS__)
ROWS(SeenEqual, 1, "", false, DESCRY_EQUIVALENT, 1);
ROWS(SeenEqualOneOf4, 4, "", false, DESCRY_EQUIVALENT, 1);
ROWS(SeenOther, 1, "other", false, DESCRY_EQUIVALENT, 0);
ROWS(FirstSightEqual, 12, "", false, DESCRY_EQUIVALENT, 1);
ROWS(FirstSightUnpickled, 12, "", true, DESCRY_EQUIVALENT, 1);
ROWS(FirstSightOther, 12, "other", false, DESCRY_EQUIVALENT, 0);
ROWS(FirstSightLayout, 12, "other", false, DESCRY_LAYOUT, 1);

void NumPy(benchmark::State& state, const descry_type* type, const char* change, bool pickled) {
  const Ref own(descry_dtype(type)), other = Others(type, 1, change, pickled)[0];
  for (auto _ : state) {
    benchmark::DoNotOptimize(descryi_np.equiv_types(own.get(), other.get()));
  }
}
BENCHMARK_CAPTURE(NumPy, Equal_8, DESCRY_TYPE(bench_8), "", false);
BENCHMARK_CAPTURE(NumPy, Equal_64, DESCRY_TYPE(bench_64), "", false);
BENCHMARK_CAPTURE(NumPy, Unpickled_8, DESCRY_TYPE(bench_8), "", true);
BENCHMARK_CAPTURE(NumPy, Other_8, DESCRY_TYPE(bench_8), "other", false);

}  // namespace

int main(int argc, char** argv) {
  Py_Initialize();
  Eval("np");  // imported outside of the first benchmark
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
