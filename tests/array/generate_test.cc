// SPDX-License-Identifier: BSD-3-Clause
// generate: elements made one by one.

#include <descry/array.h>
#include <descry/dtype.h>

#include "src/base/numpy_abi.h"
#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using GenerateTest = PythonTest;

struct Source {
  int end;            // elements until the end
  int fails_at = -1;  // the element that fails
  bool silently = false;
  int calls = 0;
  PyObject* object = nullptr;
  bool as_promised = true;  // elements came zeroed, with None
};

int NextParticle(void* element, void* context) {
  auto* source = static_cast<Source*>(context);
  auto* one = static_cast<particle*>(element);
  const int i = source->calls++;
  if (one->id != 0 || one->born != 0) source->as_promised = false;
  one->born = 1;
  if (i == source->fails_at) {
    if (!source->silently) PyErr_SetString(PyExc_OSError, "line 3");
    return -1;
  }
  one->id = i;
  return i < source->end;
}

int NextNamed(void* element, void* context) {
  auto* source = static_cast<Source*>(context);
  auto* one = static_cast<named*>(element);
  const int i = source->calls++;
  if (one->object != Py_None || one->pair[0] != Py_None) source->as_promised = false;
  Py_INCREF(source->object);
  Py_DECREF(one->object);
  one->object = source->object;
  if (i == source->fails_at) {
    PyErr_SetString(PyExc_OSError, "line 3");
    return -1;
  }
  return i < source->end;
}

Ref Generate(Source* source, Py_ssize_t count) {
  return Ref(descry_generate(DESCRY_TYPE(particle), count, NextParticle, source));
}

TEST_F(GenerateTest, HoldsExactlyWhatWasMade) {
  for (int end : {0, 1, 15, 16, 17, 1000}) {
    for (Py_ssize_t count : {-1, 0, 16, 1000, 2000}) {
      Source source = {end};
      SetGlobal("a", Generate(&source, count));
      const Py_ssize_t expected = count < 0 || end < count ? end : count;
      EXPECT_EQ(Int(Eval("len(a)")), expected);
      EXPECT_EQ(Repr(Eval("a['id'].tolist() == list(range(len(a))), a.flags.owndata")),
                "(True, True)");
      EXPECT_EQ(source.calls, expected + (count < 0 || end < count)) << "not asked past `count`";
      EXPECT_TRUE(source.as_promised);
    }
  }
}

TEST_F(GenerateTest, ObjectsBelongToTheArray) {
  for (Py_ssize_t count : {-1, 100}) {
    const Ref object(PyList_New(0));
    const Py_ssize_t before = Py_REFCNT(object.get());
    Source source = {40};
    source.object = object.get();
    SetGlobal("a", Ref(descry_generate(DESCRY_TYPE(named), count, NextNamed, &source)));
    EXPECT_TRUE(source.as_promised);
    EXPECT_EQ(Py_REFCNT(object.get()), before + 40);
    EXPECT_EQ(Repr(Eval("len(a), a[39]['pair'].tolist()")), "(40, [None, None])");
    Exec("del a");
    EXPECT_EQ(Py_REFCNT(object.get()), before);
  }
}

TEST_F(GenerateTest, ErrorsLeaveNothingBehind) {
  const Ref object(PyList_New(0));
  const Py_ssize_t before = Py_REFCNT(object.get());
  for (int at : {0, 5, 16, 39}) {
    Source source = {40, at};
    source.object = object.get();
    EXPECT_THAT(descry_generate(DESCRY_TYPE(named), -1, NextNamed, &source),
                RaisesPython(PyExc_OSError, "line 3"));
    EXPECT_EQ(source.calls, at + 1);
    EXPECT_EQ(Py_REFCNT(object.get()), before);
  }
}

TEST_F(GenerateTest, FailureAlwaysHasAnException) {
  Source source = {40, 3, true};
  EXPECT_THAT(
      Generate(&source, -1),
      RaisesPython(PyExc_SystemError,
                   "the function that makes particle elements failed without an exception"));
}

TEST_F(GenerateTest, RefusesOtherCounts) {
  Source source = {40};
  EXPECT_THAT(Generate(&source, -2),
              RaisesPython(PyExc_ValueError, "count must be -1 or more, got -2"));
  EXPECT_THAT(Generate(&source, PY_SSIZE_T_MAX / 2),
              RaisesPython(PyExc_ValueError, testing::HasSubstr("too big")));
  EXPECT_EQ(source.calls, 0);
}

TEST_F(GenerateTest, OverAlignedElements) {
  int left = 40;
  const auto next = [](void* element, void* context) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(element) % 64, 0u);
    static_cast<wide*>(element)->value = 1;
    return static_cast<int>((*static_cast<int*>(context))-- > 0);
  };
  SetGlobal("a", Ref(descry_generate(DESCRY_TYPE(wide), -1, next, &left)));
  EXPECT_EQ(Repr(Eval("len(a), float(a['value'].sum())")), "(40, 40.0)");
}

}  // namespace
}  // namespace descry_test
