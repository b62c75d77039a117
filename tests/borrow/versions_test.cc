// SPDX-License-Identifier: BSD-3-Clause
// Tables that another version of descry, or of the crate `numpy`, brought before the first borrow.

#include <descry/borrow.h>

#include "src/borrow/shared_table.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

class VersionsTest : public PythonTest {
 protected:
  static PyObject* Dict() { return PyInterpreterState_GetDict(PyInterpreterState_Get()); }

  // The module in which Rust looks.
  static Ref Multiarray() {
    return Eval(
        "__import__('importlib').import_module("
        "('numpy.core' if np.__version__ < '2' else 'numpy._core') + '.multiarray')");
  }

  // The way of every borrow, at its first try and at every one that failed before.
  static int Borrow(PyObject* array) {
    descry_borrow borrow;
    const int result = descry_borrow_shared(&borrow, array);
    descry_borrow_release(&borrow);
    return result;
  }
};

// One test, for the table that is found at last stays for the rest of the process.
TEST_F(VersionsTest, RefusesTablesOfUnknownVersionsAndTakesThoseThatKnowOurs) {
  const Ref array = Eval("np.zeros(3)");

  descryi_shared_table other = {};
  other.head = {2, 2};
  const Ref other_capsule(PyCapsule_New(&other, "descry.borrow", nullptr));
  ASSERT_EQ(PyDict_SetItemString(Dict(), "descry.borrow", other_capsule.get()), 0);
  EXPECT_THAT(
      Borrow(array.get()),
      RaisesPython(PyExc_ImportError,
                   "another module of this process brought a borrow table of versions 2 to 2, "
                   "and this one knows 1 to 1: rebuild the older one"));
  ASSERT_EQ(PyDict_DelItemString(Dict(), "descry.borrow"), 0);

  descryi_rust_api rust = {};
  const Ref rust_capsule(PyCapsule_New(&rust, DESCRYI_RUST_NAME, nullptr));
  ASSERT_EQ(PyObject_SetAttrString(Multiarray().get(), DESCRYI_RUST_NAME, rust_capsule.get()), 0);
  EXPECT_THAT(Borrow(array.get()),
              RaisesPython(PyExc_ImportError,
                           "NumPy's _RUST_NUMPY_BORROW_CHECKING_API has the unknown version 0: "
                           "rebuild the extension that brought it"));
  ASSERT_EQ(PyObject_DelAttrString(Multiarray().get(), DESCRYI_RUST_NAME), 0);

  // What the failure left in place is a table of today's. A later descry would have made it so:
  const Ref capsule = Ref::Borrow(PyDict_GetItemString(Dict(), "descry.borrow"));
  auto* const shared =
      static_cast<descryi_shared_table*>(PyCapsule_GetPointer(capsule.get(), "descry.borrow"));
  ASSERT_NE(shared, nullptr);
  shared->head.newest += 1;
  EXPECT_EQ(Borrow(array.get()), 0) << TakeException();
}

}  // namespace
}  // namespace descry_test
