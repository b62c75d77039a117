// SPDX-License-Identifier: BSD-3-Clause
// Rows, columns and ranges from C++: what Python has becomes an array or a vector, and goes back.

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <descry/descry.hpp>
#include <forward_list>
#include <sstream>
#include <utility>
#include <vector>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

#if __has_include(<ranges>) && __cplusplus > 202002L
#include <ranges>
#endif

namespace descry_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CxxConvertTest : public PythonTest {
 protected:
  void SetUp() override { SetGlobal("Point", Ref(descry::dtype<Point>().release())); }

  // What Python says of `expression`, in which `r` is the result.
  std::string Of(const descry::object& result, const char* expression) {
    Py_INCREF(result.get());
    SetGlobal("r", Ref(result.get()));
    const std::string text = Repr(Eval(expression));
    Exec("r = None");
    return text;
  }

  static constexpr const char* kPoints = "(r.dtype == Point, r.tolist())";
};

// What is easily compared.
std::vector<std::pair<double, double>> Pairs(const std::vector<Point>& points) {
  std::vector<std::pair<double, double>> pairs;
  for (const Point& each : points) pairs.emplace_back(each.x, each.y);
  return pairs;
}

TEST_F(CxxConvertTest, MakesArraysOfRowsAndColumns) {
  const char* const expected = "(True, [(1.0, 2.0), (3.0, 4.0)])";
  const Ref rows = Eval("[(1, 2), {'y': 4, 'x': 3}]");
  const Ref columns = Eval("{'y': np.array([2., 4.]), 'x': [1, 3]}");
  EXPECT_EQ(Of(descry::from_rows<Point>(rows.get()), kPoints), expected);
  EXPECT_EQ(Of(descry::from_columns<Point>(columns.get()), kPoints), expected);
  EXPECT_EQ(Of(descry::array_from<Point>(rows.get()), kPoints), expected);
  EXPECT_EQ(Of(descry::array_from<Point>(columns.get()), kPoints), expected);
  const descry::array<Point> made = descry::from_rows<Point>(rows.get());
  EXPECT_EQ(descry::array_from<Point>(made.get()).get(), made.get());
}

TEST_F(CxxConvertTest, ConvertsByTheNamesOfTheFields) {
  const Ref other = Eval("np.array([(2, 1)], [('y', 'f4'), ('x', 'i2')])");
  EXPECT_EQ(Of(descry::convert<Point>(other.get()), kPoints), "(True, [(1.0, 2.0)])");
  EXPECT_THROW(descry::convert<Point>(other.get(), 0), descry::error);
}

TEST_F(CxxConvertTest, TakesFlagsAndTypesOfAnyName) {
  const Ref rows = Eval("[{'x': 1, 'z': 5}]");
  EXPECT_THROW(descry::from_rows<Point>(rows.get()), descry::error);
  EXPECT_EQ(Of(descry::from_rows<Point>(rows.get(), DESCRY_MISSING_IS_ZERO | DESCRY_EXTRA_IGNORED),
               "r.tolist()"),
            "[(1.0, 0.0)]");
  const Ref times = Eval("[np.datetime64('1970-01-02', 'ns')]");
  EXPECT_EQ(Of(descry::from_rows<std::int64_t>(times.get(), 0, DESCRY_TYPE(datetime64_D)),
               "(r.dtype.str, r.view('i8').tolist())"),
            "('<M8[D]', [1])");
  EXPECT_THAT(descry::to_vector<std::int64_t>(times.get(), 0, DESCRY_TYPE(datetime64_s)),
              ElementsAre(86400));
}

