// SPDX-License-Identifier: BSD-3-Clause
// for_each, zip and functions of C++.

#include <descry/descry.hpp>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

class CxxLoopTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("Point", Ref(descry::dtype<Point>().release()));
    Exec("p = np.zeros((2, 3), Point); p['x'] = np.arange(6).reshape(2, 3); p['y'] = 1\n");
  }
};

TEST_F(CxxLoopTest, CallsForEachElementOfAll) {
  Exec("out = np.zeros((2, 3))");
  {
    const descry::view<Point> points(Eval("p").get());
    const descry::view<double> factors(Eval("np.array([[1.], [10.]])").get());
    descry::writable_view<double> out(Eval("out").get());
    descry::for_each(points, factors, out,
                     [](const Point& point, const double& factor, double& product) {
                       product = point.x * factor;
                     });
  }
  EXPECT_EQ(Repr(Eval("out.tolist()")), "[[0.0, 1.0, 2.0], [30.0, 40.0, 50.0]]");
}

TEST_F(CxxLoopTest, ZipsInCOrder) {
  descry::writable_view<Point> points(Eval("p[::-1].T").get());
  const descry::view<double> numbers(Eval("np.array([1., 2.])").get());
  std::vector<double> seen;
  const descry::zip both(points, numbers);
  EXPECT_EQ(both.size(), 6);
  for (auto [point, number] : both) {
    seen.push_back(point.x * 10 + number);
    point.y = number;
  }
  EXPECT_EQ(seen, (std::vector<double>{31, 2, 41, 12, 51, 22}));
  points.close();
  EXPECT_EQ(Repr(Eval("p['y'].tolist()")), "[[2.0, 2.0, 2.0], [1.0, 1.0, 1.0]]");
  int count = 0;
  const descry::view<double> nothing(Eval("np.zeros((0, 2))").get());
  for (auto each : descry::zip(nothing, numbers)) {
    (void)each;
    ++count;
  }
  EXPECT_EQ(count, 0);
}

TEST_F(CxxLoopTest, ThrowsWhereShapesDoNotFit) {
  const descry::view<double> two(Eval("np.zeros(2)").get()), three(Eval("np.zeros(3)").get());
  try {
    descry::for_each(two, three, [](double, double) {});
    FAIL();
  } catch (const descry::error& raised) {
    EXPECT_TRUE(raised.matches(PyExc_ValueError)) << raised.what();
  }
  EXPECT_THROW(descry::zip(two, three), descry::error);
}

TEST_F(CxxLoopTest, MakesFunctionsOfLambdas) {
  const auto norm = [](const Point& point) noexcept { return point.x * point.x + point.y; };
  SetGlobal("norm", Ref(descry::function("norm", norm, "The norm.").release()));
  EXPECT_EQ(Repr(Eval("norm(p).tolist()")), "[[1.0, 2.0, 5.0], [10.0, 17.0, 26.0]]");
  EXPECT_EQ(Repr(Eval("norm.types")), "['Point -> float64']");
  EXPECT_EQ(Repr(Eval("norm(np.zeros(100000, Point), threads=2).sum() == 0")),
            Repr(Eval("np.True_")));
  const auto turn = [](Point point, double by) { return Point{point.y * by, -point.x * by}; };
  SetGlobal("turn", Ref(descry::function("turn", turn).release()));
  Exec("q = p.copy(); turn(q, 2, out=q)");
  EXPECT_EQ(Repr(Eval("q[1, 2].tolist()")), "(2.0, -10.0)");
}

TEST_F(CxxLoopTest, MakesFunctionsOfSeveralResults) {
  const auto split = [](const Point& point) noexcept { return std::tuple(point.x, point.y); };
  SetGlobal("split", Ref(descry::function("split", split).release()));
  EXPECT_EQ(Repr(Eval("split(p[1, 2])")), Repr(Eval("(np.float64(5), np.float64(1))")));
}

TEST_F(CxxLoopTest, PassesExceptionsOn) {
  const auto root = [](double number) {
    if (number < 0) throw std::domain_error("no root");
    return number;
  };
  SetGlobal("root", Ref(descry::function("root", root).release()));
  EXPECT_EQ(Repr(Eval("root(4.0)")), Repr(Eval("np.float64(4)")));
  Exec("try: root(np.array([1., -1.]))\nexcept RuntimeError as error: text = str(error)");
  EXPECT_EQ(Str(Eval("text")), "no root");
}

TEST_F(CxxLoopTest, AddsSignaturesToAModulesFunction) {
  Exec("import types; module = types.ModuleType('made')");
  PyObject* const module = Eval("module").get();
  descry::add_function(module, "twice", [](std::int64_t n) noexcept { return n * 2; });
  descry::add_function(module, "twice", [](double n) noexcept { return n * 2; });
  EXPECT_EQ(Repr(Eval("module.twice.types")), "['int64 -> int64', 'float64 -> float64']");
  EXPECT_EQ(Repr(Eval("module.twice(np.arange(3)).tolist() + [module.twice(1.5) == 3]")),
            Repr(Eval("[0, 2, 4, np.True_]")));
}

TEST_F(CxxLoopTest, AddsArithmeticOnAStruct) {
  Exec("import types; module = types.ModuleType('made')");
  descry::add_arithmetic<Point>(Eval("module").get());
  EXPECT_EQ(Repr(Eval("module.multiply(module.add(p, p), 2).tolist()")),
            Repr(Eval("[[(4 * each['x'], 4 * each['y']) for each in row] for row in p]")));
}

TEST_F(CxxLoopTest, ExtendsUfuncsByLambdas) {
  const bool extended = descry::extend_ufunc(
      "maximum", [](const Point& a, const Point& b) noexcept { return a.x < b.x ? b : a; });
  SetGlobal("extended", Ref(PyBool_FromLong(extended)));
  EXPECT_EQ(Repr(Eval("extended")), Repr(Eval("int(np.__version__[0]) >= 2")));
  if (!extended) return;
  EXPECT_EQ(Repr(Eval("np.maximum.reduce(p, axis=None)['x'] == p['x'].max()")),
            Repr(Eval("np.True_")));
  EXPECT_THROW(descry::extend_ufunc("no_such", [](const Point& a) noexcept { return a; }),
               descry::error);
  PyErr_Clear();
}

}  // namespace
}  // namespace descry_test
