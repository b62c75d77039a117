// SPDX-License-Identifier: BSD-3-Clause
// Every allocation on the way through the library fails once: in the child process for allocation
// n, at the first use of everything, the n-th fails. Then an exception is set, or nothing was the
// matter; no borrow is open; the same walk succeeds; and as many blocks are in use as after walks
// without a failure.

#include <Python.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/faults/aftermath.h"
#include "tests/faults/allocator.h"
#include "tests/faults/inputs.h"
#include "tests/faults/walk.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

// Whether this is what NumPy or CPython themselves make of an allocation that fails, instead of a
// MemoryError. descry passes on what it gets.
bool IsConverted(const std::string& exception) {
  const char* const known[] = {
      // NumPy looks for each key of a dtype's description, and takes any failure for a key that is
      // not there (_convert_from_dict, PyMapping_GetItemString): it then reads the description as
      // one of another form, or leaves `aligned` out.
      "ValueError: entry not a 2- or 3- tuple",
      "ValueError: invalid literal for int()",
      "NumPy laid the record out differently from the C compiler",
      // Nor does it ask why a shape is no sequence of ints (2.5).
      "ValueError: invalid subarray shape",
      // CPython: a lock of the import system, and an import system that forgets its exception.
      "can't allocate lock",
      "error return without exception set",
      "returned NULL without setting an exception",
  };
  for (const char* text : known) {
    if (exception.find(text) != std::string::npos) return true;
  }
  return false;
}

// In a child process: what one failure leads to. `expected` is how many blocks may be in use at
// the end.
[[noreturn]] void FailOne(const walk_inputs& in, long n, long more, long expected) {
  const Fault fault = {"allocation " + std::to_string(n), PrintFailedAllocation};
  FailAllocation(n, more);
  const char* step = walk(&in);
  const bool reached = Allocations() >= n;
  FailAllocation(0);
  if (!reached) Exit(kNotReached);
  if (step && !PyErr_Occurred()) Fail(fault, step, "fails without an exception");
  if (!step && PyErr_Occurred())
    Fail(fault, step, "an exception after success: " + TakeException());
  const bool converted = step && !PyErr_ExceptionMatches(PyExc_MemoryError);
  const std::string exception = TakeException();
  if (converted && !IsConverted(exception)) Fail(fault, step, exception);
  const long blocks = WalkAgain(in, fault, step, expected);
  // NumPy leaks where it makes another exception of it, and in str(dtype), which imports (1.24).
  const bool by_numpy = converted || FailedUnder("PyObject_Str");
  // PyArray_DescrNew gives up what it has not taken where a datetime's unit cannot be copied (NumPy
  // 1.24 says "Reference count error detected" then), and an import loses a block (CPython 3.9).
  const bool one_is_not_ours = AskedByNumPy() || FailedUnder("PyImport_ImportModuleLevelObject");
  const bool excused = by_numpy || (blocks == expected + 1 && one_is_not_ours);
  if (kComparesBlocks && blocks > expected && !excused) {
    Fail(fault, step, std::to_string(blocks - expected) + " blocks more than without a failure");
  }
  Exit(converted ? kConverted : step ? kRaised : kWentWell);
}

class FaultsTest : public PythonTest {
 protected:
  // Fails allocations n = 1, 1 + step, ..., and with each the `more` that follow it.
  void FailAll(long step, long more) {
    walk_inputs in = Inputs(false);
    static const bool installed = (InstallAllocator(), true);
    ASSERT_TRUE(installed);
    for (const walk_group* group = walk_groups; group->name; ++group) {
      std::printf("%s: ", group->name);
      in.steps = group->steps;
      // Reading and writing values takes as many allocations as all the rest.
      const bool has_many = std::string(group->name).find("values") == 0;
      ASSERT_NO_FATAL_FAILURE(FailAllOf(in, has_many ? 3 * step : step, more));
    }
  }

  void FailAllOf(const walk_inputs& in, long step, long more) {
    FailAllocation(0);
    const long expected = BlocksWithoutFailure(in);
    ASSERT_NE(expected, LONG_MIN) << "a walk without a failure fails";
    long seen[kOutcomes] = {};
    for (long n = 1; seen[kNotReached] == 0; n += step * kSlower) {
      const int outcome = InChild([&] { FailOne(in, n, more, expected); });
      EXPECT_TRUE(outcome >= 0 && outcome < kFailed)
          << "allocation " << n << " ends the process with " << outcome;
      ++seen[outcome >= 0 && outcome < kFailed ? outcome : kFailed];
      ASSERT_LT(seen[kFailed], 100);
    }
    std::printf(
        "%ld fault points: %ld MemoryError, %ld made another exception by NumPy or CPython, "
        "%ld without harm\n",
        seen[kRaised] + seen[kConverted] + seen[kWentWell], seen[kRaised], seen[kConverted],
        seen[kWentWell]);
    EXPECT_GT(seen[kRaised], 0);
  }
};

TEST_F(FaultsTest, EachAllocationFailsOnce) { FailAll(1, 0); }

// Not all that follow: CPython's import system then tries for ever (3.11).
TEST_F(FaultsTest, EachAllocationFailsWithTheThreeThatFollow) { FailAll(4, 3); }

}  // namespace
}  // namespace descry_test