TEST_F(CxxConvertTest, FailuresNameTheArgument) {
  const auto fail = [](auto make) { return descry::call(make); };
  const Ref rows = Eval("[(1, 2), (3, 'four')]");
  const descry::argument points(rows.get(), "points");
  const auto message =
      HasSubstr("argument 'points': row 1, field 'y': expected float64, got str 'four'");
  EXPECT_THAT(fail([&] { return descry::from_rows<Point>(points); }),
              RaisesPython(PyExc_TypeError, message));
  EXPECT_THAT(fail([&] { return descry::array_from<Point>(points); }),
              RaisesPython(PyExc_TypeError, message));
  EXPECT_THAT(fail([&] { return int(descry::to_vector<Point>(points).size()); }),
              RaisesPython(PyExc_TypeError, message));
  EXPECT_THAT(fail([&] { return descry::from_columns<Point>(points); }),
              RaisesPython(PyExc_TypeError, HasSubstr("argument 'points': expected columns")));
  EXPECT_THAT(fail([&] { return descry::convert<Point>(points); }),
              RaisesPython(PyExc_TypeError, HasSubstr("argument 'points': expected an array")));
}

// A T of another size than the type says is never stored or read.
TEST_F(CxxConvertTest, RefusesATypeThatIsNotT) {
  const Ref rows = Eval("[(1, 2)]");
  EXPECT_THAT(descry::call([&] {
                return descry::from_rows<std::int64_t>(rows.get(), 0, DESCRY_TYPE(Point));
              }),
              RaisesPython(PyExc_TypeError));
  EXPECT_THAT(
      descry::call([&] {
        return int(descry::to_vector<std::int64_t>(rows.get(), 0, DESCRY_TYPE(Point)).size());
      }),
      RaisesPython(PyExc_TypeError));
}

TEST_F(CxxConvertTest, CopiesIntoVectors) {
  for (const char* text :
       {"[(1, 2), [3, 4]]", "({'x': x, 'y': x + 1} for x in (1, 3))", "{'x': [1, 3], 'y': (2, 4)}",
        "np.array([(1, 2), (3, 4)], Point)", "np.array([(3, 4), (1, 2)], Point)[::-1]",
        "np.array([[(1, 2)], [(3, 4)]], Point)", "np.array([(1, 2), (3, 4)], Point).tobytes()"}) {
    EXPECT_THAT(Pairs(descry::to_vector<Point>(Eval(text).get())),
                ElementsAre(std::pair(1.0, 2.0), std::pair(3.0, 4.0)))
        << text;
  }
  EXPECT_THAT(descry::to_vector<bool>(Eval("[True, 0]").get()), ElementsAre(true, false));
  EXPECT_TRUE(descry::to_vector<Point>(Eval("[]").get()).empty());
}

TEST_F(CxxConvertTest, VectorsDoNotOwnReferences) {
  EXPECT_THAT(
      descry::call([] { return int(descry::to_vector<PyObject*>(Eval("[[]]").get()).size()); }),
      RaisesPython(PyExc_TypeError, HasSubstr("hold objects")));
}

TEST_F(CxxConvertTest, OpensViewsOfAnything) {
  const Ref rows = Eval("[(1, 2), (3, 4)]");
  const auto points = descry::view<Point, 1>::of_any(rows.get());
  EXPECT_EQ(points(1).y, 4);
  EXPECT_THROW((descry::view<Point, 2>::of_any(rows.get())), descry::error);
  EXPECT_THAT(descry::call([] {
                return int(descry::view<Point>::of_any(descry::argument(Py_None, "all")).size());
              }),
              RaisesPython(PyExc_TypeError, HasSubstr("argument 'all': expected an array")));
}

TEST_F(CxxConvertTest, GivesRowsAndColumnsOfViews) {
  SetGlobal("a", Eval("np.array([[(1, 2)], [(3, 4)]], Point)"));
  const descry::view<Point> points(Eval("a").get());
  const descry::any_view untyped(Eval("a").get());
  EXPECT_EQ(Of(descry::to_rows(points), "r"), "[[(1.0, 2.0)], [(3.0, 4.0)]]");
  EXPECT_EQ(Of(descry::to_rows(untyped), "r"), "[[(1.0, 2.0)], [(3.0, 4.0)]]");
  EXPECT_EQ(Of(descry::to_dicts(points), "r == [[{'x': 1, 'y': 2}], [{'x': 3, 'y': 4}]]"), "True");
  EXPECT_EQ(Of(descry::to_columns(untyped), "r['y'].tolist()"), "[[2.0], [4.0]]");
  descry::writable_view<Point> written(Eval("a.copy()").get());
  EXPECT_EQ(Of(descry::to_columns(written), "r['x'].tolist()"), "[[1.0], [3.0]]");
}

