// SPDX-License-Identifier: BSD-3-Clause
// acquire and release: what is accepted, what is refused and with which words, and what a view
// holds meanwhile.

#include <descry/dtype.h>
#include <descry/view.h>

#include <cstring>

#include "src/base/numpy_abi.h"
#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/view/nested.h"
#include "tests/view/scoped_view.h"

namespace descry_test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// `particle` and friends are the dtypes; `f(n)` makes n numbered particles.
class AcquireTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
    SetGlobal("tagged", Ref(descry_dtype(DESCRY_TYPE(tagged))));
    Exec(
        "def f(*shape):\n"
        "  a = np.zeros(shape, particle)\n"
        "  a['id'] = np.arange(a.size).reshape(shape)\n"
        "  return a\n");
  }
};

// A view of particles.
struct View : ScopedView {
  using ScopedView::Open;
  int Open(const std::string& object, int ndim, unsigned flags = DESCRY_READ) {
    return Open(Eval(object), DESCRY_TYPE(particle), ndim, flags);
  }
};

TEST_F(AcquireTest, ShowsTheElements) {
  SetGlobal("a", Eval("f(3, 4)[::-1, 1::2]"));
  View view;
  ASSERT_EQ(view.Open("a", 2, DESCRY_READ), 0);
  EXPECT_EQ(view.array, Eval("a").get());
  EXPECT_EQ(view.ndim, 2);
  EXPECT_EQ(view.size, 6);
  EXPECT_EQ(view.itemsize, 64);
  EXPECT_EQ(view.type, DESCRY_TYPE(particle));
  EXPECT_EQ(view.shape[0] * 10 + view.shape[1], 32);
  EXPECT_EQ(view.strides[0], -4 * 64);
  EXPECT_EQ(view.strides[1], 2 * 64);
  EXPECT_EQ(view.flags, unsigned{DESCRY_READ});
  EXPECT_EQ(DESCRY_AT(particle, &view, 0, 0)->id, 9);
  EXPECT_EQ(DESCRY_AT(particle, &view, 2, 1)->id, 3);
}

TEST_F(AcquireTest, StridesAreBytes) {
  SetGlobal("packed", Eval("np.zeros(4, [('head', 'u1'), ('p', tagged), ('tail', 'u2')])"));
  Exec("packed['p']['value'] = [1, 2, 3, 4]");
  View view;
  ASSERT_EQ(view.Open(Eval("packed['p']"), DESCRY_TYPE(tagged), 1, DESCRY_READ), 0);
  EXPECT_EQ(view.strides[0], 12);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(DESCRY_AT(tagged, &view, i)->value, i + 1);
}

TEST_F(AcquireTest, WritesThrough) {
  SetGlobal("a", Eval("f(3)"));
  View view;
  ASSERT_EQ(view.Open("a", 1, DESCRY_WRITE), 0);
  DESCRY_DATA(particle, &view)[2].pos.y = 4.5;
  EXPECT_EQ(Repr(Eval("float(a['pos']['y'][2])")), "4.5");
}

TEST_F(AcquireTest, AcceptsSubclassesRecarraysAndOtherSpellings) {
  const char* const arrays[] = {
      "f(3).view(np.recarray)",
      "np.rec.array(f(3))",
      "f(3).view(type('Sub', (np.ndarray,), {}))",
      "f(3).view(np.dtype(particle, align=True, metadata={'unit': 'm'}))",
      "f(3).view(np.dtype((np.record, particle)))",
      "__import__('pickle').loads(__import__('pickle').dumps(f(3)))",
      "np.ma.array(f(3))",
  };
  for (const char* array : arrays) {
    View view;
    ASSERT_EQ(view.Open(array, 1), 0) << array << " " << TakeException();
    EXPECT_EQ(DESCRY_AT(particle, &view, 2)->id, 2) << array;
  }
}

