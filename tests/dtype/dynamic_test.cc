// SPDX-License-Identifier: BSD-3-Clause
// Dtypes of types that are made at run time and freed again.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/match.h>
#include <descry/schema.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

struct dy_point {
  double x, y;
};
DESCRY_RECORD(dy_point, x, y);

namespace descry_test {
namespace {

class DynamicTest : public PythonTest {
 protected:
  static const descry_type* Point(const char* name) {
    descry_schema* schema = descry_schema_new(name, 0);
    descry_schema_add(schema, "x", DESCRY_TYPE(float64), 0, nullptr);
    descry_schema_add(schema, "y", DESCRY_TYPE(float64), 0, nullptr);
    return descry_schema_build(schema);
  }

  // How many dtypes the registry has. It begins with two numbers and the dict of entries.
  static Py_ssize_t CountEntries() {
    struct Registry {
      uint32_t oldest, newest;
      PyObject* entries;
    };
    PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
    PyObject* capsule = PyDict_GetItemString(dict, "descry.registry");
    const auto* registry = static_cast<Registry*>(PyCapsule_GetPointer(capsule, "descry.registry"));
    return PyDict_Size(registry->entries);
  }

  void SetUp() override { ASSERT_EQ(descry_register(DESCRY_TYPE(dy_point)), 0); }
};

TEST_F(DynamicTest, EqualTypesHaveOneDtype) {
  const descry_type *one = Point("dy_equal"), *other = Point("dy_equal");
  const Ref dtype(descry_dtype(one));
  EXPECT_EQ(Ref(descry_dtype(other)), dtype);
  descry_type_release(one);
  EXPECT_EQ(Ref(descry_dtype(other)), dtype);
  const descry_type* third = Point("dy_equal");
  EXPECT_EQ(Ref(descry_dtype(third)), dtype);
  descry_type_release(other);
  descry_type_release(third);
}

TEST_F(DynamicTest, ShareTheDtypeOfAnEqualDeclaration) {
  const descry_type* type = Point("dy_point");
  EXPECT_EQ(Ref(descry_dtype(type)), Ref(descry_dtype(DESCRY_TYPE(dy_point))));
  EXPECT_EQ(descry_find("dy_point"), DESCRY_TYPE(dy_point));
  descry_type_release(type);
  EXPECT_EQ(descry_find("dy_point"), DESCRY_TYPE(dy_point));
  EXPECT_TRUE(Ref(descry_dtype(DESCRY_TYPE(dy_point))));
}

TEST_F(DynamicTest, LeaveTheirDtypeToItsArrays) {
  const Py_ssize_t entries = CountEntries();
  const descry_type* type = Point("dy_left");
  const Ref dtype(descry_dtype(type));
  EXPECT_EQ(CountEntries(), entries + 1);
  EXPECT_EQ(descry_find("dy_left"), nullptr) << "nothing keeps it alive for whoever finds it";
  SetGlobal("dtype", dtype);
  Exec("array = np.ones(3, dtype)");
  descry_type_release(type);
  EXPECT_EQ(CountEntries(), entries);
  EXPECT_EQ(Repr(Eval("float(array['x'].sum()), array.dtype is dtype")), "(3.0, True)");
  Exec("del array, dtype");
  EXPECT_EQ(Py_REFCNT(dtype.get()), 1);
}

TEST_F(DynamicTest, LeaveNothingBehind) {
  const Py_ssize_t entries = CountEntries();
  const Ref other = Eval("np.dtype([('x', 'f8'), ('y', 'f8')])");
  const Ref third = Eval("np.dtype([('x', 'f8'), ('z', 'f8')])");
  const Py_ssize_t before = Py_REFCNT(other.get());
  for (int i = 0; i < 10000; ++i) {
    const descry_type* type = Point(("dy_many" + std::to_string(i % 7)).c_str());
    ASSERT_EQ(descry_matches(type, other.get(), DESCRY_EQUIVALENT), 1);
    ASSERT_EQ(descry_matches(type, third.get(), DESCRY_EQUIVALENT), 0);
    descry_type_release(type);
  }
  EXPECT_EQ(CountEntries(), entries);
  EXPECT_EQ(Py_REFCNT(other.get()), before);
}

TEST_F(DynamicTest, MayBeReleasedByAThreadWithoutTheGil) {
  const Py_ssize_t entries = CountEntries();
  const descry_type* type = Point("dy_thread");
  const Ref other = Eval("np.dtype([('x', 'f8'), ('y', 'f8')])");
  ASSERT_EQ(descry_matches(type, other.get(), DESCRY_LAYOUT), 1);
  PyThreadState* saved = PyEval_SaveThread();
  std::thread([type] { descry_type_release(type); }).join();
  PyEval_RestoreThread(saved);
  EXPECT_EQ(CountEntries(), entries);
  EXPECT_EQ(Py_REFCNT(other.get()), 1);
}

TEST_F(DynamicTest, AreBuiltAnewWhenTheirDtypeWasChanged) {
  const descry_type* type = Point("dy_changed");
  const Ref first(descry_dtype(type));
  SetGlobal("first", first);
  Exec("first.names = ('p', 'q')");
  const Ref second(descry_dtype(type));
  EXPECT_NE(first, second);
  SetGlobal("second", second);
  EXPECT_EQ(Repr(Eval("second.names")), "('x', 'y')");
  descry_type_release(type);
}

// Each change leaves an entry behind that the type was given before.
TEST_F(DynamicTest, LeaveNoEntryOfADtypeThatWasChanged) {
  const Py_ssize_t entries = CountEntries();
  const descry_type* type = Point("dy_replaced");
  const Ref first(descry_dtype(type));
  SetGlobal("first", first);
  Exec("first.names = ('p', 'q')");
  const Ref second(descry_dtype(type));
  SetGlobal("second", second);
  Exec("second.names = ('p', 'q')");
  const Ref third(descry_dtype(type));
  ASSERT_NE(second, third);
  descry_type_release(type);
  EXPECT_EQ(CountEntries(), entries);
  Exec("del first, second");
  EXPECT_EQ(Py_REFCNT(first.get()), 1);
  EXPECT_EQ(Py_REFCNT(second.get()), 1);
  EXPECT_EQ(Py_REFCNT(third.get()), 1);
}

TEST_F(DynamicTest, OfOneNameAreFoundByTheirLayouts) {
  std::vector<const descry_type*> types;
  for (size_t size = 1; size <= 2000; ++size) {
    descry_schema* schema = descry_schema_new("dy_row", 0);
    descry_schema_add(schema, "x", DESCRY_TYPE(int32), 1, &size);
    types.push_back(descry_schema_build(schema));
    ASSERT_EQ(descry_register(types.back()), 0);
  }
  for (size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(descry_dtype_itemsize(Ref(descry_dtype(types[i])).get()),
              static_cast<Py_ssize_t>(4 * (i + 1)));
    descry_type_release(types[i]);
  }
}

}  // namespace
}  // namespace descry_test
