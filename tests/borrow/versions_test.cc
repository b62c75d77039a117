// SPDX-License-Identifier: BSD-3-Clause
// Tables that another version of descry, or of the crate `numpy`, brought before the first borrow.

#include <descry/borrow.h>

#include "src/borrow/home.h"
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
    const int result = descry_borrow_shared(array, &borrow);
    descry_borrow_release(&borrow);
    return result;
  }
};

// One test, for the table that is found at last stays for the rest of the process.
TEST_F(VersionsTest, RefusesTablesThatAreTooOldAndTakesNewerOnes) {
  const Ref array = Eval("np.zeros(3)");

  descryi_borrow_home old = {};
  const Ref old_capsule(PyCapsule_New(&old, "descry.borrow", nullptr));
  ASSERT_EQ(PyDict_SetItemString(Dict(), "descry.borrow", old_capsule.get()), 0);
  EXPECT_THAT(Borrow(array.get()),
              RaisesPython(PyExc_ImportError,
                           "another module of this process brought a borrow table of version 0, "
                           "and this one needs 1: rebuild the older one"));
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
  auto* const home =
      static_cast<descryi_borrow_home*>(PyCapsule_GetPointer(capsule.get(), "descry.borrow"));
  ASSERT_NE(home, nullptr);
  home->version += 1;
  EXPECT_EQ(Borrow(array.get()), 0) << TakeException();
}

}  // namespace
}  // namespace descry_test
