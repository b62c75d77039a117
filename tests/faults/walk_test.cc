// SPDX-License-Identifier: BSD-3-Clause
// One walk through the library at its first use, and one after it: for tools that look on, such as
// valgrind (docs/reliability.md).

#include "tests/faults/walk.h"

#include <Python.h>

#include "tests/faults/inputs.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

using WalkTest = PythonTest;

TEST_F(WalkTest, EveryStepSucceedsAtFirstAndAgain) {
  const walk_inputs in = Inputs();
  for (int pass = 0; pass < 2; ++pass) {
    for (const walk_step* step : AllSteps()) {
      EXPECT_EQ(step->take(&in), 0) << step->name << ": " << TakeException();
    }
  }
}

}  // namespace
}  // namespace descry_test
