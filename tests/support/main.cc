// SPDX-License-Identifier: BSD-3-Clause
// The main program of tests: GoogleTest inside a Python interpreter.

#include <Python.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/support/start.h"

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  descry_test::StartPython();
  const int failed = RUN_ALL_TESTS();
  return Py_FinalizeEx() < 0 ? EXIT_FAILURE : failed;
}
