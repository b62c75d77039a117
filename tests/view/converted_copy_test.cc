// SPDX-License-Identifier: BSD-3-Clause
// DESCRY_CONVERT: what is viewed as it is, what by a copy, and what not at all.

#include <descry/borrow.h>
#include <descry/dtype.h>
#include <descry/schema.h>
#include <descry/view.h>

#include <cstring>
#include <string>

#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/view/converted.h"
#include "tests/view/scoped_view.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

constexpr unsigned kRead = DESCRY_READ | DESCRY_CONVERT;
constexpr unsigned kWrite = DESCRY_WRITE | DESCRY_CONVERT;

// `f(dtype)` makes three elements with values; `by_name(a, dtype)` is what NumPy makes of them,
// field by field.
class ConvertedCopyTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("own", Ref(descry_dtype(DESCRY_TYPE(int_and_float))));
    SetGlobal("mixture", Ref(descry_dtype(DESCRY_TYPE(mixture))));
    Exec(R"(
def f(*spec, **more):
    a = np.zeros(3, np.dtype(*spec, **more))
    fill(a)
    return a
def fill(a):
    if a.dtype.names:
        for name in a.dtype.names: fill(a[name])
    elif a.dtype.kind == 'O':
        a[...] = [['text'], [b'bytes'], [1.5]][0][0]
    elif a.dtype.kind == 'M':
        a[...] = np.datetime64('2026-11-22T01:02:03')
    else:
        a[...] = np.arange(a.size).reshape(a.shape) % 100
def by_name(a, dtype):
    out = np.zeros(a.shape, dtype)
    set_by_name(out, a)
    return out
def set_by_name(out, a):
    if out.dtype.names:
        for name in out.dtype.names: set_by_name(out[name], a[name].reshape(out[name].shape))
    else:
        out[...] = a
)");
  }

  // Expects a view of `expression` by a copy that holds what by_name() says.
  static void ExpectCopy(const std::string& expression, const descry_type* type, const char* own) {
    SCOPED_TRACE(expression);
    SetGlobal("a", Eval(expression));
    ScopedView view;
    ASSERT_EQ(view.Open(Eval("a"), type, DESCRY_ANY_NDIM, kRead), 0) << TakeException();
    EXPECT_NE(view.array, Eval("a").get());
    EXPECT_EQ(view.itemsize, static_cast<Py_ssize_t>(type->size));
    EXPECT_TRUE(view.flags & DESCRY_C_CONTIGUOUS);
    SetGlobal("copy", Ref::Borrow(view.array));
    EXPECT_EQ(Int(Eval("copy.__array_interface__['data'][0]")),
              static_cast<long long>(reinterpret_cast<intptr_t>(view.data)));
    EXPECT_TRUE(SameDtype(Eval("copy.dtype"), Eval(own)));
    const std::string expected = "by_name(a, " + std::string(own) + ").tolist()";
    EXPECT_EQ(Repr(Eval("copy.tolist()")), Repr(Eval(expected)));
    EXPECT_TRUE(Int(Eval("not np.shares_memory(copy, a)")));
  }

  static void ExpectAsItIs(const std::string& expression) {
    SCOPED_TRACE(expression);
    const Ref array = Eval(expression);
    ScopedView view;
    ASSERT_EQ(view.Open(array, DESCRY_TYPE(int_and_float), DESCRY_ANY_NDIM, kRead), 0)
        << TakeException();
    EXPECT_EQ(view.array, array.get());
  }

  static void ExpectRefused(const std::string& expression, const std::string& words) {
    SCOPED_TRACE(expression);
    ScopedView view;
    EXPECT_THAT(view.Open(Eval(expression), DESCRY_TYPE(int_and_float), DESCRY_ANY_NDIM, kRead),
                RaisesPython(PyExc_TypeError, HasSubstr(words)));
  }
};

TEST_F(ConvertedCopyTest, LeavesWhatFitsAlone) {
  ExpectAsItIs("f(own)");
  ExpectAsItIs("f([('a', 'i4'), ('b', 'f4')])");
  ExpectAsItIs("f([('a', 'i4'), ('b', 'f4')], align=True)");
  ExpectAsItIs("f([('a', 'i4'), ('b', 'f4')], metadata={'x': 1})");
  ExpectAsItIs("f([('a', 'intc'), ('b', 'f4')])");
  ExpectAsItIs("f(own).view(np.recarray)");
  ExpectAsItIs("f(own)[::-2]");
}

