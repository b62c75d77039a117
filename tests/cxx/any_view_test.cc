// SPDX-License-Identifier: BSD-3-Clause
// any_view: arrays whose elements no struct describes.

#include <gmock/gmock.h>

#include <complex>
#include <cstdint>
#include <descry/descry.hpp>
#include <numeric>
#include <utility>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

// What the call raised: the matcher wants what C functions return.
template <class Call>
PyObject* Raised(const Call& call) {
  return descry::call([&]() -> PyObject* {
    call();
    Py_RETURN_NONE;
  });
}

#define EXPECT_RAISES(expression, exception, text)            \
  EXPECT_THAT(Raised([&] { static_cast<void>(expression); }), \
              RaisesPython(exception, HasSubstr(text)))

class AnyViewTest : public PythonTest {
 protected:
  void SetUp() override {
    PythonTest::SetUp();
    Exec(
        "inner = np.dtype([('x', 'f8'), ('y', 'i4')])\n"
        "a = np.zeros(4, [('id', 'i8'), ('pos', inner), ('rgb', 'f4', (2, 3)), ('o', 'O'),"
        " ('z', 'c16'), ('flag', '?'), ('small', 'u1')])\n"
        "a['id'] = range(4); a['pos']['x'] = [0.5, 1.5, 2.5, 3.5]; a['pos']['y'] = [7, 8, 9, 10]\n"
        "a['rgb'] = np.arange(24).reshape(4, 2, 3); a['o'] = ['a', 'b', 'c', 'd']\n"
        "a['z'] = 1 + 2j; a['flag'] = [0, 1, 0, 1]; a['small'] = 200\n");
  }
  void TearDown() override {
    Exec("a = b = None");
    EXPECT_EQ(PyList_Size(Ref(descry_borrows()).get()), 0);
    PythonTest::TearDown();
  }
};

TEST_F(AnyViewTest, GetsFieldsOfEveryKind) {
  const descry::any_view view(Eval("a").get(), 1);
  EXPECT_EQ(view.get<std::int64_t>("id", 2), 2);
  EXPECT_EQ(view.get<double>("pos.x", 1), 1.5);
  EXPECT_EQ(view.get<std::int32_t>("pos.y", -1), 10);
  EXPECT_EQ(view.get<float>("rgb", 1, 1, 2), 11);
  EXPECT_EQ(view.get<std::complex<double>>("z", 0), std::complex<double>(1, 2));
  EXPECT_TRUE(view.get<bool>("flag", 3));
  EXPECT_EQ(view.get<std::uint8_t>("small", 0), 200);
  EXPECT_STREQ(PyUnicode_AsUTF8(view.get<PyObject*>("o", 1)), "b");
  EXPECT_EQ(view.size(), 4);
  EXPECT_EQ(descry_type_field_count(view.type()), 7u);
}

TEST_F(AnyViewTest, ReadsPackedAndSwappedFieldsAsTheyLie) {
  Exec("b = np.zeros(3, [('c', 'u1'), ('x', 'f8')]); b['x'] = 2.5");
  const descry::any_view view(Eval("b").get());
  EXPECT_EQ(view.get<double>("x", 2), 2.5);
}

TEST_F(AnyViewTest, SetsFields) {
  {
    const descry::any_view view(Eval("a").get(), 1, DESCRY_WRITE);
    view.set("pos.x", 9.25, 1);
    view.set("rgb", 0.5f, 0, 1, 2);
    EXPECT_RAISES(view.set("id", 1.0, 0), PyExc_TypeError, "cannot be seen as");
    EXPECT_RAISES(view.set("o", std::intptr_t{0}, 0), PyExc_TypeError, "cannot be seen as int64");
  }
  EXPECT_EQ(Str(Eval("a['pos']['x'][1], a['rgb'][0, 1, 2].item()")), "(9.25, 0.5)");
  const descry::any_view view(Eval("a").get(), 1);
  EXPECT_RAISES(view.set("pos.x", 1.0, 0), PyExc_ValueError, "opened to read");
}

TEST_F(AnyViewTest, RefusesWhatIsNotThere) {
  const descry::any_view view(Eval("a").get(), 1);
  EXPECT_RAISES(view.get<double>("mass", 0), PyExc_KeyError, "mass");
  EXPECT_RAISES(view.get<double>("pos.z", 0), PyExc_KeyError, "pos.z");
  EXPECT_RAISES(view.get<float>("pos.x", 0), PyExc_TypeError, "");
  EXPECT_RAISES(view.get<std::int64_t>("pos.x", 0), PyExc_TypeError, "cannot be seen as int64");
  EXPECT_RAISES(view.get<std::uint64_t>("id", 0), PyExc_TypeError, "cannot be seen as uint64");
  EXPECT_RAISES(view.get<double>("pos.x", 4), PyExc_IndexError, "4");
  EXPECT_RAISES(view.get<double>("pos.x"), PyExc_IndexError, "");
  EXPECT_RAISES(view.get<float>("rgb", 0), PyExc_IndexError, "");
  EXPECT_RAISES(descry::any_view(Eval("[1]").get()), PyExc_TypeError, "expected an array, got");
  EXPECT_RAISES(descry::any_view(descry::argument(Eval("[1]").get(), "rows")), PyExc_TypeError,
                "argument 'rows'");
  EXPECT_RAISES(descry::any_view(Eval("a").get(), 2), PyExc_TypeError, "expected a 2-d array");
}

TEST_F(AnyViewTest, GoesOverAField) {
  const descry::any_view view(Eval("a").get(), 1);
  double sum = 0;
  for (const double x : view.field<double>("pos.x")) sum += x;
  EXPECT_EQ(sum, 8);
  EXPECT_EQ(view.field<float>("rgb").size(), 24);
  EXPECT_RAISES(view.field<float>("id"), PyExc_TypeError, "");
  EXPECT_RAISES(view.writable_field<double>("pos.x"), PyExc_ValueError, "opened to read");
}

TEST_F(AnyViewTest, WritesOverAField) {
  {
    const descry::any_view view(Eval("a").get(), 1, DESCRY_WRITE);
    for (double& x : view.writable_field<double>("pos.x")) x = 4;
  }
  EXPECT_EQ(Str(Eval("a['pos']['x'].tolist()")), "[4.0, 4.0, 4.0, 4.0]");
}

TEST_F(AnyViewTest, TakesATypeMadeAtRunTimeAndKeepsIt) {
  descry::made_type type = descry::schema("row").add("x", DESCRY_TYPE(float64)).build();
  Exec("b = np.ones((2, 3), [('x', 'f8')])");
  descry::any_view view(Eval("b").get(), std::move(type), 2);
  descry::any_view moved = std::move(view);
  EXPECT_EQ(moved.get<double>("x", 1, 2), 1);
  EXPECT_RAISES(
      descry::any_view(Eval("a").get(), descry::made_type::borrow(DESCRY_TYPE(float64)), 1),
      PyExc_TypeError, "float64");
  moved.close();
}

}  // namespace
}  // namespace descry_test
