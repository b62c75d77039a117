// SPDX-License-Identifier: BSD-3-Clause
// Types that were made at run time, in the stages that know Python.
#include <descry/descry.h>
#include <gmock/gmock.h>
#include <malloc.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

const descry_type* MakeType(const char* name, size_t length) {
  const size_t shape[] = {length};
  descry_schema* inner = descry_schema_new("place", 0);
  descry_schema_add(inner, "x", DESCRY_TYPE(float64), 0, nullptr);
  descry_schema_add(inner, "y", DESCRY_TYPE(float64), 0, nullptr);
  const descry_type* place = descry_schema_build(inner);
  descry_schema* schema = descry_schema_new(name, 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int64), 0, nullptr);
  descry_schema_add(schema, "pos", place, 0, nullptr);
  descry_schema_add(schema, "label", DESCRY_TYPE(bytes), 1, shape);
  descry_type_release(place);
  return descry_schema_build(schema);
}

using TypesTest = PythonTest;

TEST_F(TypesTest, HaveTheDtypeThatNumPyMakes) {
  const descry_type* type = MakeType("sample", 12);
  EXPECT_TRUE(SameDtype(Ref(descry_dtype(type)),
                        Eval("np.dtype([('id', 'i8'), ('pos', np.dtype([('x', 'f8'), ('y', 'f8')], "
                             "align=True)), ('label', 'S12')], align=True)")));
  EXPECT_EQ(Str(Ref(descry_layout(type))),
            "sample: 40 bytes, alignment 8\n"
            "  offset  size  field\n"
            "       0     8  id        int64\n"
            "       8    16  pos       place\n"
            "       8     8    x       float64\n"
            "      16     8    y       float64\n"
            "      24    12  label     S12\n"
            "      36     4  (hole)");
  descry_type_release(type);
}

TEST_F(TypesTest, ShareOneDtypeWhereTheyAreEqual) {
  const descry_type* one = MakeType("shared", 12);
  const descry_type* other = MakeType("shared", 12);
  const descry_type* longer = MakeType("shared", 13);
  const Ref dtype(descry_dtype(one));
  EXPECT_EQ(Ref(descry_dtype(other)), dtype);
  EXPECT_NE(Ref(descry_dtype(longer)), dtype);
  descry_type_release(one);
  EXPECT_EQ(Ref(descry_dtype(other)), dtype);
  for (const descry_type* type : {other, longer}) descry_type_release(type);
}

TEST_F(TypesTest, LeaveTheDtypeToItsArrays) {
  const descry_type* type = MakeType("left", 12);
  const Py_ssize_t three = 3;
  const Ref array(descry_zeros(type, 1, &three, DESCRY_C_ORDER));
  descry_type_release(type);
  SetGlobal("a", array);
  Exec("a['pos']['x'] = [1, 2, 3]\nassert a.copy()['pos']['x'].sum() == 6");
  EXPECT_EQ(descry_find("left"), nullptr);
  type = MakeType("left", 12);
  descry_view view;
  ASSERT_EQ(descry_view_acquire(&view, array.get(), type, 1, DESCRY_READ), 0) << TakeException();
  descry_view x;
  ASSERT_EQ(descry_view_field(&view, "pos.x", &x), 0) << TakeException();
  EXPECT_EQ(*DESCRY_AT(double, &x, 2), 3);
  descry_view_release(&view);
  descry_view_release(&x);
  descry_type_release(type);
  Exec("a = None");
}

TEST_F(TypesTest, MatchAndTellDifferences) {
  const descry_type* type = MakeType("matched", 12);
  const Ref same = Eval(
      "np.dtype([('id', 'i8'), ('pos', [('x', 'f8'), ('y', 'f8')]), ('label', 'S12'), "
      "('', 'V4')])[['id', 'pos', 'label']]");
  const Ref other = Eval("np.dtype([('id', 'i8'), ('pos', [('x', 'f8'), ('y', 'f4')])])");
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(descry_matches(type, same.get(), DESCRY_EQUIVALENT), 1);
    EXPECT_EQ(descry_matches(type, other.get(), DESCRY_EQUIVALENT), 0);
    EXPECT_EQ(descry_matches(type, same.get(), DESCRY_LAYOUT), 1);
  }
  EXPECT_THAT(Str(Ref(descry_mismatch(type, other.get(), DESCRY_EQUIVALENT))),
              HasSubstr("field 'pos.y'"));
  descry_type_release(type);
}

TEST_F(TypesTest, RefuseWhatIsTooLargeForNumPy) {
  const size_t large[] = {size_t{1} << 31};
  descry_schema* schema = descry_schema_new("large", 0);
  descry_schema_add(schema, "x", DESCRY_TYPE(uint8), 1, large);
  const descry_type* type = descry_schema_build(schema);
  ASSERT_NE(type, nullptr);
  EXPECT_THAT(descry_dtype(type), RaisesPython(PyExc_TypeError, HasSubstr("2147483648 bytes")));
  descry_type_release(type);
}

