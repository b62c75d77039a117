// SPDX-License-Identifier: BSD-3-Clause
// The descry_dtype_* accessors against the attributes of np.dtype.

#include <descry/dtype.h>
#include <gtest/gtest.h>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

const char* const kDtypes[] = {
    "np.dtype('i4')",
    "np.dtype('>f8')",
    "np.dtype('S5')",
    "np.dtype('O')",
    "np.dtype('M8[ns]')",
    "np.dtype(('f4', (2, 3)))",
    "np.dtype([])",
    "np.dtype([('a', 'i1'), ('b', 'O')], align=True)",
    "np.dtype([(('title', 'a'), '>i4', (2,)), ('b', [('c', 'U3')])])",
    "np.dtype((np.int32, [('low', 'u2'), ('high', 'u2')]))",
};

class InspectTest : public PythonTest {
 protected:
  // Makes `d` the dtype and returns it.
  static Ref Dtype(const char* expression) {
    const Ref dtype = Eval(expression);
    SetGlobal("d", dtype);
    return dtype;
  }
};

TEST_F(InspectTest, AgreesWithNumPy) {
  for (const char* expression : kDtypes) {
    SCOPED_TRACE(expression);
    const Ref dtype = Dtype(expression);
    EXPECT_EQ(descry_dtype_itemsize(dtype.get()), Int(Eval("d.itemsize")));
    EXPECT_EQ(descry_dtype_alignment(dtype.get()), Int(Eval("d.alignment")));
    EXPECT_EQ(descry_dtype_byteorder(dtype.get()), Int(Eval("ord(d.byteorder)")));
    EXPECT_EQ(descry_dtype_kind(dtype.get()), Int(Eval("ord(d.kind)")));
    EXPECT_EQ(descry_dtype_char(dtype.get()), Int(Eval("ord(d.char)")));
    EXPECT_EQ(descry_dtype_num(dtype.get()), Int(Eval("d.num")));
    EXPECT_EQ(descry_dtype_flags(dtype.get()), Int(Eval("d.flags & 0xff")));
    EXPECT_EQ(descry_dtype_has_object(dtype.get()), Int(Eval("int(d.hasobject)")));
    EXPECT_EQ(descry_dtype_is_aligned(dtype.get()), Int(Eval("int(d.isalignedstruct)")));
    EXPECT_EQ(descry_dtype_field_count(dtype.get()), Int(Eval("len(d.names or ())")));
  }
}

TEST_F(InspectTest, GivesFieldsAsNewReferences) {
  const Ref dtype = Dtype(kDtypes[8]);
  PyObject *name, *inner, *title;
  Py_ssize_t offset;
  ASSERT_EQ(descry_dtype_field(dtype.get(), 0, &name, &offset, &inner, &title), 0);
  EXPECT_EQ(Repr(Ref(name)), "'a'");
  EXPECT_EQ(offset, 0);
  EXPECT_EQ(Ref(inner), Eval("d.fields['a'][0]"));
  EXPECT_EQ(Repr(Ref(title)), "'title'");
  ASSERT_EQ(descry_dtype_field(dtype.get(), 1, nullptr, &offset, nullptr, &title), 0);
  EXPECT_EQ(offset, 8);
  EXPECT_EQ(title, nullptr);
}

TEST_F(InspectTest, LeaksNothing) {
  const Ref dtype = Dtype(kDtypes[8]);
  const Py_ssize_t before = Py_REFCNT(dtype.get());
  const Ref inner_before = Eval("d.fields['a'][0]");
  const Py_ssize_t inner = Py_REFCNT(inner_before.get());
  for (int i = 0; i < 100; ++i) {
    PyObject* found;
    ASSERT_EQ(descry_dtype_field(dtype.get(), 0, nullptr, nullptr, &found, nullptr), 0);
    Py_DECREF(found);
    PyObject *base, *shape;
    ASSERT_EQ(descry_dtype_subarray(inner_before.get(), &base, &shape), 1);
    Py_DECREF(base);
    Py_DECREF(shape);
  }
  EXPECT_EQ(Py_REFCNT(dtype.get()), before);
  EXPECT_EQ(Py_REFCNT(inner_before.get()), inner);
}

TEST_F(InspectTest, TakesSubArraysApart) {
  const Ref dtype = Dtype("np.dtype(('f4', (2, 3)))");
  PyObject *base, *shape;
  ASSERT_EQ(descry_dtype_subarray(dtype.get(), &base, &shape), 1);
  EXPECT_EQ(Ref(base), Eval("d.base"));
  EXPECT_EQ(Repr(Ref(shape)), "(2, 3)");
  EXPECT_EQ(descry_dtype_subarray(Eval("np.dtype('f4')").get(), &base, &shape), 0);
}

TEST_F(InspectTest, RefusesWhatIsNoDtype) {
  const Ref number = Eval("42");
  EXPECT_THAT(descry_dtype_itemsize(number.get()),
              RaisesPython(PyExc_TypeError, "expected a dtype, got an object of type int"));
  EXPECT_THAT(descry_dtype_has_object(number.get()), RaisesPython(PyExc_TypeError));
  EXPECT_THAT(descry_dtype_subarray(number.get(), nullptr, nullptr), RaisesPython(PyExc_TypeError));
}

TEST_F(InspectTest, RefusesAFieldPastTheEnd) {
  const Ref dtype = Dtype("np.dtype([('a', 'i4')])");
  EXPECT_THAT(
      descry_dtype_field(dtype.get(), 1, nullptr, nullptr, nullptr, nullptr),
      RaisesPython(PyExc_IndexError, "field index 1 is out of range for a dtype with 1 fields"));
  EXPECT_THAT(descry_dtype_field(dtype.get(), -1, nullptr, nullptr, nullptr, nullptr),
              RaisesPython(PyExc_IndexError));
}

}  // namespace
}  // namespace descry_test
