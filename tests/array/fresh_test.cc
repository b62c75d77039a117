// SPDX-License-Identifier: BSD-3-Clause
// empty, zeros, full: NumPy's own functions are the oracle.

#include <descry/array.h>
#include <descry/dtype.h>
#include <descry/schema.h>

#include <cstring>

#include "src/base/numpy_abi.h"
#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using FreshTest = PythonTest;

descryi_array* Parts(const Ref& array) { return reinterpret_cast<descryi_array*>(array.get()); }

void SetArray(const Ref& array) {
  ASSERT_TRUE(array);
  SetGlobal("a", array);
}

TEST_F(FreshTest, ZerosAreNumPysZeros) {
  const Py_ssize_t shape[] = {2, 3};
  SetGlobal("dtype", Ref(descry_dtype(DESCRY_TYPE(particle))));
  SetArray(Ref(descry_zeros(DESCRY_TYPE(particle), 2, shape, DESCRY_C_ORDER)));
  EXPECT_EQ(Repr(Eval("a.dtype is dtype, a.shape, a.flags.c_contiguous, a.flags.f_contiguous, "
                      "a.flags.owndata, a.flags.writeable, a.flags.aligned")),
            "(True, (2, 3), True, False, True, True, True)");
  EXPECT_EQ(Repr(Eval("a.tobytes() == bytes(6 * 64)")), "True");
}

TEST_F(FreshTest, FortranOrderRunsTheOtherWay) {
  const Py_ssize_t shape[] = {2, 3};
  const particle value = {};
  const Ref arrays[] = {Ref(descry_zeros(DESCRY_TYPE(particle), 2, shape, DESCRY_F_ORDER)),
                        Ref(descry_empty(DESCRY_TYPE(particle), 2, shape, DESCRY_F_ORDER)),
                        Ref(descry_full(DESCRY_TYPE(particle), 2, shape, DESCRY_F_ORDER, &value))};
  for (const Ref& array : arrays) {
    SetArray(array);
    EXPECT_EQ(Repr(Eval("a.shape, a.strides, a.flags.f_contiguous")), "((2, 3), (64, 128), True)");
  }
}

TEST_F(FreshTest, ScalarAndEmptyShapes) {
  SetArray(Ref(descry_zeros(DESCRY_TYPE(particle), 0, nullptr, DESCRY_C_ORDER)));
  EXPECT_EQ(Repr(Eval("a.shape, a['id'].item()")), "((), 0)");
  const Py_ssize_t shape[] = {4, 0, 3};
  SetArray(Ref(descry_empty(DESCRY_TYPE(particle), 3, shape, DESCRY_C_ORDER)));
  EXPECT_EQ(Repr(Eval("a.shape, a.dtype.itemsize")), "((4, 0, 3), 64)");
}

TEST_F(FreshTest, FullRepeatsTheValueWithItsPadding) {
  particle value;
  std::memset(&value, 0x5a, sizeof value);
  value.id = 7;
  const Py_ssize_t shape[] = {5, 3};
  const Ref array(descry_full(DESCRY_TYPE(particle), 2, shape, DESCRY_C_ORDER, &value));
  ASSERT_TRUE(array);
  for (int i = 0; i < 15; ++i) {
    EXPECT_EQ(std::memcmp(Parts(array)->data + i * sizeof value, &value, sizeof value), 0) << i;
  }
}

TEST_F(FreshTest, FreshObjectSlotsAreNone) {
  const Py_ssize_t shape[] = {3};
  for (int order : {DESCRY_C_ORDER, DESCRY_F_ORDER}) {
    for (auto* make : {descry_empty, descry_zeros}) {
      SetArray(Ref(make(DESCRY_TYPE(named), 1, shape, order)));
      EXPECT_EQ(Repr(Eval("a.tolist()")),
                "[(0, None, array([None, None], dtype=object)), (0, None, array([None, None], "
                "dtype=object)), (0, None, array([None, None], dtype=object))]");
      for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(reinterpret_cast<named*>(Parts(Eval("a"))->data)[i].pair[1], Py_None);
      }
    }
  }
}

