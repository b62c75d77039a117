// SPDX-License-Identifier: BSD-3-Clause
// Each step of a walk over and over: blocks in use and reference counts stay where they were.

#include <Python.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <vector>

#include "tests/faults/allocator.h"
#include "tests/faults/inputs.h"
#include "tests/faults/walk.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

constexpr int kRounds = 5;
constexpr int kSteps = 100;

// What a leak would change.
struct Totals {
  long blocks;      // of CPython's allocators and of malloc
  long references;  // of a debug build of CPython; elsewhere 0
};

Totals Count() {
  PyGC_Collect();
  PyType_ClearCache();  // it keeps names, in slots that their addresses choose
  Totals totals = {LiveBlocks(), 0};
#ifdef Py_REF_DEBUG
  totals.references = static_cast<long>(Int(Eval("__import__('sys').gettotalrefcount()")));
#endif
  return totals;
}

std::vector<Py_ssize_t> InputCounts(const walk_inputs& in) {
  std::vector<Py_ssize_t> counts;
  for (PyObject* object :
       {in.same, in.renamed, in.other, in.samples, in.swapped, in.grid, in.floats, in.bytes,
        in.buffer, in.rows, in.forms, in.bad_rows, in.columns, in.sample}) {
    counts.push_back(Py_REFCNT(object));
  }
  return counts;
}

void Take(const walk_step* step, const walk_inputs& in, int times) {
  for (int i = 0; i < times; ++i) ASSERT_EQ(step->take(&in), 0) << TakeException();
}

// How much one round of the step leaves behind, at least, of several rounds: what a leak leaves it
// leaves each time, while CPython's caches grow now and then.
Totals LeftByOneRound(const walk_step* step, const walk_inputs& in) {
  Totals least = {LONG_MAX, LONG_MAX};
  for (int round = 0; round < kRounds && (least.blocks > 0 || least.references > 0); ++round) {
    Count();  // what the count itself keeps
    const Totals before = Count();
    Take(step, in, kSteps);
    const Totals after = Count();
    least.blocks = std::min(least.blocks, after.blocks - before.blocks);
    least.references = std::min(least.references, after.references - before.references);
  }
  return least;
}

using LeaksTest = PythonTest;

TEST_F(LeaksTest, HundredsOfStepsLeaveNothing) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "with PYTHONMALLOC=malloc the count of blocks drifts";
#endif
  const walk_inputs in = Inputs();
  InstallAllocator();
  for (const walk_step* step : AllSteps()) {
    Take(step, in, 1);
    const std::vector<Py_ssize_t> counts = InputCounts(in);
    const Totals left = LeftByOneRound(step, in);
    EXPECT_LT(left.blocks, kSteps / 10) << step->name;
    EXPECT_LT(left.references, kSteps / 10) << step->name;
    EXPECT_EQ(InputCounts(in), counts) << step->name;
  }
#ifndef Py_REF_DEBUG
  std::printf("skipped: sys.gettotalrefcount: this CPython is no debug build\n");
#endif
}

}  // namespace
}  // namespace descry_test