TEST_F(AcquireTest, AnyRank) {
  Exec("most = 64 if np.lib.NumpyVersion(np.__version__) >= '2.0.0b1' else 32");
  for (const char* array : {"f()", "f(3)", "f(2, 3, 4)", "f(0, 3)", "f(*[1] * most)",
                            "f(*[2, 1] * 5, *[1] * (most - 10))[::-1]"}) {
    SetGlobal("a", Eval(array));
    View view;
    ASSERT_EQ(view.Open("a", DESCRY_ANY_NDIM), 0) << array;
    EXPECT_EQ(view.ndim, Int(Eval("a.ndim")));
    EXPECT_EQ(view.size, Int(Eval("a.size")));
    for (int axis = 0; axis < view.ndim; ++axis) {
      SetGlobal("axis", Ref(PyLong_FromLong(axis)));
      EXPECT_EQ(view.shape[axis], Int(Eval("a.shape[axis]")));
      EXPECT_EQ(view.strides[axis], Int(Eval("a.strides[axis]")));
    }
  }
}

TEST_F(AcquireTest, TellsTheContiguityItHas) {
  const unsigned c = DESCRY_C_CONTIGUOUS | DESCRY_CONTIGUOUS;
  const unsigned fortran = DESCRY_F_CONTIGUOUS | DESCRY_CONTIGUOUS;
  const struct {
    const char* array;
    unsigned contiguity;
  } rows[] = {{"f(3)", c | fortran},
              {"f(6)[::2]", 0},
              {"f(3)[::-1]", 0},
              {"f(6)[:1:2]", c | fortran},
              {"f(3, 4)", c},
              {"f(3, 4).T", fortran},
              {"f(3, 4)[:, 1:]", 0},
              {"f(3, 4)[:1]", c | fortran},
              {"f(3, 4)[:, :1]", 0},
              {"f(3, 0)[::2]", c | fortran},
              {"f(1, 4, 1)", c | fortran},
              {"f()", c | fortran},
              {"f(0)[::3]", c | fortran}};
  for (const auto& row : rows) {
    View view;
    ASSERT_EQ(view.Open(row.array, DESCRY_ANY_NDIM), 0);
    EXPECT_EQ(view.flags, DESCRY_READ | row.contiguity) << row.array;
    SetGlobal("a", Eval(row.array));
    EXPECT_EQ(Int(Eval("a.flags.c_contiguous")), (view.flags & DESCRY_C_CONTIGUOUS) != 0);
    EXPECT_EQ(Int(Eval("a.flags.f_contiguous")), (view.flags & DESCRY_F_CONTIGUOUS) != 0);
  }
}

TEST_F(AcquireTest, VoidScalarIsAZeroDimensionalViewOfItsMemory) {
  SetGlobal("a", Eval("f(3)"));
  {
    View view;
    ASSERT_EQ(view.Open("a[1]", 0, DESCRY_WRITE), 0);
    EXPECT_EQ(view.data, reinterpret_cast<descryi_array*>(Eval("a").get())->data + 64);
    DESCRY_AT(particle, &view)->id = 99;
  }
  EXPECT_EQ(Repr(Eval("a['id'].tolist()")), "[0, 99, 2]");
  Exec("scalar = np.zeros((), particle)[()].copy(); a.setflags(write=False)");
  {
    View view;
    ASSERT_EQ(view.Open("scalar", 0, DESCRY_WRITE), 0);
    DESCRY_AT(particle, &view)->id = 5;
  }
  EXPECT_EQ(Int(Eval("scalar['id']")), 5);
  View view;
  EXPECT_EQ(view.Open("a[1]", DESCRY_ANY_NDIM, DESCRY_READ), 0);
  EXPECT_THAT(View().Open("a[1]", 0, DESCRY_WRITE), RaisesPython(PyExc_ValueError));
  EXPECT_THAT(View().Open("a[1]", 1),
              RaisesPython(PyExc_TypeError,
                           "expected a 1-d array of particle (64 bytes), got a 0-d array"));
}