TEST_F(FreshTest, FullTakesReferencesOfItsOwn) {
  const Ref object(PyList_New(0));
  const named value = {1, object.get(), {nullptr, object.get()}};
  const Py_ssize_t before = Py_REFCNT(object.get());
  const Py_ssize_t shape[] = {4};
  {
    const Ref array(descry_full(DESCRY_TYPE(named), 1, shape, DESCRY_C_ORDER, &value));
    ASSERT_TRUE(array);
    EXPECT_EQ(Py_REFCNT(object.get()), before + 8);
    EXPECT_EQ(reinterpret_cast<named*>(Parts(array)->data)[3].pair[0], Py_None);
  }
  EXPECT_EQ(Py_REFCNT(object.get()), before);
}

TEST_F(FreshTest, OverAlignedTypesGetTheirAlignment) {
  const wide value = {3.5};
  const Py_ssize_t shape[] = {3};
  const Py_ssize_t repeated[] = {0};
  for (int i = 0; i < 8; ++i) {
    const Ref arrays[] = {Ref(descry_zeros(DESCRY_TYPE(wide), 1, shape, DESCRY_C_ORDER)),
                          Ref(descry_empty(DESCRY_TYPE(wide), 1, shape, DESCRY_F_ORDER)),
                          Ref(descry_full(DESCRY_TYPE(wide), 1, shape, DESCRY_C_ORDER, &value)),
                          Ref(descry_copy(DESCRY_TYPE(wide), &value, 1, shape, repeated))};
    for (const Ref& array : arrays) {
      ASSERT_TRUE(array);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(Parts(array)->data) % 64, 0u);
    }
    SetGlobal("a", arrays[2]);
    EXPECT_EQ(Repr(Eval("a['value'].tolist()")), "[3.5, 3.5, 3.5]");
  }
}

TEST_F(FreshTest, OverAlignedObjectsAreNoneAndReleased) {
  const Ref object(PyList_New(0));
  const Py_ssize_t before = Py_REFCNT(object.get());
  const wide_object value = {object.get()};
  const Py_ssize_t shape[] = {2};
  SetArray(Ref(descry_zeros(DESCRY_TYPE(wide_object), 1, shape, DESCRY_C_ORDER)));
  EXPECT_EQ(Repr(Eval("a['object'].tolist()")), "[None, None]");
  SetArray(Ref(descry_full(DESCRY_TYPE(wide_object), 1, shape, DESCRY_C_ORDER, &value)));
  EXPECT_EQ(Py_REFCNT(object.get()), before + 2);
  Exec("del a");
  EXPECT_EQ(Py_REFCNT(object.get()), before);
}

TEST_F(FreshTest, SubArrayTypesAddADimensionAndStayWhole) {
  const triple value = {{1, 2, 3}};
  const Py_ssize_t shape[] = {2, 4};
  for (int order : {DESCRY_C_ORDER, DESCRY_F_ORDER}) {
    SetArray(Ref(descry_full(DESCRY_TYPE(triple), 2, shape, order, &value)));
    EXPECT_EQ(Repr(Eval("a.dtype, a.shape, a[1, 2].tolist(), a.strides[2]")),
              "(dtype('float64'), (2, 4, 3), [1.0, 2.0, 3.0], 8)");
    EXPECT_EQ(Repr(Eval("a.strides[:2]")), order == DESCRY_C_ORDER ? "(96, 24)" : "(24, 48)");
    SetArray(Ref(descry_zeros(DESCRY_TYPE(triple), 2, shape, order)));
    EXPECT_EQ(Repr(Eval("a.shape, bool((a == 0).all())")), "((2, 4, 3), True)");
    SetArray(Ref(descry_zeros(DESCRY_TYPE(couple), 2, shape, order)));
    EXPECT_EQ(Repr(Eval("a.shape, a[1, 3].tolist()")), "((2, 4, 2), [None, None])");
  }
}

// NumPy makes S0 and U0 S1 and U1 in every array that it allocates.
TEST_F(FreshTest, TextsOfNoCharactersStaySo) {
  const size_t none[] = {0};
  const Py_ssize_t shape[] = {2, 3};
  const struct {
    const descry_type* type;
    const char* expected;
  } cases[] = {
      {descry_type_array(DESCRY_TYPE(bytes), 1, none), "(0, 'S', (2, 3), True)"},
      {descry_type_array(DESCRY_TYPE(unicode), 1, none), "(0, 'U', (2, 3), True)"},
      {descry_type_array(DESCRY_TYPE(void_), 1, none), "(0, 'V', (2, 3), True)"},
  };
  for (const auto& each : cases) {
    ASSERT_TRUE(each.type);
    for (int order : {DESCRY_C_ORDER, DESCRY_F_ORDER}) {
      const Ref arrays[] = {Ref(descry_zeros(each.type, 2, shape, order)),
                            Ref(descry_empty(each.type, 2, shape, order)),
                            Ref(descry_full(each.type, 2, shape, order, "")),
                            Ref(descry_copy(each.type, "", 2, shape, nullptr))};
      for (const Ref& array : arrays) {
        SetArray(array);
        EXPECT_EQ(Repr(Eval("a.dtype.itemsize, a.dtype.kind, a.shape, a.flags.writeable")),
                  each.expected);
      }
    }
    descry_type_release(each.type);
  }
}

