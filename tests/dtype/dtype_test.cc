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

extern "C" {
#include "src/base/numpy.h"
}

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
typedef int16_t dt_row[3];
typedef dt_row dt_rows[2];
typedef char dt_text[12];
typedef uint32_t dt_big;
typedef int64_t dt_born;
struct dt_whole {
  int64_t id;
  dt_vec3 pos;
  float rgb[3];
  dt_row rows[2];
  dt_vec3 vecs[2];
  char label[12];
  uint32_t big;
  int64_t born;
};
DESCRY_RECORD(dt_vec3, x, y, z);
DESCRY_ALIAS(dt_row, int16);
DESCRY_ALIAS(dt_rows, dt_row);
DESCRY_ALIAS(dt_text, bytes);
DESCRY_ALIAS(dt_big, uint32_be);
DESCRY_ALIAS(dt_born, datetime64_ns);
DESCRY_RECORD(dt_whole, id, pos, rgb, DESCRY_AS(rows, dt_row), vecs, label,
              DESCRY_AS(big, uint32_be), DESCRY_AS(born, datetime64_ns));
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

// Every part of every dtype that __setstate__ can change, with the very names that it had. A dtype
// is replaced, and what is allocated then has room for all of the type's elements.
TEST_F(DtypeTest, IsBuiltAnewWhateverOfItChanged) {
  Exec(
      "def change(dtype, **parts):\n"
      "  names = ['version', 'byteorder', 'subarray', 'names', 'fields', 'itemsize', 'alignment',\n"
      "           'flags', 'metadata']\n"
      "  state = list(dtype.__reduce__()[2])\n"
      "  for name, value in parts.items(): state[names.index(name)] = value\n"
      "  dtype.__setstate__(tuple(state))\n");
  struct Row {
    const descry_type* type;
    const char* inside;
    const char* parts;
  } const rows[] = {
      {DESCRY_TYPE(dt_whole), "", "itemsize=1"},
      {DESCRY_TYPE(dt_whole), "", "alignment=1"},
      {DESCRY_TYPE(dt_whole), "", "flags=0x1f"},
      {DESCRY_TYPE(dt_whole), "", "fields=dict(own.fields, id=(np.dtype('i1'), 0))"},
      {DESCRY_TYPE(dt_whole), "", "names=tuple(list(own.names))"},
      {DESCRY_TYPE(dt_whole), "", "subarray=(np.dtype('i1'), (3,))"},
      {DESCRY_TYPE(dt_whole), "['pos']", "itemsize=1"},
      {DESCRY_TYPE(dt_whole), "['pos']",
       "fields=dict(x=(np.dtype('i1'), 0), y=(np.dtype('i1'), 1),"
       " z=(np.dtype('i1'), 2))"},
      {DESCRY_TYPE(dt_whole), "['rgb']", "subarray=(np.dtype('f4'), (2,))"},
      {DESCRY_TYPE(dt_whole), "['rgb']", "subarray=(np.dtype('i4'), (3,))"},
      {DESCRY_TYPE(dt_whole), "['rows']", "itemsize=8"},
      {DESCRY_TYPE(dt_whole), "['rows'].base", "subarray=(np.dtype('i2'), (1,))"},
      {DESCRY_TYPE(dt_whole), "['vecs'].base", "itemsize=8"},
      {DESCRY_TYPE(dt_whole), "['vecs'].base", "names=('p', 'q', 'r')"},
      {DESCRY_TYPE(dt_whole), "['label']", "itemsize=1"},
      {DESCRY_TYPE(dt_whole), "['big']", "byteorder='<'"},
      {DESCRY_TYPE(dt_whole), "['born']", "metadata=({}, (b'us', 1, 1, 1))"},
      {DESCRY_TYPE(dt_rows), "", "itemsize=1"},
      {DESCRY_TYPE(dt_rows), "", "subarray=(np.dtype('i1'), (1,))"},
      {DESCRY_TYPE(dt_text), "", "itemsize=1"},
      {DESCRY_TYPE(dt_big), "", "byteorder='<'"},
      {DESCRY_TYPE(dt_born), "", "metadata=({}, (b'us', 1, 1, 1))"},
  };
  for (const Row& row : rows) {
    const Ref before(descry_dtype(row.type));
    ASSERT_TRUE(before) << TakeException();
    SetGlobal("own", before);
    const std::string as_built =
        Repr(Eval("own.itemsize, own.alignment, own.descr if own.names else own"));
    Exec(std::string("change(own") + row.inside + ", " + row.parts + ")");
    const Ref after(descry_dtype(row.type));
    ASSERT_TRUE(after) << TakeException();
    EXPECT_NE(before, after) << row.type->name << row.inside << " " << row.parts;
    SetGlobal("own", after);
    EXPECT_EQ(Repr(Eval("own.itemsize, own.alignment, own.descr if own.names else own")), as_built)
        << row.inside << " " << row.parts;
  }
}

