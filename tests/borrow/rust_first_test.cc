// SPDX-License-Identifier: BSD-3-Clause
// A Rust extension comes first: descry takes its borrows in Rust's table as well as in its own.
#include <descry/borrow.h>

#include <string>
#include <thread>

#include "tests/borrow/rust_side.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

class RustFirstTest : public PythonTest {
 protected:
  static void SetUpTestSuite() {
    table_ = new RustTable;
    table_->Install();
  }
  void TearDown() override {
    EXPECT_EQ(table_->open(), 0u) << "a borrow is still open in Rust's table";
    EXPECT_EQ(table_->panics(), 0) << "Rust would have ended the process";
    EXPECT_EQ(Open(), 0) << "a borrow is still open";
    PythonTest::TearDown();
  }
  static Py_ssize_t Open() { return PyList_Size(Ref(descry_borrows()).get()); }

  static RustTable* table_;
};

RustTable* RustFirstTest::table_;

TEST_F(RustFirstTest, TakesEachBorrowInBothTables) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow borrow;
  ASSERT_EQ(descry_borrow_shared(&borrow, array.get()), 0);
  EXPECT_EQ(table_->open(), 1u);
  EXPECT_EQ(Open(), 1);
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  RustRelease(array.get());
  EXPECT_EQ(RustAcquireMut(array.get()), DESCRYI_RUST_BORROWED);
  descry_borrow_release(&borrow);
  EXPECT_EQ(RustAcquireMut(array.get()), DESCRYI_RUST_TAKEN);
  RustReleaseMut(array.get());
}

TEST_F(RustFirstTest, TakesNeitherWhereRustRefuses) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow borrow;
  ASSERT_EQ(RustAcquireMut(array.get()), DESCRYI_RUST_TAKEN);
  EXPECT_THAT(
      descry_borrow_shared(&borrow, array.get()),
      RaisesPython(
          PyExc_BufferError,
          HasSubstr(
              "for reading: a borrow in the table that a Rust extension brought is still open")));
  EXPECT_EQ(Open(), 0);
  RustReleaseMut(array.get());
  ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0);
  descry_borrow_release(&borrow);
}

TEST_F(RustFirstTest, TakesNeitherWhereItsOwnTableRefuses) {
  Ref arrays = Eval("(lambda b: (np.frombuffer(b, 'f8'), np.frombuffer(b, 'f8')))(bytearray(64))");
  descry_borrow borrow, refused;
  ASSERT_EQ(descry_borrow_exclusive(&borrow, PyTuple_GetItem(arrays.get(), 0)), 0);
  EXPECT_THAT(descry_borrow_shared(&refused, PyTuple_GetItem(arrays.get(), 1)),
              RaisesPython(PyExc_BufferError, HasSubstr("1 borrow for writing")));
  EXPECT_EQ(table_->open(), 1u);
  descry_borrow_release(&borrow);
}

TEST_F(RustFirstTest, IsGivenBackByThreadsWithoutTheGil) {
  Ref array = Eval("np.zeros(10)");
  const Py_ssize_t before = Py_REFCNT(array.get());
  descry_borrow borrows[2];
  ASSERT_EQ(descry_borrow_shared(&borrows[0], array.get()), 0);
  ASSERT_EQ(descry_borrow_shared(&borrows[1], array.get()), 0);
  PyThreadState* const state = PyEval_SaveThread();
  descry_borrow_release(&borrows[0]);
  std::thread([&] { descry_borrow_release(&borrows[1]); }).join();
  PyEval_RestoreThread(state);
  EXPECT_EQ(Py_REFCNT(array.get()), before);
}

TEST_F(RustFirstTest, DowngradeLetsRustReadToo) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow borrow;
  ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0);
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_BORROWED);
  EXPECT_EQ(descry_borrow_downgrade(&borrow), 0);
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  RustRelease(array.get());
  descry_borrow_release(&borrow);
}

