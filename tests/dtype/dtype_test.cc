// SPDX-License-Identifier: BSD-3-Clause
// descry_dtype, descry_register, descry_find, descry_module_add_dtype.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <gtest/gtest.h>

#include <climits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

struct dt_vec3 {
  double x, y, z;
};
struct dt_body {
  int64_t id;
  dt_vec3 pos;
  float rgb[3];
};
struct dt_fresh {
  int32_t a;
};
struct dt_renamed {
  int32_t a;
  double b;
};
struct dt_outer {
  dt_renamed inner;
};
struct dt_threads {
  int32_t a;
  dt_vec3 v;
};
struct dt_handle {
  int unused;
};
struct dt_shelf {
  int32_t count;
  dt_handle* item;
};
DESCRY_RECORD(dt_vec3, x, y, z);
DESCRY_RECORD(dt_body, id, pos, rgb);
DESCRY_RECORD(dt_fresh, a);
DESCRY_RECORD(dt_renamed, a, b);
DESCRY_RECORD(dt_outer, inner);
DESCRY_RECORD(dt_threads, a, v);
static PyTypeObject* handle_class;
DESCRY_OBJECT(dt_handle, &handle_class);
DESCRY_RECORD(dt_shelf, count, DESCRY_AS(item, dt_handle));

