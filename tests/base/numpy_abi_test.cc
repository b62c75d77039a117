// SPDX-License-Identifier: BSD-3-Clause
// The mirrored structs and constants against NumPy's own headers, of whichever NumPy this is built
// with, at compile time; and the function table against NumPy's answers at run time.

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <numpy/arrayobject.h>

#include <cstddef>

extern "C" {
#include "src/base/fields.h"
#include "src/base/numpy.h"
}

#include <gtest/gtest.h>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

#define SAME(theirs, their_member, ours, our_member)                            \
  static_assert(offsetof(theirs, their_member) == offsetof(ours, our_member) && \
                    sizeof(theirs::their_member) == sizeof(ours::our_member),   \
                #ours "." #our_member)

SAME(PyArrayObject_fields, data, descryi_array, data);
SAME(PyArrayObject_fields, nd, descryi_array, nd);
SAME(PyArrayObject_fields, dimensions, descryi_array, dimensions);
SAME(PyArrayObject_fields, strides, descryi_array, strides);
SAME(PyArrayObject_fields, base, descryi_array, base);
SAME(PyArrayObject_fields, descr, descryi_array, descr);
SAME(PyArrayObject_fields, flags, descryi_array, flags);
SAME(PyArrayObject_fields, weakreflist, descryi_array, weakreflist);
// Older headers leave out what NumPy 1.22 has, unless they are asked for that version.
#if NPY_FEATURE_VERSION >= 0x0000000f
SAME(PyArrayObject_fields, mem_handler, descryi_array, mem_handler);
#endif

SAME(PyArray_Descr, typeobj, descryi_descr, typeobj);
SAME(PyArray_Descr, kind, descryi_descr, kind);
SAME(PyArray_Descr, type, descryi_descr, type);
SAME(PyArray_Descr, byteorder, descryi_descr, byteorder);
SAME(PyArray_Descr, type_num, descryi_descr, type_num);

#if NPY_ABI_VERSION < 0x02000000
SAME(PyArray_Descr, flags, descryi_descr_1, head.flags_1);
SAME(PyArray_Descr, elsize, descryi_descr_1, elsize);
SAME(PyArray_Descr, alignment, descryi_descr_1, alignment);
SAME(PyArray_Descr, subarray, descryi_descr_1, subarray);
SAME(PyArray_Descr, fields, descryi_descr_1, fields);
SAME(PyArray_Descr, names, descryi_descr_1, names);
SAME(PyArray_Descr, metadata, descryi_descr_1, metadata);
SAME(PyArray_Descr, c_metadata, descryi_descr_1, c_metadata);
#else
SAME(_PyArray_LegacyDescr, flags, descryi_descr_2, flags);
SAME(_PyArray_LegacyDescr, elsize, descryi_descr_2, elsize);
SAME(_PyArray_LegacyDescr, alignment, descryi_descr_2, alignment);
SAME(_PyArray_LegacyDescr, metadata, descryi_descr_2, metadata);
SAME(_PyArray_LegacyDescr, subarray, descryi_descr_2, subarray);
SAME(_PyArray_LegacyDescr, fields, descryi_descr_2, fields);
SAME(_PyArray_LegacyDescr, names, descryi_descr_2, names);
SAME(_PyArray_LegacyDescr, c_metadata, descryi_descr_2, c_metadata);
#endif

SAME(PyArray_ArrayDescr, base, descryi_subarray, base);
SAME(PyArray_ArrayDescr, shape, descryi_subarray, shape);

static_assert(offsetof(PyArray_DatetimeDTypeMetaData, meta.base) ==
                      offsetof(descryi_datetime_metadata, unit) &&
                  offsetof(PyArray_DatetimeDTypeMetaData, meta.num) ==
                      offsetof(descryi_datetime_metadata, count),
              "descryi_datetime_metadata");

static_assert(int{DESCRYI_NPY_BOOL} == int{NPY_BOOL} &&
                  int{DESCRYI_NPY_OBJECT} == int{NPY_OBJECT} &&
                  int{DESCRYI_NPY_STRING} == int{NPY_STRING} &&
                  int{DESCRYI_NPY_UNICODE} == int{NPY_UNICODE} &&
                  int{DESCRYI_NPY_VOID} == int{NPY_VOID} &&
                  int{DESCRYI_NPY_DATETIME} == int{NPY_DATETIME} &&
                  int{DESCRYI_NPY_TIMEDELTA} == int{NPY_TIMEDELTA},
              "type numbers");
static_assert(DESCRYI_ARRAY_C_CONTIGUOUS == NPY_ARRAY_C_CONTIGUOUS &&
                  DESCRYI_ARRAY_F_CONTIGUOUS == NPY_ARRAY_F_CONTIGUOUS &&
                  DESCRYI_ARRAY_OWNDATA == NPY_ARRAY_OWNDATA &&
                  DESCRYI_ARRAY_WRITEABLE == NPY_ARRAY_WRITEABLE,
              "flags of arrays");
static_assert(int{DESCRYI_SAFE_CASTING} == int{NPY_SAFE_CASTING});
static_assert(DESCRYI_DESCR_HASOBJECT == NPY_ITEM_HASOBJECT &&
                  DESCRYI_DESCR_ALIGNED_STRUCT == NPY_ALIGNED_STRUCT,
              "flags of dtypes");

class NumpyAbiTest : public PythonTest {
 protected:
  void SetUp() override { ASSERT_EQ(descryi_numpy_ensure(), 0) << TakeException(); }
};

TEST_F(NumpyAbiTest, KnowsTheVersion) {
  EXPECT_EQ(descryi_np.major, Int(Eval("int(np.__version__.split('.')[0])")));
  EXPECT_EQ(descryi_np.max_dims, descryi_np.major == 1 ? 32 : 64);
}

TEST_F(NumpyAbiTest, KnowsTheTypes) {
  EXPECT_TRUE(descryi_is_array(Eval("np.zeros(2).view(np.recarray)").get()));
  EXPECT_FALSE(descryi_is_array(Eval("[1, 2]").get()));
  EXPECT_TRUE(descryi_is_descr(Eval("np.dtype('i4')").get()));
  EXPECT_TRUE(descryi_is_scalar(Eval("np.float32(1)").get()));
  EXPECT_TRUE(descryi_is_void(Eval("np.zeros(1, 'i4,i4')[0]").get()));
  EXPECT_FALSE(descryi_is_void(Eval("np.float32(1)").get()));
}

// Through each slot once: a wrong index would call another function.
TEST_F(NumpyAbiTest, CallsTheFunctionsItMeans) {
  const Ref i4 = Eval("np.dtype('i4')");
  const Py_ssize_t shape[] = {2, 3};
  EXPECT_EQ(Ref(descryi_np.descr_from_type(DESCRYI_NPY_OBJECT)), Eval("np.dtype('O')"));
  EXPECT_EQ(Ref(descryi_descr_convert(Eval("'i4'").get())), i4);
  EXPECT_TRUE(descryi_np.equiv_types(i4.get(), i4.get()));
  EXPECT_FALSE(descryi_np.equiv_types(i4.get(), Eval("np.dtype('f4')").get()));
  EXPECT_TRUE(
      descryi_np.can_cast_type_to(i4.get(), Eval("np.dtype('i8')").get(), NPY_SAFE_CASTING));
  EXPECT_FALSE(
      descryi_np.can_cast_type_to(Eval("np.dtype('i8')").get(), i4.get(), NPY_SAFE_CASTING));
  EXPECT_NE(Ref(descryi_np.descr_new(i4.get())), i4);
  const Ref zeros(descryi_np.zeros(2, shape, Ref(i4).release(), 0));
  SetGlobal("zeros", zeros);
  EXPECT_EQ(Repr(Eval("zeros.tolist()")), "[[0, 0, 0], [0, 0, 0]]");
  const Ref empty(descryi_np.empty(2, shape, Ref(i4).release(), 1));
  SetGlobal("empty", empty);
  EXPECT_EQ(Repr(Eval("empty.shape, empty.flags.f_contiguous")), "((2, 3), True)");
  EXPECT_EQ(descryi_np.copy_into(empty.get(), zeros.get()), 0);
  EXPECT_EQ(Repr(Eval("(empty == zeros).all()").get()).find("True") != std::string::npos, true);
}

TEST_F(NumpyAbiTest, ReadsFields) {
  const Ref dtype = Eval("np.dtype([(('t', 'a'), '>i2'), ('b', 'M8[25us]', (2,))])");
  descryi_field field;
  ASSERT_EQ(descryi_fields_at(dtype.get(), 0, &field), 1);
  EXPECT_EQ(Repr(field.name), "'a'");
  EXPECT_EQ(Repr(field.title), "'t'");
  EXPECT_FALSE(descryi_descr_is_native(field.descr));
  ASSERT_EQ(descryi_fields_at(dtype.get(), 1, &field), 1);
  EXPECT_EQ(descryi_field_offset(&field), 2);
  EXPECT_EQ(descryi_fields_at(dtype.get(), 2, &field), 0);
  EXPECT_EQ(field.title, nullptr);
  const descryi_subarray* subarray = descryi_descr_subarray(field.descr);
  ASSERT_NE(subarray, nullptr);
  EXPECT_EQ(Repr(subarray->shape), "(2,)");
  EXPECT_EQ(descryi_descr_datetime(subarray->base)->count, 25);
  EXPECT_EQ(descryi_descr_datetime(subarray->base)->unit, NPY_FR_us);
  EXPECT_EQ(descryi_descr_names(subarray->base), nullptr);
}

}  // namespace
}  // namespace descry_test
