// SPDX-License-Identifier: BSD-3-Clause
// dtype and array: what C++ makes for Python.

#include <gmock/gmock.h>

#include <array>
#include <complex>
#include <cstdint>
#include <descry/descry.hpp>
#include <list>
#include <utility>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

using CxxArrayTest = PythonTest;

Ref Take(descry::object made) { return Ref(made.release()); }

// Both have the same dtype, shape and elements.
void ExpectSame(const Ref& array, const char* expression) {
  EXPECT_TRUE(SameDtype(Ref(PyObject_GetAttrString(array.get(), "dtype")),
                        Eval("(" + std::string(expression) + ").dtype")));
  SetGlobal("a", array);
  EXPECT_EQ(Str(Eval("a.tolist()")), Str(Eval("(" + std::string(expression) + ").tolist()")));
  Exec("a = None");
}

template <class T>
void ExpectDtype(const char* expression) {
  EXPECT_TRUE(SameDtype(Take(descry::dtype<T>()), Eval(expression))) << expression;
}

TEST_F(CxxArrayTest, FindsTheDtypeByTheType) {
  ExpectDtype<bool>("np.dtype('?')");
  ExpectDtype<char16_t>("np.dtype('u2')");
  ExpectDtype<const long>("np.dtype('i8')");
  ExpectDtype<float>("np.dtype('f4')");
  ExpectDtype<std::complex<double>>("np.dtype('c16')");
  ExpectDtype<PyObject*>("np.dtype('O')");
  ExpectDtype<Number*>("np.dtype('O')");
  ExpectDtype<Kind>("np.dtype('u1')");
  ExpectDtype<Particle>(
      "np.dtype([('id', 'i8'), ('where', [('x', 'f8'), ('y', 'f8')]), ('rgb', 'f4', (3,)), "
      "('kind', 'u1')], align=True)");
  static_assert(descry::type_of<Particle>() == DESCRY_TYPE(Particle));
}

TEST_F(CxxArrayTest, AdoptsAVectorWithoutACopy) {
  std::vector<Particle> vector(3);
  vector[2].where.y = 2.5;
  Particle* const data = vector.data();
  SetGlobal("a", Take(descry::array<Particle>(std::move(vector))));
  EXPECT_TRUE(vector.empty());
  EXPECT_EQ(Str(Eval("a['where']['y'].tolist()")), "[0.0, 0.0, 2.5]");
  Exec("a['id'][1] = 7");
  EXPECT_EQ(data[1].id, 7);
  Exec("b = a['id']; a = None");
  EXPECT_EQ(Str(Eval("b.tolist()")), "[0, 7, 0]");
  Exec("b = None");  // AddressSanitizer sees whether the vector is freed, once
}

TEST_F(CxxArrayTest, AdoptsAnEmptyVector) {
  ExpectSame(Take(descry::array(std::vector<double>())), "np.zeros(0)");
}

TEST_F(CxxArrayTest, FailedAdoptionLeavesTheVector) {
  std::vector<Point> vector = {{1, 2}, {3, 4}};
  const Point* const data = vector.data();
  try {
    descry::array<Point> never(std::move(vector), 0x80);
    FAIL();
  } catch (const descry::error& raised) {
    EXPECT_TRUE(raised.matches(PyExc_ValueError)) << raised.what();
  }
  EXPECT_EQ(vector.size(), 2u);
  EXPECT_EQ(vector.data(), data);
}

TEST_F(CxxArrayTest, ReadOnlyOnRequest) {
  SetGlobal("a", Take(descry::array<int>({1, 2, 3}, DESCRY_READ)));
  EXPECT_EQ(Str(Eval("a.flags.writeable")), "False");
  Exec("a = None");
}