TEST_F(ConvertedCopyTest, CopiesByName) {
  const descry_type* type = DESCRY_TYPE(int_and_float);
  ExpectCopy("f([('a', '>i4'), ('b', '>f4')])", type, "own");
  ExpectCopy("f(dict(names=['b', 'a'], formats=['f4', 'i4'], offsets=[4, 0]))", type, "own");
  ExpectCopy("f([('b', 'f4'), ('a', 'i4')])", type, "own");
  ExpectCopy("f(dict(names=['a', 'b'], formats=['i4', 'f4'], itemsize=12))", type, "own");
  ExpectCopy("f([(('A title', 'a'), 'i4'), ('b', 'f4')])", type, "own");
  ExpectCopy("f([('a', 'i2'), ('b', 'f2')])", type, "own");
  ExpectCopy("f([('a', 'u1'), ('b', 'i2')])", type, "own");
  ExpectCopy("f([('a', 'i4', (1,)), ('b', 'f4', (1, 1))])", type, "own");
  ExpectCopy("f([('a', 'i2'), ('b', 'f4')])[::-1]", type, "own");
  ExpectCopy("f([('a', 'i2'), ('b', 'f4')]).reshape(3, 1, 1)", type, "own");
  ExpectCopy("f([('a', 'i2'), ('b', 'f4')])[0]", type, "own");
  ExpectCopy("f([('a', 'i2'), ('b', 'f4')])[1:2].reshape(())", type, "own");
  ExpectCopy("f([('a', 'i2'), ('b', 'f4')])[:0]", type, "own");
  ExpectCopy("f([('a', 'i2'), ('b', 'f4')]).view(np.recarray)", type, "own");
}

TEST_F(ConvertedCopyTest, CopiesNestedRecordsSubArraysTextTimesAndObjects) {
  const descry_type* type = DESCRY_TYPE(mixture);
  ExpectCopy(
      "f([('object', 'O'), ('port', 'u1'), ('label', 'S2'), ('born', 'M8[s]'), "
      "('at', [('z', 'f4'), ('y', '>i2'), ('x', 'f8')], (2, 1))])",
      type, "mixture");
}

TEST_F(ConvertedCopyTest, CopiesScalars) {
  SetGlobal("vec", Ref(descry_dtype(DESCRY_TYPE(vec3))));
  ExpectCopy("f([('x', 'f4'), ('y', 'i4'), ('z', '?')])", DESCRY_TYPE(vec3), "vec");
}

// NumPy makes such dtypes, and divides by their steps' length when it casts.
TEST_F(ConvertedCopyTest, RefusesTimesWhoseStepsHaveNoLength) {
  for (const descry_type* type : {DESCRY_TYPE(datetime64_s), DESCRY_TYPE(timedelta64_M)}) {
    const std::string kind = type == DESCRY_TYPE(datetime64_s) ? "M8" : "m8";
    for (const char* unit :
         {"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"}) {
      const std::string dtype = kind + "[0" + unit + "]";
      SCOPED_TRACE(dtype);
      for (unsigned access : {kRead, kRead | DESCRY_WRITE}) {
        ScopedView view;
        EXPECT_THAT(view.Open(Eval("np.zeros(3, 'i8').view('" + dtype + "')"), type, 1, access),
                    RaisesPython(PyExc_TypeError, HasSubstr("or what casts to it safely")));
      }
    }
  }
}

TEST_F(ConvertedCopyTest, RefusesWhatLosesOrMisses) {
  ExpectRefused("f([('b', 'i4'), ('a', 'f4')])",
                "field 'a' at offset 0: expected int32 or what casts to it safely, got float32");
  ExpectRefused("f([('a', 'u4'), ('b', 'f4')])",
                "field 'a' at offset 0: expected int32 or what casts to it safely, got uint32");
  ExpectRefused("f([('a', 'i4'), ('b', 'S1')])",
                "field 'b' at offset 4: expected float32 or what casts to it safely, got S1");
  ExpectRefused("f([('a', 'm8[s]'), ('b', 'f4')])", "field 'a' at offset 0");
  ExpectRefused("f([('a', 'O'), ('b', 'f4')])", "field 'a' at offset 0");
  ExpectRefused("f([('a', 'i4'), ('b', 'f4'), ('c', 'i4')])",
                "field 'c' at offset 8: expected no such field, got int32");
  ExpectRefused("f([('a', 'i4')])", "field 'b' at offset 4: expected float32, got no such field");
  ExpectRefused("f([('a', 'i4', (2,)), ('b', 'f4')])", "field 'a' at offset 0: expected int32");
  ExpectRefused("f('V8')", "expected a record of 2 fields, got V8");
  ExpectRefused("f('f8')", "expected a record of 2 fields, got float64");
  ExpectRefused("[(1, 2.0)]",
                "expected an array of int_and_float (8 bytes), got an object of type list: "
                "descry_view_acquire_any() and descry_from_rows() take it");
}

