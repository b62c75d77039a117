// SPDX-License-Identifier: BSD-3-Clause
// copy: of elements strided in any way.

#include <descry/array.h>
#include <descry/dtype.h>

#include <vector>

#include "src/base/numpy_abi.h"
#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using CopyTest = PythonTest;

std::vector<particle> Numbered(int count) {
  std::vector<particle> all(count);
  for (int i = 0; i < count; ++i) all[i].id = i;
  return all;
}

std::string Ids(const Ref& array) {
  SetGlobal("a", array);
  return Repr(Eval("a['id'].tolist()"));
}

TEST_F(CopyTest, ContiguousElements) {
  const std::vector<particle> all = Numbered(6);
  const Py_ssize_t shape[] = {2, 3};
  const Ref array(descry_copy(DESCRY_TYPE(particle), all.data(), 2, shape, nullptr));
  EXPECT_EQ(Ids(array), "[[0, 1, 2], [3, 4, 5]]");
  EXPECT_EQ(Repr(Eval("a.flags.owndata, a.flags.writeable, a.flags.c_contiguous")),
            "(True, True, True)");
}

TEST_F(CopyTest, AnyStrides) {
  const std::vector<particle> all = Numbered(12);
  const Py_ssize_t item = sizeof(particle);
  const struct {
    Py_ssize_t shape[2], strides[2];
    int first;
    const char* ids;
  } rows[] = {
      {{3, 2}, {item, 3 * item}, 0, "[[0, 3], [1, 4], [2, 5]]"},
      {{2, 3}, {-6 * item, -item}, 11, "[[11, 10, 9], [5, 4, 3]]"},
      {{2, 3}, {0, item}, 4, "[[4, 5, 6], [4, 5, 6]]"},
      {{3, 2}, {2 * item, item}, 0, "[[0, 1], [2, 3], [4, 5]]"},
      {{1, 2}, {PY_SSIZE_T_MAX, item}, 1, "[[1, 2]]"},
      {{0, 2}, {PY_SSIZE_T_MAX, item}, 1, "[]"},
  };
  for (const auto& row : rows) {
    const Ref array(descry_copy(DESCRY_TYPE(particle), &all[row.first], 2, row.shape, row.strides));
    ASSERT_TRUE(array) << row.ids;
    EXPECT_EQ(Ids(array), row.ids);
    EXPECT_EQ(Repr(Eval("a.flags.c_contiguous")), "True");
  }
}

TEST_F(CopyTest, MisalignedSource) {
  alignas(8) char bytes[3 * sizeof(particle) + 1] = {};
  bytes[1] = 5;
  const Py_ssize_t shape[] = {3};
  const Ref array(descry_copy(DESCRY_TYPE(particle), bytes + 1, 1, shape, nullptr));
  EXPECT_EQ(Ids(array), "[5, 0, 0]");
}

TEST_F(CopyTest, ScalarAndNothing) {
  const particle one = {9, {}, {}, {}, 0};
  EXPECT_EQ(Ids(Ref(descry_copy(DESCRY_TYPE(particle), &one, 0, nullptr, nullptr))), "9");
  const Py_ssize_t shape[] = {0};
  EXPECT_EQ(Ids(Ref(descry_copy(DESCRY_TYPE(particle), nullptr, 1, shape, nullptr))), "[]");
}

TEST_F(CopyTest, SubArrayElements) {
  const triple all[] = {{{1, 2, 3}}, {{4, 5, 6}}};
  const Py_ssize_t shape[] = {2};
  const Py_ssize_t strides[] = {-static_cast<Py_ssize_t>(sizeof(triple))};
  SetGlobal("a", Ref(descry_copy(DESCRY_TYPE(triple), &all[1], 1, shape, strides)));
  EXPECT_EQ(Repr(Eval("a.tolist()")), "[[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]");
}

TEST_F(CopyTest, ObjectsGetReferencesOfTheirOwn) {
  const Ref object(PyList_New(0));
  const named all[] = {{1, object.get(), {nullptr, nullptr}},
                       {2, nullptr, {object.get(), nullptr}}};
  const Py_ssize_t before = Py_REFCNT(object.get());
  const Py_ssize_t shape[] = {2};
  SetGlobal("a", Ref(descry_copy(DESCRY_TYPE(named), all, 1, shape, nullptr)));
  EXPECT_EQ(Py_REFCNT(object.get()), before + 2);
  EXPECT_EQ(Repr(Eval("a.tolist()")),
            "[(1, [], array([None, None], dtype=object)), (2, None, array([list([]), None], "
            "dtype=object))]");
  Exec("del a");
  EXPECT_EQ(Py_REFCNT(object.get()), before);
}

TEST_F(CopyTest, RefusesWhatIsNoMemory) {
  const particle one = {};
  const Py_ssize_t shape[] = {3};
  const Py_ssize_t far[] = {PY_SSIZE_T_MAX / 2};
  const Py_ssize_t farther[] = {PY_SSIZE_T_MIN};
  EXPECT_THAT(
      descry_copy(DESCRY_TYPE(particle), nullptr, 1, shape, nullptr),
      RaisesPython(PyExc_ValueError,
                   "data is NULL, expected elements for shape (3,) of particle (64 bytes)"));
  EXPECT_THAT(descry_copy(DESCRY_TYPE(particle), &one, 1, shape, far),
              RaisesPython(PyExc_ValueError,
                           "strides (4611686018427387903,) with shape (3,) of particle (64 bytes) "
                           "leave the address space"));
  EXPECT_THAT(descry_copy(DESCRY_TYPE(particle), &one, 1, shape, farther),
              RaisesPython(PyExc_ValueError, testing::HasSubstr("leave the address space")));
}

}  // namespace
}  // namespace descry_test