TEST_F(AcquireTest, RefusesWhatIsNoArray) {
  EXPECT_THAT(View().Open("[1, 2]", 1),
              RaisesPython(PyExc_TypeError,
                           "expected a 1-d array of particle (64 bytes), got an "
                           "object of type list: descry_view_acquire_any() and "
                           "descry_from_rows() take it"));
  EXPECT_THAT(View().Open("None", DESCRY_ANY_NDIM),
              RaisesPython(PyExc_TypeError,
                           "expected an array of particle (64 bytes), got an object of type "
                           "NoneType"));
  EXPECT_THAT(View().Open("np.float64(1)", 0), RaisesPython(PyExc_TypeError));
}

TEST_F(AcquireTest, RefusesOtherDtypesAndNamesTheField) {
  EXPECT_THAT(
      View().Open("np.zeros(3, [('id', 'i8')])", 1),
      RaisesPython(PyExc_TypeError, testing::StartsWith("expected a 1-d array of particle (64 "
                                                        "bytes), got dtype [('id', '<i8')]: ")));
  SetGlobal("other", Eval("np.dtype([('id', 'i8'), ('pos', [('x', 'f8'), ('y', 'f4'), ('z', "
                          "'f8')], ), ('rgb', 'f4', 3), ('label', 'S12'), ('born', 'M8[ns]')])"));
  EXPECT_THAT(View().Open("np.zeros(3, other)", DESCRY_ANY_NDIM),
              RaisesPython(PyExc_TypeError,
                           testing::AllOf(HasSubstr("expected an array of particle (64 bytes), got "
                                                    "dtype [('id', '<i8'), "),
                                          HasSubstr("field 'pos.y' at offset 16: expected float64, "
                                                    "got float32"))));
}

TEST_F(AcquireTest, RefusesOtherRanks) {
  EXPECT_THAT(View().Open("f(3, 4)", 1),
              RaisesPython(PyExc_TypeError,
                           "expected a 1-d array of particle (64 bytes), got a 2-d array"));
  EXPECT_THAT(View().Open("f()", 2),
              RaisesPython(PyExc_TypeError,
                           "expected a 2-d array of particle (64 bytes), got a 0-d array"));
}

TEST_F(AcquireTest, RefusesToWriteWhatIsReadOnly) {
  SetGlobal("a", Eval("f(3)"));
  Exec("a.setflags(write=False)");
  EXPECT_EQ(View().Open("a", 1, DESCRY_READ), 0);
  EXPECT_THAT(View().Open("a", 1, DESCRY_WRITE),
              RaisesPython(PyExc_ValueError,
                           "expected a writeable array of particle (64 bytes), "
                           "got one that is read-only"));
}

TEST_F(AcquireTest, RefusesStridesThatWereNotAskedFor) {
  EXPECT_EQ(View().Open("f(3, 4)", 2, DESCRY_READ | DESCRY_C_CONTIGUOUS), 0);
  EXPECT_EQ(View().Open("f(3, 4)", 2, DESCRY_READ | DESCRY_CONTIGUOUS), 0);
  EXPECT_EQ(View().Open("f(3, 4).T", 2, DESCRY_READ | DESCRY_F_CONTIGUOUS), 0);
  EXPECT_EQ(View().Open("f(3, 4).T", 2, DESCRY_READ | DESCRY_CONTIGUOUS), 0);
  EXPECT_THAT(View().Open("f(3, 4).T", 2, DESCRY_READ | DESCRY_C_CONTIGUOUS),
              RaisesPython(PyExc_ValueError,
                           "expected a C-contiguous array, got strides (64, 256) "
                           "with shape (4, 3) of particle (64 bytes)"));
  EXPECT_THAT(View().Open("f(3, 4)", 2, DESCRY_READ | DESCRY_F_CONTIGUOUS),
              RaisesPython(PyExc_ValueError,
                           "expected a Fortran-contiguous array, got strides "
                           "(256, 64) with shape (3, 4) of particle (64 bytes)"));
  EXPECT_THAT(View().Open("f(6)[::2]", 1, DESCRY_READ | DESCRY_CONTIGUOUS),
              RaisesPython(PyExc_ValueError,
                           "expected a contiguous array, got strides (128,) with "
                           "shape (3,) of particle (64 bytes)"));
}