// Copied one by one, the last of them would win; written back, the array would change though nobody
// changed the copy.
TEST_F(ConvertedCopyTest, RefusesUnionsThatDiffer) {
  const std::string spec = "dict(names=['number', 'real'], formats=['i4', '>f4'], offsets=[0, 0])";
  ScopedView view;
  EXPECT_THAT(view.Open(Eval("f(" + spec + ")"), DESCRY_TYPE(either), 1, kRead),
              RaisesPython(PyExc_TypeError, HasSubstr("fields overlap")));
  EXPECT_THAT(
      view.Open(Eval("f([('tag', 'i2'), ('value', " + spec + ")])"), DESCRY_TYPE(tagged_either), 1,
                kRead),
      RaisesPython(PyExc_TypeError,
                   HasSubstr("field 'value' at offset 4: fields overlap, and cannot be converted "
                             "one by one")));
  const std::string shared = "f(dict(names=['b', 'a'], formats=['u1', 'i4'], offsets=[3, 0]))";
  ExpectRefused(shared, "fields overlap");
  ExpectRefused("f(dict(names=['a', 'b'], formats=['i4', 'f4'], offsets=[2, 0]))",
                "fields overlap");
}

TEST_F(ConvertedCopyTest, CopiesUnionsAsTheyAre) {
  SetGlobal("value", Ref(descry_dtype(DESCRY_TYPE(either))));
  Exec(
      "a = np.zeros(3, [('value', value), ('tag', 'i2')])\n"
      "a['value']['real'] = [1.5, 2.5, 3.5]");
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(tagged_either), 1, kWrite), 0) << TakeException();
  EXPECT_EQ(DESCRY_AT(tagged_either, &view, 1)->value.real, 2.5f);
  DESCRY_AT(tagged_either, &view, 2)->value.number = 7;
  view.Close();
  EXPECT_EQ(Repr(Eval("a['value']['number'].tolist()[2:]")), "[7]");
}

TEST_F(ConvertedCopyTest, KeepsTheOrderOfChecks) {
  SetGlobal("a", Eval("f([('a', 'i2'), ('b', 'f4')])"));
  ScopedView view;
  EXPECT_THAT(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 2, kRead),
              RaisesPython(PyExc_TypeError, HasSubstr("got a 1-d array")));
  Exec("a.flags.writeable = False");
  EXPECT_THAT(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kWrite),
              RaisesPython(PyExc_ValueError, HasSubstr("read-only")));
  EXPECT_EQ(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kRead), 0);
}

TEST_F(ConvertedCopyTest, CopiesWhatIsNotContiguousOrNotAligned) {
  SetGlobal("a", Eval("f(own)[::-1]"));
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kRead | DESCRY_CONTIGUOUS), 0);
  EXPECT_NE(view.array, Eval("a").get());
  EXPECT_EQ(DESCRY_DATA(int_and_float, &view)[0].a, 2);
  view.Close();
  SetGlobal("grid", Eval("f(own).reshape(1, 3).repeat(2, 0)"));
  ASSERT_EQ(view.Open(Eval("grid"), DESCRY_TYPE(int_and_float), 2, kRead | DESCRY_F_CONTIGUOUS), 0);
  EXPECT_TRUE(view.flags & DESCRY_F_CONTIGUOUS);
  EXPECT_EQ(DESCRY_AT(int_and_float, &view, 1, 2)->a, 2);
  view.Close();
  Exec("off = np.frombuffer(bytearray(b'\\0' + f(own).tobytes()), own, 3, 1)");
  ASSERT_EQ(view.Open(Eval("off"), DESCRY_TYPE(int_and_float), 1, kRead), 0);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(view.data) % alignof(int_and_float), 0u);
  EXPECT_EQ(DESCRY_AT(int_and_float, &view, 2)->a, 2);
}

TEST_F(ConvertedCopyTest, LayoutComesFirst) {
  SetGlobal("a", Eval("f([('one', 'i4'), ('two', 'f4')])"));
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kRead | DESCRY_BY_LAYOUT), 0);
  EXPECT_EQ(view.array, Eval("a").get());
}