TEST_F(CxxArrayTest, TakesTheReferencesInAVector) {
  const Ref list = Eval("[]");
  const Py_ssize_t before = Py_REFCNT(list.get());
  Py_INCREF(list.get());
  Py_INCREF(list.get());
  Take(descry::array(std::vector<PyObject*>{list.get(), list.get()}));
  EXPECT_EQ(Py_REFCNT(list.get()), before);
}

TEST_F(CxxArrayTest, CopiesRanges) {
  const std::list<int> numbers = {1, 2, 3};
  ExpectSame(Take(descry::array<int>::from(numbers)), "np.array([1, 2, 3], 'i4')");
  ExpectSame(Take(descry::array<double>(numbers.begin(), numbers.end())), "np.array([1., 2, 3])");
}

TEST_F(CxxArrayTest, TakesShapesInEveryForm) {
  using ints = descry::array<int>;
  const std::vector<Py_ssize_t> lengths = {2, 1};
  ExpectSame(Take(ints::zeros(2)), "np.zeros(2, 'i4')");
  ExpectSame(Take(ints::zeros({})), "np.zeros((), 'i4')");
  ExpectSame(Take(ints::zeros({2, 3})), "np.zeros((2, 3), 'i4')");
  ExpectSame(Take(ints::full(lengths, 5)), "np.full((2, 1), 5, 'i4')");
  EXPECT_EQ(
      Str(Ref(PyObject_GetAttrString(Take(ints::empty({2, 3}, DESCRY_F_ORDER)).get(), "strides"))),
      "(4, 8)");
}

// All of its integer types, whatever signedness and width.
template <class Integer>
void ExpectShapesOf() {
  using ints = descry::array<int>;
  const std::vector<Integer> lengths = {2, 1};
  const std::array<Integer, 2> fixed = {2, 1};
  const Integer plain[] = {2, 1};
  const Integer two = 2;
  ExpectSame(Take(ints::zeros(lengths)), "np.zeros((2, 1), 'i4')");
  ExpectSame(Take(ints::zeros(fixed)), "np.zeros((2, 1), 'i4')");
  ExpectSame(Take(ints::zeros(plain)), "np.zeros((2, 1), 'i4')");
  ExpectSame(Take(ints::zeros(two)), "np.zeros(2, 'i4')");
  ExpectSame(Take(ints::zeros({two, two})), "np.zeros((2, 2), 'i4')");
}

TEST_F(CxxArrayTest, TakesShapesOfEveryIntegerType) {
  ExpectShapesOf<signed char>();
  ExpectShapesOf<unsigned char>();
  ExpectShapesOf<short>();
  ExpectShapesOf<unsigned short>();
  ExpectShapesOf<int>();
  ExpectShapesOf<unsigned>();
  ExpectShapesOf<long>();
  ExpectShapesOf<unsigned long>();
  ExpectShapesOf<long long>();
  ExpectShapesOf<unsigned long long>();
  ExpectSame(Take(descry::array<int>::zeros(std::list<std::size_t>{3})), "np.zeros(3, 'i4')");
}

TEST_F(CxxArrayTest, TakesShapesOfManyDimensions) {
  for (std::size_t ndim = 0; ndim <= 32; ++ndim) {
    std::vector<std::size_t> lengths(ndim, 1);
    if (ndim > 1) lengths[ndim - 2] = 3;
    SetGlobal("a", Take(descry::array<int>::zeros(lengths)));
    SetGlobal("n", Ref(PyLong_FromSize_t(ndim)));
    EXPECT_EQ(
        Str(Eval("a.shape == ((1,) * n)[:-2] + (3, 1)[:n] if n > 1 else a.shape == (1,) * n")),
        "True")
        << ndim;
  }
  Exec("a = n = None");
}

TEST_F(CxxArrayTest, RefusesALengthPastAllMemory) {
  const std::vector<std::size_t> lengths = {SIZE_MAX};
  EXPECT_THAT(descry::call([&] { return descry::array<int>::zeros(lengths); }),
              RaisesPython(PyExc_ValueError));
}