// Rust computes the borrow anew at release and ends the process where it finds none.
TEST_F(RustFirstTest, ReleaseWorksWhateverBecameOfTheArray) {
  for (const char* change : {"a.dtype = 'u1'", "a.shape = (4, 4)",
                             "a.resize(100000, refcheck=False)", "a.flags.writeable = False"}) {
    Ref array = Eval("np.zeros(16)");
    SetGlobal("a", array);
    descry_borrow borrow;
    ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0);
    // The borrow's own array shares the memory, so it is not resized away under it.
    try {
      Exec(change);
    } catch (const std::exception&) {
    }
    descry_borrow_release(&borrow);
    EXPECT_EQ(table_->open(), 0u) << change;
  }
  SetGlobal("a", Eval("None"));
}

// Arrays on which Rust's own arithmetic would fail.
TEST_F(RustFirstTest, OddArraysDoNotEndTheProcess) {
  Ref arrays = Eval(
      "[np.broadcast_to(np.zeros(1), (5,)), np.broadcast_to(np.zeros(1, 'f4'), (3, 4)), "
      "np.array(1.0), np.zeros((0, 3)), np.zeros(3, 'S0'), np.zeros((1,) * 32)]");
  descry_borrow borrows[6][2];
  for (Py_ssize_t i = 0; i < 6; ++i) {
    ASSERT_EQ(descry_borrow_shared(&borrows[i][0], PyList_GetItem(arrays.get(), i)), 0) << i;
    ASSERT_EQ(descry_borrow_shared(&borrows[i][1], PyList_GetItem(arrays.get(), i)), 0) << i;
  }
  for (auto& pair : borrows) {
    descry_borrow_release(&pair[0]);
    descry_borrow_release(&pair[1]);
  }
}

// What Rust's rule alone does not see, descry's way of saying it makes it see.
TEST_F(RustFirstTest, WholeArraysMeetAnyPartThatRustHolds) {
  for (const char* pair : {"(lambda a: (a, a.imag))(np.zeros(4, 'c16'))",
                           "(lambda a: (a[:1].reshape(()), a))(np.zeros(4))",
                           "(lambda a: (a, a['f1']))(np.zeros(4, 'f8,f8'))"}) {
    Ref arrays = Eval(pair);
    descry_borrow borrow;
    ASSERT_EQ(descry_borrow_exclusive(&borrow, PyTuple_GetItem(arrays.get(), 0)), 0);
    EXPECT_EQ(RustAcquireMut(PyTuple_GetItem(arrays.get(), 1)), DESCRYI_RUST_BORROWED) << pair;
    descry_borrow_release(&borrow);
  }
}

TEST_F(RustFirstTest, FieldsAndStepsAreStillBorrowedAtOnce) {
  for (const char* pair :
       {"(lambda a: (a['f0'], a['f1']))(np.zeros(4, 'f8,f8'))",
        "(lambda a: (a[::2], a[1::2]))(np.zeros(9))", "(lambda a: (a[:4], a[4:]))(np.zeros(9))"}) {
    Ref arrays = Eval(pair);
    PyObject* first = PyTuple_GetItem(arrays.get(), 0);
    PyObject* second = PyTuple_GetItem(arrays.get(), 1);
    descry_borrow borrows[2];
    ASSERT_EQ(descry_borrow_exclusive(&borrows[0], first), 0) << pair;
    ASSERT_EQ(descry_borrow_exclusive(&borrows[1], second), 0) << pair;
    descry_borrow_release(&borrows[1]);
    EXPECT_EQ(RustAcquireMut(second), DESCRYI_RUST_TAKEN) << pair;
    RustReleaseMut(second);
    descry_borrow_release(&borrows[0]);
  }
}

TEST_F(RustFirstTest, KeepsAPendingException) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow borrow;
  ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0);
  PyErr_SetString(PyExc_KeyError, "mine");
  descry_borrow_release(&borrow);
  EXPECT_EQ(TakeException(), "KeyError: 'mine'");
}

}  // namespace
}  // namespace descry_test