// By name would be a KeyError, or floats made ints.
TEST_F(ConvertedCopyTest, CopiesByLayoutWhatMatchesByLayoutAndIsMisaligned) {
  for (const char* names : {"('one', 'two')", "('b', 'a')"}) {
    SCOPED_TRACE(names);
    Exec(
        "off = np.frombuffer(bytearray(b'\\0' + f(own).tobytes()), own, 3, 1)\n"
        "off = off.view(list(zip(" +
        std::string(names) + ", ('i4', 'f4'))))");
    ScopedView view;
    ASSERT_EQ(view.Open(Eval("off"), DESCRY_TYPE(int_and_float), 1, kWrite | DESCRY_BY_LAYOUT), 0)
        << TakeException();
    EXPECT_EQ(DESCRY_AT(int_and_float, &view, 2)->a, 2);
    EXPECT_EQ(DESCRY_AT(int_and_float, &view, 2)->b, 2.f);
    *DESCRY_AT(int_and_float, &view, 1) = {7, 0.5f};
    view.Close();
    EXPECT_EQ(Repr(Eval("off.tolist()")), "[(0, 0.0), (7, 0.5), (2, 2.0)]");
  }
}

TEST_F(ConvertedCopyTest, CopiesByLayoutWhatHoldsObjects) {
  Exec(
      "b = np.zeros(4, np.dtype(dict(names=[n.upper() for n in mixture.names],\n"
      "    formats=[mixture[n] for n in mixture.names],\n"
      "    offsets=[mixture.fields[n][1] for n in mixture.names], itemsize=mixture.itemsize)))\n"
      "fill(b)");
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("b[::2]"), DESCRY_TYPE(mixture), 1,
                      kRead | DESCRY_BY_LAYOUT | DESCRY_C_CONTIGUOUS),
            0)
      << TakeException();
  EXPECT_EQ(view.size, 2);
  EXPECT_EQ(DESCRY_AT(mixture, &view, 1)->object, Eval("b[2]['OBJECT']").get());
}

TEST_F(ConvertedCopyTest, WritesBackOnRelease) {
  SetGlobal("a", Eval("f([('b', '>f4'), ('hole', 'V3'), ('a', '>i4')])[['b', 'a']][::-1]"));
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kWrite), 0) << TakeException();
  for (int i = 0; i < 3; ++i) *DESCRY_AT(int_and_float, &view, i) = {i + 10, i + 0.5f};
  EXPECT_EQ(Repr(Eval("a['a'].tolist()")), "[2, 1, 0]");
  PyErr_SetString(PyExc_KeyError, "pending");
  view.Close();
  EXPECT_EQ(TakeException(), "KeyError: 'pending'");
  EXPECT_EQ(Repr(Eval("a['a'].tolist()")), "[10, 11, 12]");
  EXPECT_EQ(Repr(Eval("a['b'].tolist()")), "[0.5, 1.5, 2.5]");
}

TEST_F(ConvertedCopyTest, WritesBackAllTheSameAfterPythonChangedTheArray) {
  SetGlobal("a", Eval("f([('a', '>i4'), ('b', '>f4')])"));
  SetGlobal("same", Eval("a[:]"));
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kWrite), 0);
  Exec("a.dtype.names = ('x', 'y')\na.dtype = 'V8'");
  EXPECT_THAT(Ref(PyObject_CallMethod(Eval("a").get(), "resize", "i", 1000000)),
              RaisesPython(PyExc_ValueError));
  DESCRY_AT(int_and_float, &view, 1)->a = 77;
  view.Close();
  EXPECT_EQ(Repr(Eval("same.view([('a', '>i4'), ('b', '>f4')])['a'].tolist()")), "[0, 77, 2]");
  EXPECT_EQ(Int(Eval("a.flags.owndata")), 1);
}

TEST_F(ConvertedCopyTest, WritesBackObjects) {
  SetGlobal("a", Eval("f([('port', '<u2'), ('object', 'O'), ('born', 'M8[ns]'), ('label', 'S12'), "
                      "('at', [('x', 'f8'), ('y', 'f8'), ('z', 'f8')], 2)])"));
  SetGlobal("thing", Eval("[]"));
  const Ref thing = Eval("thing");
  const Py_ssize_t before = Py_REFCNT(thing.get());
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(mixture), 1, kWrite), 0) << TakeException();
  PyObject*& slot = DESCRY_AT(mixture, &view, 1)->object;
  Py_INCREF(thing.get());
  Py_XDECREF(slot);
  slot = thing.get();
  view.Close();
  EXPECT_EQ(Repr(Eval("a['object'].tolist()")), "['text', [], 'text']");
  EXPECT_EQ(Py_REFCNT(thing.get()), before + 1);
  Exec("del a");
  EXPECT_EQ(Py_REFCNT(thing.get()), before);
}

