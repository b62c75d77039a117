// SPDX-License-Identifier: BSD-3-Clause
// A registry that another copy of descry brought, older or newer than this one.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <gtest/gtest.h>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

struct pt_point {
  int32_t x, y;
};
DESCRY_RECORD(pt_point, x, y);

namespace descry_test {
namespace {

// What every protocol's registry begins with.
struct Registry {
  uint32_t oldest, newest;
  PyObject* entries;
  PyObject* names;
};

class ProtocolTest : public PythonTest {
 protected:
  // Puts a registry in place as another module's copy of descry would.
  void Bring(unsigned oldest, unsigned newest) {
    registry_ = {oldest, newest, PyDict_New(), PyDict_New()};
    const Ref capsule(PyCapsule_New(&registry_, "descry.registry", nullptr));
    ASSERT_EQ(PyDict_SetItemString(Dict(), "descry.registry", capsule.get()), 0);
  }

  void TearDown() override {
    PyDict_DelItemString(Dict(), "descry.registry");
    PythonTest::TearDown();
  }

  static PyObject* Dict() { return PyInterpreterState_GetDict(PyInterpreterState_Get()); }

  static Registry registry_;  // a copy of descry keeps a pointer to what it found
};

Registry ProtocolTest::registry_;

TEST_F(ProtocolTest, RefusesARegistryThatIsTooNew) {
  Bring(7, 9);
  EXPECT_THAT(descry_dtype(DESCRY_TYPE(pt_point)),
              RaisesPython(PyExc_ImportError,
                           "another module of this process brought a registry of versions 7 to 9, "
                           "and this one knows 3 to 3: rebuild the older one"));
}

// Versions 1 and 2 had entries of other layouts.
TEST_F(ProtocolTest, RefusesARegistryThatIsTooOld) {
  Bring(1, 2);
  EXPECT_THAT(descry_dtype(DESCRY_TYPE(pt_point)), RaisesPython(PyExc_ImportError));
}

TEST_F(ProtocolTest, UsesANewerRegistryThatStillSpeaksItsProtocol) {
  Bring(3, 9);
  EXPECT_EQ(descry_find("pt_point"), nullptr);
  ASSERT_EQ(descry_register(DESCRY_TYPE(pt_point)), 0) << TakeException();
  EXPECT_EQ(PyDict_Size(registry_.entries), 2) << "pt_point and int32";
  EXPECT_EQ(descry_find("pt_point"), DESCRY_TYPE(pt_point));
}

}  // namespace
}  // namespace descry_test