TEST_F(AcquireTest, RefusesMisalignedDataAndStrides) {
  SetGlobal("bytes_", Eval("np.zeros(3 * 64 + 8, 'u1')"));
  SetGlobal("shifted", Eval("bytes_[4:196].view(particle)"));
  SetGlobal("odd", Eval("np.zeros(3, {'names': ['p'], 'formats': [particle], 'offsets': [0], "
                        "'itemsize': 68})['p']"));
  EXPECT_TRUE(Int(Eval("shifted.flags.aligned or True")));
  EXPECT_THAT(View().Open("shifted", 1),
              RaisesPython(PyExc_ValueError, MatchesRegex("data of particle is misaligned: address "
                                                          "0x[0-9a-f]+ modulo 8 is 4")));
  EXPECT_THAT(View().Open("odd", 1),
              RaisesPython(PyExc_ValueError,
                           "strides of particle are misaligned: strides[0] is "
                           "68, expected a multiple of 8"));
  EXPECT_EQ(View().Open("shifted", 1, DESCRY_READ | DESCRY_UNALIGNED), 0);
  EXPECT_EQ(View().Open("odd", 1, DESCRY_READ | DESCRY_UNALIGNED), 0);
  EXPECT_EQ(View().Open("odd[:1]", 1), 0) << "one step is none";
  EXPECT_EQ(View().Open("shifted[:0]", 1), 0) << "no element is misaligned";
  EXPECT_EQ(View().Open(Eval("bytes_[1:19].view(tagged)"), DESCRY_TYPE(tagged), 1, DESCRY_READ), 0);
}

TEST_F(AcquireTest, ChecksInTheOrderPromised) {
  SetGlobal("a", Eval("np.zeros(6 * 64 + 8, 'u1')[4:388]"));
  Exec("a.setflags(write=False)");
  const unsigned all = DESCRY_WRITE | DESCRY_C_CONTIGUOUS;
  EXPECT_THAT(View().Open("a[::2]", 2, all), RaisesPython(PyExc_TypeError, HasSubstr("dtype")));
  Exec("a = a.view(particle)[::2]");
  EXPECT_THAT(View().Open("a", 2, all), RaisesPython(PyExc_TypeError, HasSubstr("1-d array")));
  EXPECT_THAT(View().Open("a", 1, all), RaisesPython(PyExc_ValueError, HasSubstr("read-only")));
  const unsigned read = DESCRY_READ | DESCRY_C_CONTIGUOUS;
  EXPECT_THAT(View().Open("a", 1, read), RaisesPython(PyExc_ValueError, HasSubstr("contiguous")));
  EXPECT_THAT(View().Open("a", 1), RaisesPython(PyExc_ValueError, HasSubstr("misaligned")));
}

TEST_F(AcquireTest, RefusesOtherFlagsAndRanks) {
  for (unsigned flags : {0u, unsigned{DESCRY_C_CONTIGUOUS}, DESCRY_READ | 0x4000u}) {
    EXPECT_THAT(View().Open("f(3)", 1, flags),
                RaisesPython(PyExc_ValueError, testing::StartsWith("flags of a view must hold")));
  }
  EXPECT_THAT(View().Open("f(3)", 1, 0x4002),
              RaisesPython(PyExc_ValueError,
                           "flags of a view must hold DESCRY_READ (0x1) or DESCRY_WRITE (0x2), and "
                           "others of view.h only, got 0x4002"));
  EXPECT_THAT(View().Open("f(3)", -2),
              RaisesPython(PyExc_ValueError, "ndim must be DESCRY_ANY_NDIM (-1) or more, got -2"));
}