// What cannot be written back is told to Python, and that may open the very view again.
descry_view* reopened;

PyObject* Reopen(PyObject*, PyObject*) {
  const Ref array(Eval("other"));
  if (descry_view_acquire(reopened, array.get(), DESCRY_TYPE(int32), 1, DESCRY_WRITE) < 0) {
    PyErr_Print();
  }
  Py_RETURN_NONE;
}

TEST_F(ConvertedCopyTest, TheViewMayBeOpenedAgainWhileItIsReleased) {
  static PyMethodDef method = {"reopen", Reopen, METH_O, nullptr};
  SetGlobal("reopen", Ref(PyCFunction_New(&method, nullptr)));
  Exec(
      "import sys\na = np.zeros(3, 'i2')\nother = np.arange(5, dtype='i4')\nsys.unraisablehook = "
      "reopen");
  descry_view view;
  reopened = &view;
  ASSERT_EQ(descry_view_acquire(&view, Eval("a").get(), DESCRY_TYPE(int32), 1,
                                DESCRY_WRITE | DESCRY_CONVERT),
            0);
  *DESCRY_AT(std::int32_t, &view, 0) = 100000;
  descry_view_release(&view);
  Exec("sys.unraisablehook = sys.__unraisablehook__");
  ASSERT_NE(view.array, nullptr);
  EXPECT_EQ(*DESCRY_AT(std::int32_t, &view, 4), 4);
  EXPECT_EQ(PyList_Size(Ref(descry_borrows()).get()), 1);
  descry_view_release(&view);
  EXPECT_EQ(PyList_Size(Ref(descry_borrows()).get()), 0);
  Exec("del a, other");
}

TEST_F(ConvertedCopyTest, AnIntThatDoesNotFitIsReportedAndNothingWritten) {
  Exec("import sys\ntold = []\nsys.unraisablehook = lambda info: told.append(info.exc_value)");
  SetGlobal("a", Eval("f([('b', 'f4'), ('a', 'i2')])"));
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kWrite), 0);
  *DESCRY_AT(int_and_float, &view, 1) = {32768, 9};
  view.Close();
  Exec("sys.unraisablehook = sys.__unraisablehook__");
  EXPECT_EQ(
      Repr(Eval("told")),
      "[OverflowError(\"a converted view has 32768 at index (1,), field 'a', which int16 cannot "
      "hold exactly, and is not written back\")]");
  EXPECT_EQ(Repr(Eval("a.tolist()")), "[(0.0, 0), (1.0, 1), (2.0, 2)]");
  EXPECT_EQ(Repr(Ref(descry_borrows())), "[]");
}

TEST_F(ConvertedCopyTest, BorrowsTheArrayWhileItIsToBeWritten) {
  SetGlobal("a", Eval("f([('b', 'f4'), ('a', 'i2')])"));
  ScopedView writer, reader;
  ASSERT_EQ(writer.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kWrite), 0);
  EXPECT_THAT(reader.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kRead),
              RaisesPython(PyExc_BufferError));
  descry_view field;
  ASSERT_EQ(descry_view_field(&writer, "b", &field), 0);
  *DESCRY_AT(float, &field, 2) = 8;
  writer.Close();
  EXPECT_EQ(Repr(Eval("a['b'].tolist()")), "[0.0, 1.0, 2.0]");
  descry_view_release(&field);
  EXPECT_EQ(Repr(Eval("a['b'].tolist()")), "[0.0, 1.0, 8.0]");
  ASSERT_EQ(reader.Open(Eval("a"), DESCRY_TYPE(int_and_float), 1, kRead), 0);
  EXPECT_EQ(Repr(Ref(descry_borrows())), "[]") << "a copy to read borrows nothing";
}

