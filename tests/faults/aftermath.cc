// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/aftermath.h"

#include <Python.h>
#include <descry/borrow.h>

#include <climits>
#include <cstdio>
#include <cstdlib>

#include "tests/faults/allocator.h"
#include "tests/support/python.h"

extern "C" void __gcov_dump(void) __attribute__((weak));

namespace descry_test {
namespace {

// More walks settle what CPython keeps for later use.
constexpr int kWalksAfter = 3;
constexpr int kMostWalksAfter = 12;

// Blocks in use after garbage was collected. CPython's cache of attributes keeps the strings that
// PyObject_GetAttrString made, in slots that their addresses choose: how many is left to chance.
long SettledBlocks() {
  PyGC_Collect();
  PyType_ClearCache();
  return LiveBlocks();
}

}  // namespace

void Exit(int status) {
  if (__gcov_dump) __gcov_dump();
  std::_Exit(status);
}

void Fail(const Fault& fault, const char* step, const std::string& what) {
  std::fprintf(stderr, "%s (%s): %s\n", fault.name.c_str(), step ? step : "-", what.c_str());
  if (fault.print) fault.print();
  Exit(kFailed);
}

long WalkAgain(const walk_inputs& in, const Fault& fault, const char* failed, long expected) {
  long blocks = LONG_MAX;
  for (int i = 0; i < kMostWalksAfter && (i < kWalksAfter || blocks > expected); ++i) {
    const char* step = walk(&in);
    if (step) Fail(fault, failed, std::string("later ") + step + " fails: " + TakeException());
    blocks = SettledBlocks();
  }
  const Ref borrows(descry_borrows());
  if (Repr(borrows) != "[]") Fail(fault, failed, "open borrows: " + Repr(borrows));
  return blocks;
}

long BlocksWithoutFailure(const walk_inputs& in) {
  int ends[2];
  if (pipe(ends) != 0) return LONG_MIN;
  InChild([&] {
    const Fault none = {"no fault", nullptr};
    if (const char* step = walk(&in)) Fail(none, step, TakeException());
    const long blocks = WalkAgain(in, none, nullptr, LONG_MAX);
    std::_Exit(write(ends[1], &blocks, sizeof blocks) == sizeof blocks ? 0 : kFailed);
  });
  long blocks = LONG_MIN;
  close(ends[1]);
  if (read(ends[0], &blocks, sizeof blocks) != sizeof blocks) blocks = LONG_MIN;
  close(ends[0]);
  return blocks;
}

}  // namespace descry_test