TEST_F(CxxConvertTest, GivesRowsAndColumnsOfRanges) {
  std::vector<Point> vector = {{1, 2}, {3, 4}};
  const std::array<Point, 2> constant = {vector[0], vector[1]};
  const std::forward_list<Point> linked(vector.begin(), vector.end());
  const descry::owned_vector<Point> owned(std::vector<Point>{vector});
  const char* const rows = "[(1.0, 2.0), (3.0, 4.0)]";
  EXPECT_EQ(Of(descry::to_rows(vector), "r"), rows);
  EXPECT_EQ(Of(descry::to_rows(constant), "r"), rows);
  EXPECT_EQ(Of(descry::to_rows(linked), "r"), rows);
  EXPECT_EQ(Of(descry::to_rows(owned), "r"), rows);
  EXPECT_EQ(Of(descry::to_rows(std::vector<Point>()), "r"), "[]");
  EXPECT_EQ(Of(descry::to_dicts(vector), "r[1]"), "{'x': 3.0, 'y': 4.0}");
  EXPECT_EQ(Of(descry::to_columns(linked), "r['y'].tolist()"), "[2.0, 4.0]");
  EXPECT_EQ(Of(descry::to_columns(std::vector<Particle>(2), DESCRY_FLAT), "sorted(r)"),
            "['id', 'kind', 'rgb', 'where.x', 'where.y']");
  EXPECT_EQ(Of(descry::to_rows(std::vector<std::int64_t>{1}, DESCRY_TYPE(datetime64_D)), "r"),
            "[datetime.date(1970, 1, 2)]");
  EXPECT_THROW(descry::to_rows(vector, DESCRY_TYPE(float64)), descry::error);
}

TEST_F(CxxConvertTest, MakesArraysOfRangesOfEveryKind) {
  std::istringstream numbers("1 2 3");
  const descry::array<double> read{std::istream_iterator<double>(numbers),
                                   std::istream_iterator<double>()};
  EXPECT_EQ(Of(read, "r.tolist()"), "[1.0, 2.0, 3.0]");
  const std::forward_list<int> linked = {3, 4};
  EXPECT_EQ(Of(descry::array<int>::from(linked), "r.tolist()"), "[3, 4]");
  std::vector<Point> points = {{1, 2}};
  EXPECT_EQ(Of(descry::array<Point>::from(points), kPoints), "(True, [(1.0, 2.0)])");
  EXPECT_EQ(points.size(), 1u);
// clang up to 15 does not compile the views of libstdc++.
#if defined(__cpp_lib_ranges) && !(defined(__clang__) && __clang_major__ < 16)
  const auto odd = [](int number) { return number % 2 == 1; };
  auto some = std::views::iota(0) | std::views::filter(odd) |
              std::views::take_while([](int number) { return number < 6; });
  EXPECT_EQ(Of(descry::array<int>::from(some), "r.tolist()"), "[1, 3, 5]");
  EXPECT_EQ(Of(descry::to_rows(some), "r"), "[1, 3, 5]");
  std::istringstream more("4 5");
  EXPECT_EQ(Of(descry::array<int>::from(std::views::istream<int>(more)), "r.tolist()"), "[4, 5]");
#endif
}

TEST_F(CxxConvertTest, CountsReferences) {
  const Ref rows = Eval("[(1, 2)]");
  const Py_ssize_t before = Py_REFCNT(rows.get());
  descry::from_rows<Point>(rows.get());
  descry::to_vector<Point>(rows.get());
  descry::to_rows(descry::view<Point>::of_any(rows.get()));
  EXPECT_THROW(descry::from_columns<Point>(rows.get()), descry::error);
  EXPECT_EQ(Py_REFCNT(rows.get()), before);
}

}  // namespace
}  // namespace descry_test