TEST_F(ConvertedCopyTest, RefusesToWriteBackToElementsThatOverlap) {
  const struct {
    const char* shape;
    const char* strides;
    bool overlap;
  } cases[] = {
      {"(3, 2)", "(4, 4)", true},  {"(4, 3)", "(0, 4)", true},   {"(3,)", "(2,)", true},
      {"(3,)", "(-2,)", true},     {"(3, 2)", "(8, 4)", false},  {"(3, 1)", "(4, 0)", false},
      {"(0, 4)", "(0, 0)", false}, {"(3, 2)", "(4, 12)", false}, {"(3,)", "(-4,)", false}};
  Exec("from numpy.lib.stride_tricks import as_strided; memory = np.zeros(16, 'f4')");
  for (const auto& each : cases) {
    SetGlobal(
        "a", Eval(std::string("as_strided(memory[4:], ") + each.shape + ", " + each.strides + ")"));
    descry_view view;
    const Ref array = Eval("a");
    ASSERT_EQ(descry_view_acquire(&view, array.get(), DESCRY_TYPE(float64), DESCRY_ANY_NDIM,
                                  kRead | DESCRY_UNALIGNED),
              0);
    descry_view_release(&view);
    const int result = descry_view_acquire(&view, array.get(), DESCRY_TYPE(float64),
                                           DESCRY_ANY_NDIM, kWrite | DESCRY_UNALIGNED);
    EXPECT_EQ(result, each.overlap ? -1 : 0) << each.shape << each.strides;
    if (each.overlap) {
      EXPECT_THAT(result, RaisesPython(PyExc_ValueError,
                                       HasSubstr("of float64 (8 bytes) overlap, which only "
                                                 "DESCRY_READ allows")));
    }
    descry_view_release(&view);
  }
}

TEST_F(ConvertedCopyTest, KeepsReferenceCounts) {
  SetGlobal("a", Eval("f([('b', 'f4'), ('a', 'i2')])"));
  SetGlobal("wrong", Eval("f([('b', 'f4'), ('a', 'u4')])"));
  const Ref a = Eval("a"), wrong = Eval("wrong");
  const Py_ssize_t before = Py_REFCNT(a.get()), wrong_before = Py_REFCNT(wrong.get());
  for (unsigned flags : {kRead, kWrite}) {
    for (int i = 0; i < 50; ++i) {
      ScopedView view;
      ASSERT_EQ(view.Open(a, DESCRY_TYPE(int_and_float), 1, flags), 0);
      EXPECT_THAT(ScopedView().Open(wrong, DESCRY_TYPE(int_and_float), 1, flags),
                  RaisesPython(PyExc_TypeError));
    }
  }
  EXPECT_EQ(Py_REFCNT(a.get()), before);
  EXPECT_EQ(Py_REFCNT(wrong.get()), wrong_before);
}

TEST_F(ConvertedCopyTest, TheDimensionsInsideElementsGoAlong) {
  SetGlobal("triple", Ref(descry_dtype(DESCRY_TYPE(triple))));
  SetGlobal("a", Eval("np.arange(12, dtype='f4').reshape(2, 2, 3)"));
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(triple), 2, kWrite), 0) << TakeException();
  EXPECT_EQ(DESCRY_AT(triple, &view, 1, 0)->part[2], 8.0);
  DESCRY_AT(triple, &view, 1, 1)->part[0] = 0.5;
  view.Close();
  EXPECT_EQ(Repr(Eval("a[1].tolist()")), "[[6.0, 7.0, 8.0], [0.5, 10.0, 11.0]]");
}

// What ctypes makes of a char[4] is S1(4,): the same text as S4. Each pair of these, in records,
// nested and in sub-arrays, to read and to write; `text` is what either side shows of it.
struct TextPair {
  const char* view;
  const char* array;
};
const TextPair kTextPairs[] = {{"'S4'", "('S1', 4)"},
                               {"'S4'", "('S1', 3)"},
                               {"'S4'", "('S1', (4, 1))"},
                               {"('S4', 2)", "('S1', (2, 4))"},
                               {"('S4', 2)", "('S1', (2, 1, 4))"},
                               {"('S4', (1, 2))", "('S1', (2, 4))"},
                               {"('S4', (2, 3))", "('S1', (2, 3, 4))"},
                               {"('S1', 4)", "'S4'"},
                               {"('S1', 4)", "'S3'"},
                               {"('S1', (2, 4))", "('S4', 2)"},
                               {"'U4'", "('S1', 4)"},
                               {"('U4', 2)", "('S1', (2, 4))"},
                               {"'U4'", "'S4'"},
                               {"('U4', 2)", "('S4', 2)"},
                               {"('S4', 1)", "('S1', 4)"},
                               {"('S1', (2, 1, 4))", "('S4', (1, 2))"},
                               {"'S4'", "('S1', 1)"}};