namespace descry_test {
namespace {

using DtypeTest = PythonTest;

// A record made by hand, for declarations that the macros would not let through. Lives on, as
// registered types must.
const descry_type* NewRecord(const char* name, size_t size, size_t alignment,
                             std::vector<descry_field> fields,
                             unsigned flags = DESCRY_TYPE_PARTIAL) {
  auto* kept = new std::vector<descry_field>(std::move(fields));
  return new descry_type{DESCRY_TYPE_VERSION,
                         DESCRY_KIND_RECORD,
                         name,
                         size,
                         alignment,
                         kept->size(),
                         kept->data(),
                         nullptr,
                         nullptr,
                         new descry_state(),
                         flags,
                         nullptr,
                         nullptr};
}

descry_field Field(const char* name, const descry_type* element, size_t offset,
                   const char* title = nullptr) {
  return {name, title, element, offset, element->size, 0, nullptr, element->alignment,
          0,    0,     0,       nullptr};
}

TEST_F(DtypeTest, IsOneObject) {
  const Ref first(descry_dtype(DESCRY_TYPE(dt_body)));
  const Ref second(descry_dtype(DESCRY_TYPE(dt_body)));
  ASSERT_TRUE(first) << TakeException();
  EXPECT_EQ(first, second);
}

TEST_F(DtypeTest, GivesANewReferenceEachTime) {
  const Ref dtype(descry_dtype(DESCRY_TYPE(dt_body)));
  const Py_ssize_t before = Py_REFCNT(dtype.get());
  const Ref again(descry_dtype(DESCRY_TYPE(dt_body)));
  EXPECT_EQ(Py_REFCNT(dtype.get()), before + 1);
}

TEST_F(DtypeTest, RegistersWhatItHolds) {
  ASSERT_EQ(descry_register(DESCRY_TYPE(dt_body)), 0) << TakeException();
  EXPECT_EQ(descry_find("dt_body"), DESCRY_TYPE(dt_body));
  EXPECT_EQ(descry_find("dt_vec3"), DESCRY_TYPE(dt_vec3));
  SetGlobal("body", Ref(descry_dtype(DESCRY_TYPE(dt_body))));
  EXPECT_EQ(Eval("body['pos']"), Ref(descry_dtype(DESCRY_TYPE(dt_vec3))));
}

TEST_F(DtypeTest, IsNotFoundBeforeItsFirstUse) {
  EXPECT_EQ(descry_find("dt_fresh"), nullptr);
  EXPECT_EQ(PyErr_Occurred(), nullptr);
  ASSERT_EQ(descry_register(DESCRY_TYPE(dt_fresh)), 0);
  EXPECT_EQ(descry_find("dt_fresh"), DESCRY_TYPE(dt_fresh));
  EXPECT_EQ(descry_find("no such type"), nullptr);
}

TEST_F(DtypeTest, IsPutOnAModuleUnderItsName) {
  const Ref module(PyModule_New("some_module"));
  ASSERT_EQ(descry_module_add_dtype(module.get(), DESCRY_TYPE(dt_vec3)), 0);
  const Ref found(PyObject_GetAttrString(module.get(), "dt_vec3"));
  EXPECT_EQ(found, Ref(descry_dtype(DESCRY_TYPE(dt_vec3))));
}

TEST_F(DtypeTest, IsBuiltAnewWhenItsUserRenamedIt) {
  const Ref first(descry_dtype(DESCRY_TYPE(dt_renamed)));
  SetGlobal("first", first);
  Exec("np.zeros(2, first).dtype.names = ('p', 'q')");
  const Ref second(descry_dtype(DESCRY_TYPE(dt_renamed)));
  EXPECT_TRUE(SameDtype(second, Eval("np.dtype([('a', 'i4'), ('b', 'f8')], align=True)")));
  EXPECT_EQ(second, Ref(descry_dtype(DESCRY_TYPE(dt_renamed))));
  EXPECT_EQ(Repr(Eval("first.names")), "('p', 'q')") << "the user's own";
}

TEST_F(DtypeTest, IsBuiltAnewWhenARecordInsideItWasRenamed) {
  const Ref first(descry_dtype(DESCRY_TYPE(dt_outer)));
  SetGlobal("first", first);
  Exec("np.zeros(2, first)['inner'].dtype.names = ('p', 'q')");
  const Ref second(descry_dtype(DESCRY_TYPE(dt_outer)));
  EXPECT_NE(first, second);
  EXPECT_TRUE(SameDtype(
      second, Eval("np.dtype([('inner', np.dtype([('a', 'i4'), ('b', 'f8')], align=True))],"
                   " align=True)")));
}

TEST_F(DtypeTest, SurvivesSetstate) {
  SetGlobal("first", Ref(descry_dtype(DESCRY_TYPE(dt_renamed))));
  Exec("first.__setstate__(np.dtype([('z', 'f8'), ('y', 'f8')]).__reduce__()[2])");
  EXPECT_TRUE(SameDtype(Ref(descry_dtype(DESCRY_TYPE(dt_renamed))),
                        Eval("np.dtype([('a', 'i4'), ('b', 'f8')], align=True)")));
}

TEST_F(DtypeTest, IsOneObjectWhenEightThreadsAskAtOnce) {
  std::vector<PyObject*> seen(8);
  std::vector<std::thread> threads;
  PyThreadState* state = PyEval_SaveThread();
  for (PyObject*& place : seen) {
    threads.emplace_back([&place] {
      const PyGILState_STATE gil = PyGILState_Ensure();
      place = descry_dtype(DESCRY_TYPE(dt_threads));
      PyGILState_Release(gil);
    });
  }
  for (std::thread& thread : threads) thread.join();
  PyEval_RestoreThread(state);
  for (PyObject* dtype : seen) {
    EXPECT_NE(dtype, nullptr);
    EXPECT_EQ(dtype, seen[0]);
    Py_XDECREF(dtype);
  }
}

TEST_F(DtypeTest, OfObjectsNeedsTheirClass) {
  handle_class = nullptr;
  EXPECT_THAT(descry_dtype(DESCRY_TYPE(dt_shelf)),
              RaisesPython(PyExc_ImportError,
                           "the class of dt_handle elements is not made yet: set its PyTypeObject "
                           "pointer before the type is first used"));
  handle_class = &PyDict_Type;
  EXPECT_TRUE(SameDtype(Ref(descry_dtype(DESCRY_TYPE(dt_shelf))),
                        Eval("np.dtype([('count', 'i4'), ('item', 'O')], align=True)")));
}

TEST_F(DtypeTest, IsSharedByDeclarationsThatAgree) {
  const descry_type* twin =
      NewRecord("dt_vec3", 24, 8,
                {Field("z", DESCRY_TYPE(float64), 16), Field("x", DESCRY_TYPE(float64), 0),
                 Field("y", DESCRY_TYPE(float64), 8)});
  EXPECT_EQ(Ref(descry_dtype(twin)), Ref(descry_dtype(DESCRY_TYPE(dt_vec3))));
}

TEST_F(DtypeTest, ShowsBothDrawingsWhenANameIsTaken) {
  ASSERT_EQ(descry_register(DESCRY_TYPE(dt_fresh)), 0);
  const descry_type* other = NewRecord("dt_fresh", 8, 8, {Field("a", DESCRY_TYPE(float64), 0)});
  EXPECT_THAT(descry_dtype(other),
              RaisesPython(PyExc_TypeError,
                           "two types of different layout are called dt_fresh: the one that was "
                           "registered first is\n"
                           "dt_fresh: 4 bytes, alignment 4\n"
                           "  offset  size  field\n"
                           "       0     4  a       int32\n"
                           "and this one is\n"
                           "dt_fresh: 8 bytes, alignment 8\n"
                           "  offset  size  field\n"
                           "       0     8  a       float64"));
  EXPECT_EQ(descry_find("dt_fresh"), DESCRY_TYPE(dt_fresh));
}

TEST_F(DtypeTest, RefusesNamesThatClash) {
  EXPECT_THAT(
      descry_dtype(
          NewRecord("dt_twice", 8, 4,
                    {Field("a", DESCRY_TYPE(int32), 0), Field("a", DESCRY_TYPE(int32), 4)})),
      RaisesPython(
          PyExc_TypeError,
          "dt_twice: field 'a' uses the name 'a', which another field or title has already"));
  EXPECT_THAT(
      descry_dtype(
          NewRecord("dt_title", 8, 4,
                    {Field("a", DESCRY_TYPE(int32), 0), Field("b", DESCRY_TYPE(int32), 4, "a")})),
      RaisesPython(
          PyExc_TypeError,
          "dt_title: field 'b' uses the name 'a', which another field or title has already"));
  EXPECT_EQ(descry_find("dt_twice"), nullptr);
}

TEST_F(DtypeTest, RefusesAnEmptyName) {
  EXPECT_THAT(descry_dtype(
                  NewRecord("dt_unnamed", 8, 4,
                            {Field("a", DESCRY_TYPE(int32), 0), Field("", DESCRY_TYPE(int32), 4)})),
              RaisesPython(PyExc_TypeError, "dt_unnamed: the field at offset 4 has an empty name"));
}

TEST_F(DtypeTest, RefusesSizesAndOffsetsPastNumPysInt) {
  const size_t large = static_cast<size_t>(INT_MAX) + 9;
  EXPECT_THAT(descry_dtype(NewRecord("dt_large", large, 8, {})),
              RaisesPython(PyExc_TypeError,
                           "dt_large takes 2147483656 bytes, and a dtype has at most 2147483647"));
  EXPECT_THAT(
      descry_dtype(NewRecord("dt_outside", 8, 8, {Field("a", DESCRY_TYPE(float64), 4)})),
      RaisesPython(PyExc_TypeError,
                   "dt_outside: field 'a' at offset 4 takes 8 bytes, past the record's end at 8"));
}

TEST_F(DtypeTest, RefusesObjectsThatOverlap) {
  for (const bool object_first : {true, false}) {
    const descry_type* object = DESCRY_TYPE(object_);
    const descry_type* number = DESCRY_TYPE(int64);
    EXPECT_THAT(descry_dtype(NewRecord("dt_overlapped", 8, 8,
                                       {Field("a", object_first ? object : number, 0),
                                        Field("b", object_first ? number : object, 0)})),
                RaisesPython(PyExc_TypeError,
                             "dt_overlapped: field 'b' at offset 0 overlaps another field, and one "
                             "of the two holds Python objects"));
  }
}

TEST_F(DtypeTest, RefusesATypeThatContainsItself) {
  static descry_state states[2];
  static descry_field fields[2];
  static const descry_type one = {DESCRY_TYPE_VERSION,
                                  DESCRY_KIND_RECORD,
                                  "dt_hen",
                                  8,
                                  8,
                                  1,
                                  &fields[0],
                                  nullptr,
                                  nullptr,
                                  &states[0],
                                  0,
                                  nullptr,
                                  nullptr};
  static const descry_type other = {DESCRY_TYPE_VERSION,
                                    DESCRY_KIND_RECORD,
                                    "dt_egg",
                                    8,
                                    8,
                                    1,
                                    &fields[1],
                                    nullptr,
                                    nullptr,
                                    &states[1],
                                    0,
                                    nullptr,
                                    nullptr};
  fields[0] = Field("inside", &other, 0);
  fields[1] = Field("outside", &one, 0);
  EXPECT_THAT(descry_dtype(&one),
              RaisesPython(PyExc_TypeError, "dt_hen contains itself: dt_hen -> dt_egg -> dt_hen"));
}

TEST_F(DtypeTest, RefusesARecordThatForgetsAMember) {
  EXPECT_THAT(
      descry_dtype(NewRecord("dt_forgetful", 16, 8, {Field("a", DESCRY_TYPE(int32), 0)}, 0)),
      RaisesPython(PyExc_TypeError,
                   "dt_forgetful: the fields listed leave out a member at offset 4: list it, or use "
                   "DESCRY_RECORD_PARTIAL"));
}

}  // namespace
}  // namespace descry_test