TEST_F(TypesTest, WorkWithVariantsAndOptionalFieldsOfEveryKind) {
  const char* names[] = {nullptr, "number", "object"};
  const descry_type* elements[] = {nullptr, DESCRY_TYPE(int32), DESCRY_TYPE(object_)};
  descry_schema* schema = descry_schema_new("optional", 0);
  descry_schema_add_optional(schema, "x", DESCRY_TYPE(float64), 0, nullptr);
  descry_schema_add_variant(schema, "v", 3, names, elements, 0);
  const descry_type* type = descry_schema_build(schema);
  EXPECT_TRUE(
      SameDtype(Ref(descry_dtype(type)),
                Eval("np.dtype([('x', 'f8'), ('x_valid', '?'), ('v_tag', 'u1'), ('number', 'i4'),"
                     " ('object', 'O')], align=True)")));
  descry_type_release(type);
}

// Makes, uses and frees a type in every stage.
void UseOnce(const char* name, size_t length) {
  const descry_type* type = MakeType(name, length);
  const Py_ssize_t two = 2;
  const Ref array(descry_zeros(type, 1, &two, DESCRY_C_ORDER));
  descry_view view;
  ASSERT_EQ(descry_view_acquire(&view, array.get(), type, 1, DESCRY_READ), 0);
  descry_view_release(&view);
  const Ref copy(PyObject_CallMethod(array.get(), "copy", nullptr));
  ASSERT_EQ(descry_matches(type, Ref(PyObject_GetAttrString(copy.get(), "dtype")).get(),
                           DESCRY_EQUIVALENT),
            1);
  descry_type_release(type);
}

TEST_F(TypesTest, LeaveNoMemoryBehind) {
  for (size_t i = 0; i < 2000; ++i) UseOnce("flat", 1 + i % 50);
  const size_t before = mallinfo2().uordblks;
  for (size_t i = 0; i < 20'000; ++i) UseOnce("flat", 1 + i % 50);
  EXPECT_LT(static_cast<double>(mallinfo2().uordblks) - static_cast<double>(before), 100e3);
}

TEST_F(TypesTest, LeaveNoMemoryBehindWhereNoTwoAreEqual) {
  for (size_t i = 0; i < 1000; ++i) UseOnce(("n" + std::to_string(i)).c_str(), 1);
  const size_t before = mallinfo2().uordblks;
  for (size_t i = 0; i < 5000; ++i) UseOnce(("m" + std::to_string(i)).c_str(), 1);
  EXPECT_LT(static_cast<double>(mallinfo2().uordblks) - static_cast<double>(before), 200e3);
}

TEST_F(TypesTest, AreFreedByThreadsThatHoldNoGil) {
  const descry_type* type = MakeType("handed over", 7);
  const Ref dtype(descry_dtype(type));
  ASSERT_EQ(descry_matches(type, Eval("np.dtype([('id', 'i8')])").get(), DESCRY_LAYOUT), 0);
  const Py_ssize_t before = Py_REFCNT(dtype.get());
  PyThreadState* state = PyEval_SaveThread();
  std::thread([type] { descry_type_release(type); }).join();
  PyEval_RestoreThread(state);
  EXPECT_LT(Py_REFCNT(dtype.get()), before);
}

TEST_F(TypesTest, KeepThePendingException) {
  const descry_type* type = MakeType("pending", 7);
  ASSERT_EQ(descry_register(type), 0);
  PyErr_SetString(PyExc_KeyError, "before");
  descry_type_release(type);
  EXPECT_EQ(TakeException(), "KeyError: 'before'");
}

TEST_F(TypesTest, AreBuiltByManyThreadsAtOnce) {
  std::atomic<int> ready{0};
  std::vector<PyObject*> dtypes(8);
  PyThreadState* state = PyEval_SaveThread();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < dtypes.size(); ++i) {
    threads.emplace_back([&, i] {
      const descry_type* type = MakeType("at once", 9);
      for (++ready; ready < static_cast<int>(dtypes.size());) std::this_thread::yield();
      const PyGILState_STATE gil = PyGILState_Ensure();
      dtypes[i] = descry_dtype(type);
      PyGILState_Release(gil);
      descry_type_release(type);
    });
  }
  for (std::thread& thread : threads) thread.join();
  PyEval_RestoreThread(state);
  const std::vector<Ref> owned(dtypes.begin(), dtypes.end());
  for (const Ref& dtype : owned) {
    ASSERT_TRUE(dtype);
    EXPECT_TRUE(SameDtype(dtype, owned[0]));
  }
}

TEST_F(TypesTest, AreBuiltOnceFromOneTypeByManyThreads) {
  const descry_type* type = MakeType("one", 9);
  std::vector<PyObject*> dtypes(8);
  PyThreadState* state = PyEval_SaveThread();
  std::vector<std::thread> threads;
  for (PyObject*& dtype : dtypes) {
    threads.emplace_back([&dtype, type] {
      const PyGILState_STATE gil = PyGILState_Ensure();
      dtype = descry_dtype(type);
      PyGILState_Release(gil);
    });
  }
  for (std::thread& thread : threads) thread.join();
  PyEval_RestoreThread(state);
  for (PyObject* dtype : dtypes) {
    EXPECT_EQ(dtype, dtypes[0]);
    Py_XDECREF(dtype);
  }
  descry_type_release(type);
}

}  // namespace
}  // namespace descry_test