TEST_F(CxxArrayTest, CopiesOrWrapsMemory) {
  Point points[2] = {{1, 2}, {3, 4}};
  const Point* const constant = points;
  SetGlobal("a", Take(descry::array<Point>::copy(points, 2)));
  SetGlobal("b", Take(descry::array<Point>::wrap(points, {2, 1}, Py_None)));
  SetGlobal("c", Take(descry::array<Point>::wrap(constant, 2, Py_None)));
  points[1].y = 9;
  EXPECT_EQ(Str(Eval("[a['y'].tolist(), b['y'].tolist(), c['y'].tolist()]")),
            "[[2.0, 4.0], [[2.0], [9.0]], [2.0, 9.0]]");
  EXPECT_EQ(Str(Eval("(a.flags.writeable, b.flags.writeable, c.flags.writeable)")),
            "(True, True, False)");
  Exec("a = b = c = None");
}

TEST_F(CxxArrayTest, TakesTheTypeThatIsGiven) {
  std::vector<std::int64_t> times = {0, 1};
  ExpectSame(Take(descry::array(std::move(times), DESCRY_WRITE, DESCRY_TYPE(datetime64_s))),
             "np.array([0, 1], 'M8[s]')");
}

TEST_F(CxxArrayTest, RefusesATypeOfAnotherSize) {
  const auto misfit = [] { return descry::array<int>::full(2, 5, 0, DESCRY_TYPE(Particle)); };
  EXPECT_THAT(descry::call(misfit),
              RaisesPython(PyExc_TypeError,
                           "elements of Particle have 40 bytes, expected a type "
                           "of that size, got one of 4"));
  // The elements of an object type are pointers.
  const auto instances = [] { return descry::array<Number>(std::vector<Number>(1)); };
  EXPECT_THAT(descry::call(instances), RaisesPython(PyExc_TypeError, HasSubstr("have 8 bytes")));
}

TEST_F(CxxArrayTest, TakesAndGivesSingleElements) {
  const Ref row = Eval("{'x': 1.5, 'y': 2}");
  const descry::element<Point> point(row.get());
  EXPECT_EQ(point->x, 1.5);
  EXPECT_EQ((*point).y, 2);
  EXPECT_EQ(Str(Take(point.dict())), "{'x': 1.5, 'y': 2.0}");
  EXPECT_EQ(Str(Take(point.tuple())), "(1.5, 2.0)");
  const Ref scalar = Take(descry::element<Point>(Point{3, 4}).scalar());
  EXPECT_EQ(Str(Ref(PyObject_CallMethod(scalar.get(), "item", nullptr))), "(3.0, 4.0)");
  EXPECT_EQ(*descry::element<float>(Eval("0.5").get()), 0.5F);
}

TEST_F(CxxArrayTest, RefusesElementsThatDoNotFit) {
  const auto take = [](const char* text) {
    return descry::call(
        [&] { return int(descry::element<Point>(descry::argument(Eval(text).get(), "at"))->x); });
  };
  EXPECT_THAT(take("(1, 'two')"), RaisesPython(PyExc_TypeError, HasSubstr("argument 'at': ")));
  EXPECT_THAT(take("{'x': 1}"), RaisesPython(PyExc_ValueError, HasSubstr("y")));
  const auto take_object = [] {
    const Ref list = Eval("[]");
    return int(*descry::element<PyObject*>(descry::argument(list.get())) == list.get());
  };
  EXPECT_THAT(descry::call(take_object), RaisesPython(PyExc_TypeError, HasSubstr("hold objects")));
}

TEST_F(CxxArrayTest, ThrowsWhatTheCFunctionRaises) {
  EXPECT_THAT(descry::call([] {
                return descry::array<int>::zeros({2, -1});
              }),
              RaisesPython(PyExc_ValueError, "shape[1] is -1, a length cannot be negative"));
}

}  // namespace
}  // namespace descry_test