TEST_F(FreshTest, AsManyDimensionsAsNumPyHas) {
  const int limit = Int(Eval("np.lib.NumpyVersion(np.__version__) >= '2.0.0b1'")) ? 64 : 32;
  Py_ssize_t shape[65];
  for (Py_ssize_t& length : shape) length = 1;
  SetArray(Ref(descry_zeros(DESCRY_TYPE(particle), limit, shape, DESCRY_C_ORDER)));
  EXPECT_EQ(Int(Eval("a.ndim")), limit);
  EXPECT_THAT(
      descry_zeros(DESCRY_TYPE(particle), limit + 1, shape, DESCRY_C_ORDER),
      RaisesPython(PyExc_ValueError, "an array of particle can have 0 to " + std::to_string(limit) +
                                         " dimensions here, got " + std::to_string(limit + 1)));
  EXPECT_THAT(descry_zeros(DESCRY_TYPE(triple), limit, shape, DESCRY_C_ORDER),
              RaisesPython(PyExc_ValueError, "an array of triple can have 0 to " +
                                                 std::to_string(limit - 1) +
                                                 " dimensions here, got " + std::to_string(limit)));
}

TEST_F(FreshTest, RefusesShapesThatCannotBe) {
  const Py_ssize_t negative[] = {3, -1};
  const Py_ssize_t huge[] = {PY_SSIZE_T_MAX / 2, 4};
  const Py_ssize_t empty_but_huge[] = {0, PY_SSIZE_T_MAX / 2, 4};
  const auto zeros = [](int ndim, const Py_ssize_t* shape, int order = DESCRY_C_ORDER) {
    return descry_zeros(DESCRY_TYPE(particle), ndim, shape, order);
  };
  EXPECT_THAT(zeros(2, negative),
              RaisesPython(PyExc_ValueError, "shape[1] is -1, a length cannot be negative"));
  EXPECT_THAT(zeros(-1, negative),
              RaisesPython(PyExc_ValueError, testing::StartsWith("an array of particle can have")));
  EXPECT_THAT(zeros(1, nullptr),
              RaisesPython(PyExc_ValueError, "shape is NULL, expected 1 lengths"));
  EXPECT_THAT(zeros(2, huge), RaisesPython(PyExc_ValueError,
                                           "an array of shape (4611686018427387903, 4) of particle "
                                           "(64 bytes) is too big"));
  EXPECT_THAT(zeros(3, empty_but_huge), RaisesPython(PyExc_ValueError, testing::HasSubstr("big")));
  EXPECT_THAT(
      zeros(0, nullptr, 2),
      RaisesPython(PyExc_ValueError,
                   "order must be DESCRY_C_ORDER (0x1000) or DESCRY_F_ORDER (0x2000), got 0x2"));
  EXPECT_THAT(descry_full(DESCRY_TYPE(particle), 0, nullptr, DESCRY_C_ORDER, nullptr),
              RaisesPython(PyExc_ValueError, "value is NULL, expected one particle"));
}

TEST_F(FreshTest, RefusalsLeaveTheDtypesReferences) {
  const Ref dtype(descry_dtype(DESCRY_TYPE(particle)));
  const Py_ssize_t before = Py_REFCNT(dtype.get());
  const Py_ssize_t negative[] = {-1};
  for (int i = 0; i < 10; ++i) {
    descry_zeros(DESCRY_TYPE(particle), 1, negative, DESCRY_C_ORDER);
    PyErr_Clear();
    descry_full(DESCRY_TYPE(particle), 0, nullptr, DESCRY_C_ORDER, nullptr);
    PyErr_Clear();
  }
  EXPECT_EQ(Py_REFCNT(dtype.get()), before);
}

}  // namespace
}  // namespace descry_test
