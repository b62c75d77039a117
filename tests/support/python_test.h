// SPDX-License-Identifier: BSD-3-Clause
// The fixture of every test that uses Python.

#ifndef DESCRY_TESTS_SUPPORT_PYTHON_TEST_H_
#define DESCRY_TESTS_SUPPORT_PYTHON_TEST_H_

#include <gtest/gtest.h>

namespace descry_test {

// Fails a test that leaves an exception pending; the next test begins without it.
//
//   using DtypeTest = descry_test::PythonTest;
//   TEST_F(DtypeTest, KeepsTrailingPadding) { ... }
class PythonTest : public testing::Test {
 protected:
  void TearDown() override;
};

}  // namespace descry_test

#endif  // DESCRY_TESTS_SUPPORT_PYTHON_TEST_H_