TEST_F(AcquireTest, FailureLeavesAZeroedViewAndAllReferences) {
  const Ref arrays[] = {Eval("f(3, 4)"), Eval("np.zeros(3)"), Eval("f(6)[::2]"),
                        Eval("f(3)[1]"), Eval("[1]"),         Eval("f(*[1] * 20)")};
  const Ref dtype(descry_dtype(DESCRY_TYPE(particle)));
  const Py_ssize_t dtype_before = Py_REFCNT(dtype.get());
  descry_view zeroed;
  std::memset(&zeroed, 0, sizeof zeroed);
  for (const Ref& array : arrays) {
    const Py_ssize_t before = Py_REFCNT(array.get());
    for (const unsigned flags : {DESCRY_READ | DESCRY_C_CONTIGUOUS, DESCRY_WRITE | 0, 0}) {
      for (int ndim : {1, 3}) {
        View view;
        if (view.Open(array, DESCRY_TYPE(particle), ndim, flags) == 0) continue;
        PyErr_Clear();
        EXPECT_EQ(std::memcmp(static_cast<descry_view*>(&view), &zeroed, sizeof zeroed), 0);
      }
    }
    EXPECT_EQ(Py_REFCNT(array.get()), before);
  }
  EXPECT_EQ(Py_REFCNT(dtype.get()), dtype_before);
}

TEST_F(AcquireTest, ReleaseGivesEverythingBackAnyNumberOfTimes) {
  for (const char* expression : {"f(3)", "f(6)[::2]", "f(3)[1]", "f(*[1] * 20)",
                                 "np.frombuffer(bytearray(128), particle)"}) {
    const Ref array = Eval(expression);
    const Py_ssize_t before = Py_REFCNT(array.get());
    View view;
    ASSERT_EQ(view.Open(array, DESCRY_TYPE(particle), DESCRY_ANY_NDIM, DESCRY_WRITE), 0);
    EXPECT_GT(Py_REFCNT(array.get()), before);
    descry_view_release(&view);
    EXPECT_EQ(Py_REFCNT(array.get()), before);
    EXPECT_EQ(view.array, nullptr);
    EXPECT_EQ(view.shape, nullptr);
    descry_view_release(&view);
    EXPECT_EQ(Py_REFCNT(array.get()), before);
    EXPECT_EQ(View().Open(array, DESCRY_TYPE(particle), DESCRY_ANY_NDIM, DESCRY_WRITE), 0);
  }
  descry_view zeroed = {};
  descry_view_release(&zeroed);
}

TEST_F(AcquireTest, ReleaseKeepsAPendingException) {
  View view;
  ASSERT_EQ(view.Open("f(3)", 1), 0);
  PyErr_SetString(PyExc_KeyError, "on its way");
  descry_view_release(&view);
  EXPECT_EQ(TakeException(), "KeyError: 'on its way'");
}

TEST_F(AcquireTest, OneWriterOrManyReaders) {
  SetGlobal("a", Eval("f(4)"));
  View writer;
  ASSERT_EQ(writer.Open("a", 1, DESCRY_WRITE), 0);
  EXPECT_THAT(View().Open("a", 1, DESCRY_READ), RaisesPython(PyExc_BufferError));
  EXPECT_THAT(View().Open("a[2:]", 1, DESCRY_WRITE), RaisesPython(PyExc_BufferError));
  EXPECT_EQ(View().Open("a", 1, DESCRY_READ | DESCRY_UNBORROWED), 0);
  descry_view_release(&writer);
  View readers[2];
  EXPECT_EQ(readers[0].Open("a", 1), 0);
  EXPECT_EQ(readers[1].Open("a", 1), 0);
  EXPECT_THAT(View().Open("a", 1, DESCRY_WRITE), RaisesPython(PyExc_BufferError));
  descry_view_release(&readers[0]);
  descry_view_release(&readers[1]);
  View odd, even;
  EXPECT_EQ(odd.Open("a[1::2]", 1, DESCRY_WRITE), 0);
  EXPECT_EQ(even.Open("a[::2]", 1, DESCRY_WRITE), 0);
}