// 40 levels of types, each of which has the one below it twice, at the same bytes.
TEST_F(DtypeTest, OfTypesThatShareTheirElementsTakesAStepForEach) {
  const descry_type* type = DESCRY_TYPE(int64);
  for (int level = 0; level < 40; ++level) {
    auto* name = new std::string("dt_level" + std::to_string(level));
    type = NewRecord(name->c_str(), 8, 8, {Field("a", type, 0), Field("b", type, 0)});
  }
  const Ref dtype(descry_dtype(type));
  ASSERT_TRUE(dtype) << TakeException();
  EXPECT_EQ(dtype, Ref(descry_dtype(type)));
  EXPECT_TRUE(Ref(descry_layout(type)));
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

// Another module's declaration of the same name has a class of its own.
TEST_F(DtypeTest, OfObjectsNeedsTheClassOfEachDeclarationAndKeepsIt) {
  handle_class = &PyDict_Type;
  ASSERT_EQ(descry_register(DESCRY_TYPE(dt_handle)), 0);
  static PyTypeObject* other_class;
  static descry_state state;
  static descry_type other = *DESCRY_TYPE(dt_handle);
  other.class_ptr = &other_class;
  other.state = &state;
  EXPECT_THAT(descry_dtype(&other), RaisesPython(PyExc_ImportError));
  Exec("class Handle: pass");
  const Ref made = Eval("Handle");
  const Py_ssize_t before = Py_REFCNT(made.get());
  other_class = reinterpret_cast<PyTypeObject*>(made.get());
  EXPECT_EQ(Str(Ref(descry_dtype(&other))), "object");
  EXPECT_EQ(Py_REFCNT(made.get()), before + 1);
}

TEST_F(DtypeTest, IsSharedByDeclarationsThatAgree) {
  const descry_type* same_layout =
      NewRecord("dt_vec3", 24, 8,
                {Field("z", DESCRY_TYPE(float64), 16), Field("x", DESCRY_TYPE(float64), 0),
                 Field("y", DESCRY_TYPE(float64), 8)});
  EXPECT_EQ(Ref(descry_dtype(same_layout)), Ref(descry_dtype(DESCRY_TYPE(dt_vec3))));
}

TEST_F(DtypeTest, OfOneNameAndTwoLayoutsAreTwo) {
  ASSERT_EQ(descry_register(DESCRY_TYPE(dt_fresh)), 0);
  const descry_type* other = NewRecord("dt_fresh", 8, 8, {Field("a", DESCRY_TYPE(float64), 0)});
  const descry_type* same = NewRecord("dt_fresh", 8, 8, {Field("a", DESCRY_TYPE(float64), 0)});
  const Ref dtype(descry_dtype(other));
  EXPECT_TRUE(SameDtype(dtype, Eval("np.dtype([('a', 'f8')], align=True)")));
  EXPECT_EQ(Ref(descry_dtype(same)), dtype);
  EXPECT_TRUE(SameDtype(Ref(descry_dtype(DESCRY_TYPE(dt_fresh))),
                        Eval("np.dtype([('a', 'i4')], align=True)")));
  EXPECT_EQ(descry_find("dt_fresh"), DESCRY_TYPE(dt_fresh));
}

// Each differs from the first in one thing that a dtype has, under one name.
TEST_F(DtypeTest, OfOneNameAreTwoWhateverDiffers) {
  const descry_type* i4 = DESCRY_TYPE(int32);
  static const size_t kTwo[] = {2}, kFour[] = {4};
  descry_field array = Field("a", i4, 0);
  array.ndim = 1;
  array.shape = kTwo;
  descry_field text = Field("a", DESCRY_TYPE(bytes), 0), opaque = Field("a", DESCRY_TYPE(void_), 0);
  text.ndim = opaque.ndim = 1;
  text.shape = opaque.shape = kFour;
  const descry_type* types[] = {
      NewRecord("dt_one", 8, 4, {Field("a", i4, 0)}),
      NewRecord("dt_one", 8, 4, {Field("b", i4, 0)}),
      NewRecord("dt_one", 8, 4, {Field("a", i4, 4)}),
      NewRecord("dt_one", 8, 4, {Field("a", i4, 0, "title")}),
      NewRecord("dt_one", 8, 4, {Field("a", DESCRY_TYPE(uint32), 0)}),
      NewRecord("dt_one", 8, 4, {Field("a", DESCRY_TYPE(int32_be), 0)}),
      NewRecord("dt_one", 8, 4, {Field("a", i4, 0), Field("b", i4, 4)}),
      NewRecord("dt_one", 8, 4, {array}),
      NewRecord("dt_one", 8, 4, {text}),
      NewRecord("dt_one", 8, 4, {opaque}),
      NewRecord("dt_one", 12, 4, {Field("a", i4, 0)}),
      NewRecord("dt_one", 8, 8, {Field("a", i4, 0)}),
      NewRecord("dt_one", 8, 4, {}),
  };
  std::vector<Ref> dtypes;
  for (const descry_type* type : types) {
    dtypes.emplace_back(descry_dtype(type));
    ASSERT_TRUE(dtypes.back()) << TakeException();
    for (size_t i = 0; i + 1 < dtypes.size(); ++i) EXPECT_NE(dtypes[i], dtypes.back()) << i;
    EXPECT_EQ(descryi_descr_itemsize(dtypes.back().get()), static_cast<Py_ssize_t>(type->size));
  }
  for (size_t i = 0; i < dtypes.size(); ++i) EXPECT_EQ(Ref(descry_dtype(types[i])), dtypes[i]);
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

descry_type TypeOf(unsigned kind, const char* name, const descry_field* field, descry_state* state,
                   unsigned flags) {
  return {DESCRY_TYPE_VERSION,
          kind,
          name,
          8,
          8,
          1,
          field,
          nullptr,
          nullptr,
          state,
          flags,
          nullptr,
          nullptr};
}

// Which bytes are padding depends on all that is nested in a record: the search for it must neither
// follow a cycle nor take each of many ways to the same union.
TEST_F(DtypeTest, RefusesATypeThatContainsItselfWhereItsPaddingIsKnown) {
  for (const unsigned kind : {DESCRY_KIND_RECORD, DESCRY_KIND_ALIAS, DESCRY_KIND_TRANSPARENT}) {
    static descry_state states[2];
    static descry_field fields[2];
    static descry_type outer, inner;
    outer = TypeOf(DESCRY_KIND_RECORD, "dt_outer", &fields[0], &states[0], DESCRY_TYPE_PADDING);
    inner = TypeOf(kind, "dt_inner", &fields[1], &states[1],
                   kind == DESCRY_KIND_RECORD ? DESCRY_TYPE_PADDING : 0);
    fields[0] = Field("inside", &inner, 0);
    fields[1] = Field("again", &inner, 0);
    EXPECT_THAT(descry_dtype(&outer),
                RaisesPython(PyExc_TypeError, "dt_inner contains itself: dt_inner -> dt_inner"))
        << kind;
  }
}

TEST_F(DtypeTest, BuildsUnionsThatHaveEachOtherManyTimesOver) {
  enum { kLevels = 40 };
  static descry_state states[kLevels];
  static descry_field fields[kLevels][2];
  static descry_type types[kLevels];
  for (int i = 0; i < kLevels; ++i) {
    const descry_type* element = i == 0 ? DESCRY_TYPE(int64) : &types[i - 1];
    fields[i][0] = Field("a", element, 0);
    fields[i][1] = Field("b", element, 0);
    types[i] = TypeOf(DESCRY_KIND_RECORD, "dt_union", fields[i], &states[i], DESCRY_TYPE_PADDING);
    types[i].field_count = 2;
  }
  EXPECT_EQ(descry_dtype_itemsize(Ref(descry_dtype(&types[kLevels - 1])).get()), 8);
}

TEST_F(DtypeTest, RefusesARecordThatForgetsAMember) {
  EXPECT_THAT(
      descry_dtype(NewRecord("dt_forgetful", 16, 8, {Field("a", DESCRY_TYPE(int32), 0)}, 0)),
      RaisesPython(
          PyExc_TypeError,
          "dt_forgetful: the fields listed leave out a member at offset 4: list it, or use "
          "DESCRY_RECORD_PARTIAL"));
}

}  // namespace
}  // namespace descry_test
