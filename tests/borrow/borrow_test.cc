// SPDX-License-Identifier: BSD-3-Clause
#include <descry/borrow.h>

#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

class BorrowTest : public PythonTest {
 protected:
  void TearDown() override {
    Ref open(descry_borrows());
    EXPECT_EQ(PyList_Size(open.get()), 0) << "a borrow is still open";
    PythonTest::TearDown();
  }
};

TEST_F(BorrowTest, ReleaseIsFineOnNothingAndAnyNumberOfTimes) {
  descry_borrow borrow = {};
  descry_borrow_release(&borrow);
  Ref array = Eval("np.zeros(10)");
  ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0);
  descry_borrow_release(&borrow);
  descry_borrow_release(&borrow);
  ASSERT_EQ(descry_borrow_shared(&borrow, array.get()), 0);
  descry_borrow_release(&borrow);
}

TEST_F(BorrowTest, RefusalLeavesTheBorrowZeroed) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow held, refused;
  ASSERT_EQ(descry_borrow_exclusive(&held, array.get()), 0);
  EXPECT_THAT(descry_borrow_shared(&refused, array.get()),
              RaisesPython(PyExc_BufferError, HasSubstr("1 borrow for writing of bytes")));
  descry_borrow_release(&refused);
  descry_borrow_release(&held);
}

TEST_F(BorrowTest, ReleaseKeepsAPendingException) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow borrow;
  ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0);
  PyErr_SetString(PyExc_KeyError, "mine");
  descry_borrow_release(&borrow);
  EXPECT_EQ(TakeException(), "KeyError: 'mine'");
}

TEST_F(BorrowTest, KeepsNoReferenceToTheArray) {
  Ref array = Eval("np.zeros(10)");
  Py_ssize_t before = Py_REFCNT(array.get());
  descry_borrow borrow;
  ASSERT_EQ(descry_borrow_shared(&borrow, array.get()), 0);
  EXPECT_EQ(Py_REFCNT(array.get()), before);
  array = Ref();
  descry_borrow_release(&borrow);
}

TEST_F(BorrowTest, AMovedBorrowIsTheBorrow) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow first, second;
  ASSERT_EQ(descry_borrow_exclusive(&first, array.get()), 0);
  second = first;
  first = descry_borrow();
  EXPECT_EQ(descry_borrow_downgrade(&second), 0);
  ASSERT_EQ(descry_borrow_shared(&first, array.get()), 0);
  descry_borrow_release(&first);
  descry_borrow_release(&second);
}

TEST_F(BorrowTest, FunctionsAreThereBesideTheMacros) {
  Ref array = Eval("np.zeros(10)");
  int (*take)(descry_borrow*, PyObject*) = descry_borrow_shared;
  descry_borrow borrow;
  ASSERT_EQ(take(&borrow, array.get()), 0);
  descry_borrow_release(&borrow);
  take = descry_borrow_exclusive;
  ASSERT_EQ(take(&borrow, array.get()), 0);
  descry_borrow_release(&borrow);
}

TEST_F(BorrowTest, WhatIsNoArrayOrReadOnlyIsRefusedInWords) {
  descry_borrow borrow;
  EXPECT_THAT(
      descry_borrow_shared(&borrow, Eval("'text'").get()),
      RaisesPython(PyExc_TypeError, "expected a NumPy array to borrow, got an object of type str"));
  Ref array = Eval("np.broadcast_to(np.zeros(3), (2, 3))");
  EXPECT_THAT(
      descry_borrow_exclusive(&borrow, array.get()),
      RaisesPython(PyExc_ValueError, "the array is read-only and cannot be borrowed for writing"));
  ASSERT_EQ(descry_borrow_shared(&borrow, array.get()), 0);
  descry_borrow_release(&borrow);
}

TEST_F(BorrowTest, ObjectArraysAndSubclassesAndHighRanksAreBorrowedAlike) {
  for (const char* expression :
       {"np.array([None, 1])", "np.ma.zeros(5)", "np.zeros((1,) * 32)",
        "np.zeros((2,) * 10)[..., ::-1]", "np.zeros((3, 3, 3, 3))[::2, ::2, ::2, ::2]",
        "np.zeros(3, 'U5')", "np.zeros(3, 'M8[s]')"}) {
    Ref array = Eval(expression);
    descry_borrow borrow, refused;
    ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0) << expression;
    EXPECT_THAT(descry_borrow_shared(&refused, array.get()), RaisesPython(PyExc_BufferError))
        << expression;
    descry_borrow_release(&borrow);
  }
}

}  // namespace
}  // namespace descry_test