TEST_F(AcquireTest, ByLayoutAcceptsOtherNames) {
  const Ref array = Eval("np.zeros(3, [('p', 'f8', 2), ('q', 'f8')])");
  EXPECT_THAT(View().Open(array, DESCRY_TYPE(vec3), 1, DESCRY_READ), RaisesPython(PyExc_TypeError));
  EXPECT_EQ(View().Open(array, DESCRY_TYPE(vec3), 1, DESCRY_READ | DESCRY_BY_LAYOUT), 0);
}

TEST_F(AcquireTest, SubArrayTypesTakeTheirDimensionsFromTheEnd) {
  SetGlobal("t", Eval("np.arange(24.).reshape(2, 4, 3)"));
  View view;
  ASSERT_EQ(view.Open(Eval("t[:, ::-2]"), DESCRY_TYPE(triple), 2, DESCRY_WRITE), 0);
  EXPECT_EQ(view.ndim, 2);
  EXPECT_EQ(view.itemsize, 24);
  EXPECT_EQ(view.strides[1], -48);
  EXPECT_EQ(DESCRY_AT(triple, &view, 1, 0)->part[2], 23);
  descry_view_release(&view);
  EXPECT_THAT(View().Open(Eval("np.zeros((2, 4))"), DESCRY_TYPE(triple), 1, DESCRY_READ),
              RaisesPython(PyExc_TypeError,
                           "expected an array of triple (24 bytes), with a shape "
                           "that ends with (3,), got one of shape (2, 4)"));
  EXPECT_THAT(View().Open(Eval("np.zeros((2, 6))[:, ::2]"), DESCRY_TYPE(triple), 1, DESCRY_READ),
              RaisesPython(PyExc_ValueError,
                           "strides (48, 16) with shape (2, 3) leave gaps inside "
                           "elements of triple (24 bytes)"));
  EXPECT_THAT(View().Open(Eval("np.zeros(3)"), DESCRY_TYPE(triple), 1, DESCRY_READ),
              RaisesPython(PyExc_TypeError,
                           "expected a 1-d array of triple (24 bytes), with dimensions inside the "
                           "elements: 1, got a 1-d array"));
  EXPECT_EQ(View().Open(Eval("np.zeros(3)"), DESCRY_TYPE(triple), 0, DESCRY_READ), 0);
  EXPECT_THAT(View().Open(Eval("np.zeros(())"), DESCRY_TYPE(triple), -1, DESCRY_READ),
              RaisesPython(PyExc_TypeError));
  EXPECT_THAT(View().Open(Eval("np.zeros((2, 3), 'f4')"), DESCRY_TYPE(triple), 1, DESCRY_READ),
              RaisesPython(PyExc_TypeError,
                           "expected a 1-d array of triple (24 bytes), got dtype float32: expected "
                           "float64, got float32"));
}

TEST_F(AcquireTest, WhatDescryMakesFits) {
  const Py_ssize_t shape[] = {3};
  const descry_type* const types[] = {
      DESCRY_TYPE(particle),    DESCRY_TYPE(tagged), DESCRY_TYPE(named), DESCRY_TYPE(wide),
      DESCRY_TYPE(wide_object), DESCRY_TYPE(triple), DESCRY_TYPE(couple)};
  for (const descry_type* type : types) {
    const Ref array(descry_zeros(type, 1, shape, DESCRY_C_ORDER));
    View view;
    EXPECT_EQ(view.Open(array, type, 1, DESCRY_WRITE | DESCRY_C_CONTIGUOUS), 0)
        << descry_type_name(type) << " " << TakeException();
  }
}