const char* const kPlaces[] = {
    "np.dtype([('before', 'i4'), ('text', *fields(%s)), ('after', 'i2')])",
    "np.dtype([('x', 'i2'), ('inner', [('text', *fields(%s)), ('n', 'i2')])])",
    "np.dtype([('inner', [('n', 'i1'), ('text', *fields(%s))], (2, 1))])"};

// `Dtype("'S4'", place)`: with `%s` replaced.
std::string Dtype(const char* element, std::string place) {
  return place.replace(place.find("%s"), 2, element);
}

class CharactersTest : public ConvertedCopyTest {
 protected:
  void SetUp() override {
    ConvertedCopyTest::SetUp();
    Exec(R"(
import sys
told = []
sys.unraisablehook = lambda info: told.append(str(info.exc_value))
def fields(e): return e if isinstance(e, tuple) else (e,)
def texts(a):
    if 'inner' in a.dtype.names: a = a['inner']
    return a['text']
def shown(a):
    # Every text of it, whatever the form: characters are those of the length that is known.
    t = texts(a).ravel()
    if t.dtype == 'S1' and length(a) > 1: t = t.view('S%d' % length(a))
    return [x if isinstance(x, str) else x.decode() for x in t.ravel().tolist()]
lengths = {}
def length(a): return lengths.get(a.dtype, 1)
def set_text(a, values):
    t = texts(a)
    if t.dtype == 'S1' and length(a) > 1:
        b = np.array(values, 'S%d' % length(a)).view('S1').reshape(t.shape)
        t[...] = b
    else:
        t[...] = np.array(values).astype(t.dtype).reshape(t.shape)
def count(a): return texts(a).size // (length(a) if texts(a).dtype == 'S1' else 1)
def characters(e):
    e = fields(e)
    if e[0] != 'S1' or len(e) < 2: return 1
    shape = e[1] if isinstance(e[1], tuple) else (e[1],)
    shape = [n for n in shape if n > 1]
    return shape[-1] if shape else 1
)");
  }
  void TearDown() override {
    Exec("sys.unraisablehook = sys.__unraisablehook__");
    PythonTest::TearDown();
  }

  static const descry_type* Prepare(const TextPair& pair, const char* place) {
    Exec("v = " + Dtype(pair.view, place) + "; d = " + Dtype(pair.array, place));
    Exec("lengths[v] = characters(" + std::string(pair.view) + "); lengths[d] = characters(" +
         pair.array + ")");
    Exec(
        "a = np.zeros(4, d)[::-2]; k = count(a)\n"
        "words = ([b'ab', b'', b'c', b'xyz', b'q'] * 10)[:k]\n"
        "words = words if length(a) > 1 or texts(a).dtype != 'S1' else [b'x'] * k\n"
        "set_text(a, words)");
    return descry_type_from_dtype(Eval("v").get());
  }
};

TEST_F(CharactersTest, AreTextOfTheirLengthToReadAndToWrite) {
  for (const TextPair& pair : kTextPairs) {
    for (const char* place : kPlaces) {
      SCOPED_TRACE(Dtype(pair.view, place) + " from " + pair.array);
      const descry_type* type = Prepare(pair, place);
      ASSERT_NE(type, nullptr) << TakeException();
      ScopedView view;
      ASSERT_EQ(view.Open(Eval("a"), type, 1, kRead), 0) << TakeException();
      SetGlobal("copy", Ref::Borrow(view.array));
      EXPECT_EQ(Repr(Eval("shown(copy)")), Repr(Eval("[w.decode() for w in words]")));
      view.Close();
      ASSERT_EQ(view.Open(Eval("a"), type, 1, kWrite), 0) << TakeException();
      SetGlobal("copy", Ref::Borrow(view.array));
      Exec("words = [b'z'] + words[1:-1] + [b'y']; words = words[:k]; set_text(copy, words)");
      view.Close();
      EXPECT_EQ(Repr(Eval("told")), "[]");
      EXPECT_EQ(Repr(Eval("shown(a)")), Repr(Eval("[w.decode() for w in words]")));
      descry_type_release(type);
    }
  }
}

