// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/python_test.h"

#include "tests/support/python.h"

namespace descry_test {

void PythonTest::TearDown() { EXPECT_EQ(TakeException(), "") << "left pending by the test"; }

}  // namespace descry_test
