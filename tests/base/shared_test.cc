// SPDX-License-Identifier: BSD-3-Clause
extern "C" {
#include "src/base/shared.h"
}

#include <cstdlib>
#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

struct Counter {
  descryi_shared_head head;
  int number;
};

int made, dropped, joined;
bool refuses_to_join;

void* Make() {
  ++made;
  return std::calloc(1, sizeof(Counter));
}

void* MakeNothing() { return PyErr_NoMemory(); }

void Drop(void* counter) {
  ++dropped;
  std::free(counter);
}

int Join(void*) {
  ++joined;
  if (!refuses_to_join) return 0;
  PyErr_SetString(PyExc_RuntimeError, "not now");
  return -1;
}

// What one copy of descry knows of the counter under this key.
descryi_shared Copy(const char* key, uint32_t oldest = 1, uint32_t newest = 1) {
  return {key, "a counter", oldest, newest, Make, Drop, Join, nullptr};
}

PyObject* Dict() { return PyInterpreterState_GetDict(PyInterpreterState_Get()); }

class SharedTest : public PythonTest {
 protected:
  void SetUp() override { made = dropped = joined = refuses_to_join = 0; }
};

TEST_F(SharedTest, IsOneForAllCopies) {
  descryi_shared first = Copy("descry.test.one"), second = Copy("descry.test.one");
  EXPECT_EQ(descryi_shared_found(&first), nullptr);
  void* const found = descryi_shared_get(&first);
  ASSERT_NE(found, nullptr) << TakeException();
  EXPECT_EQ(descryi_shared_get(&second), found);
  EXPECT_EQ(descryi_shared_get(&first), found);
  EXPECT_EQ(descryi_shared_found(&first), found);
  EXPECT_EQ(made, 1);
  EXPECT_EQ(dropped, 0);
  EXPECT_EQ(joined, 2) << "each copy, once";
}

TEST_F(SharedTest, IsTriedAgainAfterAFailureToJoin) {
  descryi_shared copy = Copy("descry.test.join");
  refuses_to_join = true;
  EXPECT_THAT(descryi_shared_get(&copy), RaisesPython(PyExc_RuntimeError, "not now"));
  EXPECT_EQ(descryi_shared_found(&copy), nullptr);
  refuses_to_join = false;
  EXPECT_NE(descryi_shared_get(&copy), nullptr) << TakeException();
  EXPECT_EQ(made, 1);
}

TEST_F(SharedTest, LeavesNothingWhereThereIsNoMemory) {
  descryi_shared copy = Copy("descry.test.memory");
  copy.make = MakeNothing;
  EXPECT_THAT(descryi_shared_get(&copy), RaisesPython(PyExc_MemoryError));
  EXPECT_EQ(PyDict_GetItemString(Dict(), "descry.test.memory"), nullptr);
}

TEST_F(SharedTest, IsUsedAcrossVersionsThatUnderstandEachOther) {
  descryi_shared appended = Copy("descry.test.versions", 1, 3);
  descryi_shared older = Copy("descry.test.versions", 1, 1);
  void* const found = descryi_shared_get(&appended);
  ASSERT_NE(found, nullptr) << TakeException();
  EXPECT_EQ(static_cast<Counter*>(found)->head.oldest, 1u);
  EXPECT_EQ(static_cast<Counter*>(found)->head.newest, 3u);
  EXPECT_EQ(descryi_shared_get(&older), found) << TakeException();
}

TEST_F(SharedTest, IsRefusedWhereOneSideIsTooOld) {
  descryi_shared third = Copy("descry.test.refused", 3, 4);
  ASSERT_NE(descryi_shared_get(&third), nullptr) << TakeException();
  descryi_shared older = Copy("descry.test.refused", 1, 2);
  EXPECT_THAT(descryi_shared_get(&older),
              RaisesPython(PyExc_ImportError,
                           "another module of this process brought a counter of versions 3 to 4, "
                           "and this one knows 1 to 2: rebuild the older one"));
  descryi_shared newer = Copy("descry.test.refused", 5, 6);
  EXPECT_THAT(descryi_shared_get(&newer),
              RaisesPython(PyExc_ImportError,
                           "another module of this process brought a counter of versions 3 to 4, "
                           "and this one knows 5 to 6: rebuild the older one"));
  EXPECT_EQ(descryi_shared_found(&older), nullptr);
  EXPECT_EQ(joined, 1);
}

TEST_F(SharedTest, RefusesWhatIsNotItsCapsule) {
  descryi_shared copy = Copy("descry.test.strange");
  ASSERT_EQ(PyDict_SetItemString(Dict(), copy.key, Py_None), 0);
  EXPECT_THAT(descryi_shared_get(&copy), RaisesPython(PyExc_ValueError));
  EXPECT_EQ(descryi_shared_found(&copy), nullptr);
}

// Replaced while the first copy uses it, as another thread may do: what was found stays.
TEST_F(SharedTest, OutlivesItsCapsule) {
  descryi_shared copy = Copy("descry.test.replaced");
  auto* const found = static_cast<Counter*>(descryi_shared_get(&copy));
  ASSERT_NE(found, nullptr) << TakeException();
  ASSERT_EQ(PyDict_DelItemString(Dict(), copy.key), 0);
  found->number = 7;
  EXPECT_EQ(static_cast<Counter*>(descryi_shared_get(&copy))->number, 7);
  EXPECT_EQ(dropped, 0);
}

TEST_F(SharedTest, IsNotFoundByAnotherInterpreter) {
  descryi_shared first = Copy("descry.test.interpreter"), second = Copy("descry.test.interpreter");
  ASSERT_NE(descryi_shared_get(&first), nullptr) << TakeException();
  PyThreadState* const state = PyThreadState_Get();
  PyThreadState* const other = Py_NewInterpreter();
  ASSERT_NE(other, nullptr);
  EXPECT_THAT(
      descryi_shared_get(&second),
      RaisesPython(PyExc_ImportError,
                   "NumPy was imported by another interpreter of this process, and descry can be "
                   "used only there: use the main interpreter"));
  Py_EndInterpreter(other);
  PyThreadState_Swap(state);
  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace descry_test
