// SPDX-License-Identifier: BSD-3-Clause
// The helpers that all tests lean on: one that always says yes would hide everything.

#include <gtest/gtest-spi.h>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using SupportTest = PythonTest;

int Fail() {
  PyErr_SetString(PyExc_ValueError, "some text");
  return -1;
}

TEST_F(SupportTest, EvaluatesWithNumPy) {
  EXPECT_EQ(Repr(Eval("np.arange(3).tolist()")), "[0, 1, 2]");
}

TEST_F(SupportTest, ThrowsPythonsMessage) {
  try {
    Eval("1 / 0");
    FAIL() << "did not throw";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "1 / 0: ZeroDivisionError: division by zero");
  }
}

TEST_F(SupportTest, MatchesClassAndTextOfExceptions) {
  EXPECT_THAT(Fail(), RaisesPython(PyExc_ValueError, "some text"));
  EXPECT_EQ(PyErr_Occurred(), nullptr);
  EXPECT_THAT(Fail(), RaisesPython(PyExc_ValueError, HasSubstr("text")));
}

TEST_F(SupportTest, RefusesOtherTextClassOrNoFailure) {
  EXPECT_THAT(Fail(), Not(RaisesPython(PyExc_ValueError, "text")));
  EXPECT_EQ(TakeException(), "ValueError: some text");
  EXPECT_THAT(Fail(), Not(RaisesPython(PyExc_TypeError, "some text")));
  EXPECT_THAT(0, Not(RaisesPython(PyExc_ValueError, "some text"))) << "success with an exception";
  TakeException();
  EXPECT_THAT(-1, Not(RaisesPython(PyExc_ValueError))) << "failure without an exception";
}

TEST_F(SupportTest, ComparesDtypesMoreStrictlyThanNumPy) {
  const Ref dtype = Eval("np.dtype([('a', 'i4'), ('b', 'f8')], align=True)");
  EXPECT_TRUE(SameDtype(dtype, Eval("np.dtype([('a', 'i4'), ('b', 'f8')], align=True)")));
  EXPECT_FALSE(SameDtype(dtype, Eval("np.dtype([('a', 'i4'), ('b', 'f8')])")));
  EXPECT_FALSE(SameDtype(Eval("np.dtype('M8[2001us]')"), Eval("np.dtype('M8[2ms]')")));
}

TEST_F(SupportTest, TellsOfPendingExceptions) {
  struct Leaky : PythonTest {
    void TestBody() override { Fail(); }
    void Run() {
      TestBody();
      TearDown();
    }
  };
  EXPECT_NONFATAL_FAILURE(Leaky().Run(), "ValueError: some text");
}

}  // namespace
}  // namespace descry_test