TEST_F(CharactersTest, TextThatIsTooLongIsReportedAndNothingWritten) {
  for (const char* place : kPlaces) {
    const descry_type* type = Prepare({"'S4'", "('S1', 3)"}, place);
    Exec("told.clear(); before = a.tobytes()");
    ScopedView view;
    ASSERT_EQ(view.Open(Eval("a"), type, 1, kWrite), 0) << TakeException();
    SetGlobal("copy", Ref::Borrow(view.array));
    Exec("set_text(copy, [b'k'] * (k - 1) + [b'long'])");
    view.Close();
    EXPECT_THAT(Str(Eval("told[0]")), HasSubstr("a converted view has b'long' at index (1,)"));
    EXPECT_TRUE(Int(Eval("a.tobytes() == before")));
    descry_type_release(type);
  }
}

TEST_F(CharactersTest, AreRefusedWhereThereIsNoRoomOrNoText) {
  for (const TextPair& pair :
       {TextPair{"'S3'", "('S1', 4)"}, TextPair{"('S1', 3)", "'S4'"}, TextPair{"('S1', 4)", "'U4'"},
        TextPair{"'i4'", "('S1', 4)"}, TextPair{"('S4', 2)", "('S1', 8)"},
        TextPair{"'S4'", "('S1', 0)"}, TextPair{"('S1', 4)", "'S1'"}, TextPair{"'U3'", "('S1', 4)"},
        TextPair{"'S4'", "('S2', 2)"}, TextPair{"'V4'", "('S1', 4)"}}) {
    SCOPED_TRACE(pair.view);
    Exec("v = " + Dtype(pair.view, kPlaces[0]) + "; a = np.zeros(3, " +
         Dtype(pair.array, kPlaces[0]) + ")");
    const descry_type* type = descry_type_from_dtype(Eval("v").get());
    ASSERT_NE(type, nullptr) << TakeException();
    ScopedView view;
    EXPECT_THAT(view.Open(Eval("a"), type, 1, kRead), RaisesPython(PyExc_TypeError));
    descry_type_release(type);
  }
}

// As many axes, but other ones: the strides of the one are not those of the other.
TEST_F(ConvertedCopyTest, AxesOfOneElementMayStandElsewhere) {
  Exec(
      "v = np.dtype([('x', 'f8', (2, 3, 1))]); a = np.zeros(2, [('x', 'f4', (2, 1, 3))])\n"
      "b = np.zeros(2, [('x', 'i8', (2, 1, 3))])\n"
      "for c in a, b: c['x'] = np.arange(12).reshape(2, 2, 1, 3)");
  const descry_type* type = descry_type_from_dtype(Eval("v").get());
  ASSERT_NE(type, nullptr) << TakeException();
  for (const char* array : {"a", "b"}) {
    ScopedView view;
    ASSERT_EQ(view.Open(Eval(array), type, 1, kWrite), 0) << TakeException();
    SetGlobal("copy", Ref::Borrow(view.array));
    EXPECT_EQ(Repr(Eval("copy['x'].ravel().tolist() == list(range(12))")), "True");
    Exec("copy['x'] *= 2");
    view.Close();
    EXPECT_EQ(Repr(Eval(std::string(array) + "['x'].ravel().tolist() == list(range(0, 24, 2))")),
              "True");
  }
  descry_type_release(type);
}

// Python can reach the copy, and everything that frees an array's memory goes for it as well.
TEST_F(ConvertedCopyTest, TheCopyStaysInPlaceAsLongAsItIsViewed) {
  const char* const kFree[] = {"copy.resize(100000, refcheck=False)",
                               "copy.__setstate__((1, (1,), np.dtype('u1'), False, b'a'))"};
  for (const char* free : kFree) {
    for (unsigned access : {kRead, kWrite}) {
      SCOPED_TRACE(free);
      Exec("a = np.arange(100, dtype='i4').astype('>i4')");
      ScopedView view;
      ASSERT_EQ(view.Open(Eval("a"), DESCRY_TYPE(float64), 1, access), 0) << TakeException();
      SetGlobal("copy", Ref::Borrow(view.array));
      Exec("try: " + std::string(free) +
           "\nexcept ValueError: pass\n"
           "junk = [bytes([255]) * 800 for i in range(100)]");
      EXPECT_EQ(*DESCRY_AT(double, &view, 99), 99);
      if (access & DESCRY_WRITE) *DESCRY_AT(double, &view, 99) = 7;
      view.Close();
      EXPECT_EQ(Int(Eval("a[99]")), access & DESCRY_WRITE ? 7 : 99);
      EXPECT_EQ(Repr(Eval("copy.flags.owndata")), "True");
      Exec("del copy");
    }
  }
}

}  // namespace
}  // namespace descry_test