// C would read, or write, what is masked out.
TEST_F(AcquireTest, RefusesMaskedElements) {
  SetGlobal("vec", Ref(descry_dtype(DESCRY_TYPE(vec3))));
  const char* const masked[] = {
      "np.ma.array(np.zeros(3, vec), mask=[(0, 0, 1), (0, 0, 0), (0, 0, 0)])",
      "np.ma.array(np.zeros(3, vec), mask=True)[::-2]",
      "np.ma.array(np.zeros(3, vec), mask=[(0, 0, 0), (1, 0, 0), (0, 0, 0)])[1]",
  };
  const char* const unmasked[] = {
      "np.ma.array(np.zeros(3, vec))",
      "np.ma.array(np.zeros(3, vec), mask=False)",
      "np.ma.array(np.zeros(3, vec), mask=True)[:0]",
      "np.ma.array(np.zeros(3, vec), mask=True).data",
      "np.zeros(3, vec).view(np.recarray)",
  };
  for (const unsigned access : {unsigned{DESCRY_READ}, unsigned{DESCRY_WRITE}}) {
    for (const char* expression : masked) {
      SCOPED_TRACE(expression);
      SetGlobal("m", Eval(expression));
      for (const unsigned more : {0u, unsigned{DESCRY_CONVERT}}) {
        EXPECT_THAT(ScopedView().Open(Eval("m"), DESCRY_TYPE(vec3), DESCRY_ANY_NDIM, access | more),
                    RaisesPython(PyExc_TypeError,
                                 testing::StrEq("expected an array of vec3 (24 bytes), got a "
                                                "masked array with elements masked out: fill them "
                                                "(a.filled()), or pass DESCRY_MASKED to ignore the "
                                                "mask")));
      }
      ScopedView view;
      EXPECT_EQ(view.Open(Eval("m"), DESCRY_TYPE(vec3), DESCRY_ANY_NDIM, access | DESCRY_MASKED), 0)
          << TakeException();
    }
    for (const char* expression : unmasked) {
      SCOPED_TRACE(expression);
      ScopedView view;
      EXPECT_EQ(view.Open(Eval(expression), DESCRY_TYPE(vec3), DESCRY_ANY_NDIM, access), 0)
          << TakeException();
    }
  }
  EXPECT_THAT(ScopedView().Open(Eval("np.ma.masked"), DESCRY_TYPE(float64), 0, DESCRY_READ),
              RaisesPython(PyExc_TypeError, testing::HasSubstr("masked out")));
}

// UBSan: there may be more of them than there are numbers for, and none of them has an address of
// its own.
TEST_F(AcquireTest, ElementsOfNoSizeInAnyNumber) {
  ASSERT_EQ(descry_type_size(nothing_type()), 0u);
  for (const char* shape :
       {"(2**62, 4)", "(2**62, 2**62)", "(2**62, 0)", "3", "(2**62, 4)[::-1]"}) {
    SCOPED_TRACE(shape);
    const std::string text = shape;
    const size_t slice = text.find('[');
    SetGlobal("a", Eval("np.empty(" + text.substr(0, slice) + ", np.dtype([]))"));
    for (unsigned flags : {DESCRY_READ, DESCRY_WRITE}) {
      ScopedView view;
      ASSERT_EQ(view.Open(Eval(slice == std::string::npos ? "a" : "a" + text.substr(slice)),
                          nothing_type(), DESCRY_ANY_NDIM, flags),
                0)
          << TakeException();
      EXPECT_EQ(view.itemsize, 0);
      const Py_ssize_t at[] = {0, 0};
      EXPECT_EQ(descry_view_get(&view, 0, view.ndim, at) == nullptr, view.size == 0);
      PyErr_Clear();
    }
  }
}

TEST_F(AcquireTest, NoElementsHaveNoGapsInside) {
  for (const char* expression :
       {"np.zeros((0, 3))", "np.zeros((2, 0, 3))", "np.zeros((4, 6))[:0, ::2]",
        "np.zeros((3, 0)).T", "np.zeros((3, 2, 0)).T"}) {
    SCOPED_TRACE(expression);
    ScopedView view;
    EXPECT_EQ(view.Open(Eval(expression), DESCRY_TYPE(triple), DESCRY_ANY_NDIM, DESCRY_READ), 0)
        << TakeException();
    EXPECT_EQ(view.size, 0);
  }
  EXPECT_THAT(
      ScopedView().Open(Eval("np.zeros((4, 6))[:1, ::2]"), DESCRY_TYPE(triple), 1, DESCRY_READ),
      RaisesPython(PyExc_ValueError, testing::HasSubstr("leave gaps inside")));
}

}  // namespace
}  // namespace descry_test
