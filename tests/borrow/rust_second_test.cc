// SPDX-License-Identifier: BSD-3-Clause
// descry comes first: its table serves Rust extensions.
#include <descry/borrow.h>

#include <string>

#include "tests/borrow/rust_side.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

class RustSecondTest : public PythonTest {
 protected:
  void SetUp() override { EXPECT_EQ(Open(), 0); }
  void TearDown() override {
    EXPECT_EQ(Open(), 0) << "a borrow is still open";
    PythonTest::TearDown();
  }
  static Py_ssize_t Open() { return PyList_Size(Ref(descry_borrows()).get()); }
};

TEST_F(RustSecondTest, FindsDescrysTableInPlace) {
  const descryi_rust_api* api = InstalledRustApi();
  ASSERT_NE(api, nullptr);
  EXPECT_EQ(api->version, 1u);
}

TEST_F(RustSecondTest, ReadersShareAndKeepWritersOut) {
  Ref array = Eval("np.zeros((6, 5, 4))"), row = Eval("np.zeros(3)");
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  EXPECT_EQ(RustAcquireMut(array.get()), DESCRYI_RUST_BORROWED);
  EXPECT_EQ(RustAcquireMut(row.get()), DESCRYI_RUST_TAKEN);
  EXPECT_EQ(RustAcquire(row.get()), DESCRYI_RUST_BORROWED);
  RustReleaseMut(row.get());
  RustRelease(array.get());
  RustRelease(array.get());
}

TEST_F(RustSecondTest, ReadOnlyArraysAreNotLentForWriting) {
  Ref array = Eval("np.broadcast_to(np.zeros(3), (2, 3))");
  EXPECT_EQ(RustAcquireMut(array.get()), DESCRYI_RUST_READ_ONLY);
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  RustRelease(array.get());
}

TEST_F(RustSecondTest, BothSidesRespectEachOther) {
  Ref array = Eval("np.zeros(10)");
  descry_borrow borrow;
  ASSERT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  EXPECT_THAT(descry_borrow_exclusive(&borrow, array.get()), RaisesPython(PyExc_BufferError));
  RustRelease(array.get());
  ASSERT_EQ(descry_borrow_exclusive(&borrow, array.get()), 0);
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_BORROWED);
  EXPECT_EQ(descry_borrow_downgrade(&borrow), 0);
  EXPECT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  RustRelease(array.get());
  descry_borrow_release(&borrow);
}

// Memory that Rust's own rule lets two writers share.
TEST_F(RustSecondTest, HolesOfRustsRuleAreClosed) {
  for (const char* pair :
       {"(lambda a: (a, a['b']))(np.zeros(4, 'f8,f8').view([('a', 'f8'), ('b', 'f8')]))",
        "(lambda a: (a, a.imag))(np.zeros(4, 'c16'))",
        "(lambda a: (a, a[:1].reshape(())))(np.zeros(4))",
        "(lambda a: (a[::2], a.view('u2')[1::4]))(np.zeros(8, 'u4'))",
        "(lambda b: (np.frombuffer(b, 'f8'), np.frombuffer(b, 'f8')))(bytearray(64))"}) {
    Ref arrays = Eval(pair);
    PyObject* a = PyTuple_GetItem(arrays.get(), 0);
    PyObject* b = PyTuple_GetItem(arrays.get(), 1);
    EXPECT_EQ(RustAcquireMut(a), DESCRYI_RUST_TAKEN) << pair;
    EXPECT_EQ(RustAcquireMut(b), DESCRYI_RUST_BORROWED) << pair;
    RustReleaseMut(a);
    EXPECT_EQ(RustAcquireMut(b), DESCRYI_RUST_TAKEN) << pair;
    RustReleaseMut(b);
  }
}

TEST_F(RustSecondTest, DisjointViewsAreLentAtOnce) {
  SetGlobal("m", Eval("np.zeros((7, 10))"));
  Ref threes = Eval("m[:, ::3]"), others = Eval("m[:, 1::3]");
  EXPECT_EQ(RustAcquireMut(threes.get()), DESCRYI_RUST_TAKEN);
  EXPECT_EQ(RustAcquireMut(others.get()), DESCRYI_RUST_TAKEN);
  RustReleaseMut(threes.get());
  RustReleaseMut(others.get());
}

TEST_F(RustSecondTest, ReleaseFindsItsBorrowWhateverBecameOfTheArray) {
  for (const char* change : {"a.dtype = 'u1'", "a.shape = (4, 4)",
                             "a.resize(100000, refcheck=False)", "a.flags.writeable = False"}) {
    Ref array = Eval("np.zeros(16)");
    SetGlobal("a", array);
    ASSERT_EQ(RustAcquireMut(array.get()), DESCRYI_RUST_TAKEN);
    Exec(change);
    RustReleaseMut(array.get());
    EXPECT_EQ(Open(), 0) << change;
    ASSERT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
    ASSERT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
    RustRelease(array.get());
    EXPECT_EQ(Open(), 1) << change;
    RustRelease(array.get());
  }
  SetGlobal("a", Eval("None"));
}

TEST_F(RustSecondTest, ReleasesOfAChangedArrayBalance) {
  Ref array = Eval("np.zeros(16)");
  SetGlobal("a", array);
  ASSERT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  Exec("a.resize(100000, refcheck=False)");
  ASSERT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  RustRelease(array.get());
  EXPECT_EQ(Open(), 1);
  EXPECT_EQ(RustAcquireMut(array.get()), DESCRYI_RUST_TAKEN) << "what is open is the former memory";
  RustReleaseMut(array.get());
  RustRelease(array.get());
  SetGlobal("a", Eval("None"));
}

TEST_F(RustSecondTest, ReleaseOfWhatWasNeverBorrowedDoesNothing) {
  Ref array = Eval("np.zeros(16)");
  RustRelease(array.get());
  RustReleaseMut(array.get());
  ASSERT_EQ(RustAcquire(array.get()), DESCRYI_RUST_TAKEN);
  RustReleaseMut(array.get());
  EXPECT_EQ(Open(), 1);
  RustRelease(array.get());
}

}  // namespace
}  // namespace descry_test
