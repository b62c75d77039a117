// SPDX-License-Identifier: BSD-3-Clause
// Every call to CPython and NumPy that can fail, on the way through the library, fails once: in the
// child process for call n, at the first use of everything, the n-th fails. What then has to hold
// is what has to hold where an allocation fails; see faults_test.

#include "tests/faults/calls.h"

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

// Whether descry makes this of a failure itself, as it documents.
bool IsConverted(const std::string& exception) {
  const char* const known[] = {
      "ImportError: descry needs NumPy",  // with the failure as its cause
      "ImportError: NumPy cannot be used again once",
      "BufferError: cannot keep the memory of the array in place",  // with what the owner said
  };
  for (const char* text : known) {
    if (exception.find(text) != std::string::npos) return true;
  }
  return false;
}

void PrintFailedCall() { std::fprintf(stderr, "    %s\n", FailedCall()); }

// In a child process: what one failure leads to. `expected` is how many blocks may be in use at the
// end.
[[noreturn]] void FailOne(const walk_inputs& in, long n, long expected) {
  const Fault fault = {"call " + std::to_string(n), PrintFailedCall};
  FailCall(n);
  const char* step = walk(&in);
  const bool reached = Calls() >= n;
  FailCall(0);
  if (!reached) Exit(kNotReached);
  if (step && !PyErr_Occurred()) Fail(fault, step, "fails without an exception");
  if (!step && PyErr_Occurred())
    Fail(fault, step, "an exception after success: " + TakeException());
  const bool converted = step && !PyErr_ExceptionMatches(call_failed);
  const std::string exception = TakeException();
  if (converted && !IsConverted(exception)) Fail(fault, step, exception);
  const long blocks = WalkAgain(in, fault, step, expected);
  if (kComparesBlocks && blocks > expected) {
    Fail(fault, step, std::to_string(blocks - expected) + " blocks more than without a failure");
  }
  Exit(converted ? kConverted : step ? kRaised : kWentWell);
}

class CallsTest : public PythonTest {
 protected:
  static void FailEach(const walk_inputs& in);
};

void CallsTest::FailEach(const walk_inputs& in) {
  const long expected = BlocksWithoutFailure(in);
  ASSERT_NE(expected, LONG_MIN) << "a walk without a failure fails";
  long seen[kOutcomes] = {};
  for (long n = 1; seen[kNotReached] == 0; n += kSlower) {
    const int outcome = InChild([&] { FailOne(in, n, expected); });
    EXPECT_TRUE(outcome >= 0 && outcome < kFailed)
        << "call " << n << ", " << FailedCall() << ", ends the process with " << outcome;
    ++seen[outcome >= 0 && outcome < kFailed ? outcome : kFailed];
    ASSERT_LT(seen[kFailed], 300);
  }
  std::printf("%ld fault points: %ld passed on, %ld made an ImportError, %ld without harm\n",
              seen[kRaised] + seen[kConverted] + seen[kWentWell], seen[kRaised], seen[kConverted],
              seen[kWentWell]);
  EXPECT_GT(seen[kRaised], 0);
}

TEST_F(CallsTest, EachCallFailsOnce) {
  walk_inputs in = Inputs();
  InstallAllocator();
  for (const walk_group* group = walk_groups; group->name; ++group) {
    std::printf("%s: ", group->name);
    in.steps = group->steps;
    ASSERT_NO_FATAL_FAILURE(FailEach(in));
  }
}

}  // namespace
}  // namespace descry_test
