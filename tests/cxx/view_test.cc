// SPDX-License-Identifier: BSD-3-Clause
// view and writable_view: what C++ takes from Python.

#include <gmock/gmock.h>

#include <algorithm>
#include <descry/descry.hpp>
#include <memory>
#include <numeric>
#include <utility>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two views conflict, or not, only while they are open: each test closes all that it opens.
class CxxViewTest : public PythonTest {
 protected:
  void TearDown() override {
    Exec("a = b = None");
    EXPECT_EQ(PyList_Size(Ref(descry_borrows()).get()), 0);
    PythonTest::TearDown();
  }

  template <class T>
  static std::vector<T> Elements(const char* expression) {
    const Ref array = Eval(expression);
    const descry::view<T> view(array.get());
    return std::vector<T>(view.begin(), view.end());
  }

  // Whether somebody may write to the array now.
  static bool IsFree(const Ref& array) {
    try {
      descry::writable_view<int> probe(array.get());
      return true;
    } catch (const descry::error& raised) {
      EXPECT_TRUE(raised.matches(PyExc_BufferError)) << raised.what();
      return false;
    }
  }
};

TEST_F(CxxViewTest, IteratesOverAnyStridesInCOrder) {
  Exec("a = np.arange(12, dtype='i4').reshape(3, 4)");
  EXPECT_THAT(Elements<int>("a[0]"), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Elements<int>("a[0, ::-2]"), ElementsAre(3, 1));
  EXPECT_THAT(Elements<int>("a[:2, 1:3]"), ElementsAre(1, 2, 5, 6));
  EXPECT_THAT(Elements<int>("a.T[:2]"), ElementsAre(0, 4, 8, 1, 5, 9));
  EXPECT_THAT(Elements<int>("a[1:1]"), ElementsAre());
  EXPECT_THAT(Elements<int>("a[1, 2, ...]"), ElementsAre(6));
  EXPECT_THAT(Elements<int>("a.reshape(3, 2, 2)[:, ::-1, 1]"), ElementsAre(3, 1, 7, 5, 11, 9));
}

TEST_F(CxxViewTest, IteratorsAreRandomAccess) {
  Exec("a = np.array([[3, 9], [1, 9], [2, 9]], 'i4')");
  {
    const descry::writable_view<int> view(Eval("a[:, :1]").get());
    std::sort(view.begin(), view.end());
    EXPECT_TRUE(std::binary_search(view.begin(), view.end(), 2));
    EXPECT_EQ(view.end() - view.begin(), 3);
    EXPECT_EQ(view.begin()[1], 2);
    EXPECT_EQ(*--view.end(), 3);
    EXPECT_EQ(std::accumulate(view.begin(), view.end(), 0), 6);
  }
  EXPECT_EQ(Str(Eval("a.tolist()")), "[[1, 9], [2, 9], [3, 9]]");
}

TEST_F(CxxViewTest, AddressesElements) {
  Exec("a = np.arange(6, dtype='i4').reshape(2, 3)");
  {
    const descry::writable_view<int> view(Eval("a").get(), 2);
    view(1, 2) = 50;
    view.at(-2, -1) = 20;
    EXPECT_EQ(view(0, 1), 1);
    EXPECT_EQ(view.ndim(), 2);
    EXPECT_EQ(view.shape(1), 3);
    EXPECT_EQ(view.stride(0), 12);
  }
  EXPECT_EQ(Str(Eval("a.tolist()")), "[[0, 1, 20], [3, 4, 50]]");
}

TEST_F(CxxViewTest, CheckedAccessThrows) {
  const Ref array = Eval("np.zeros((2, 3), 'i4')");
  const descry::view<int> view(array.get());
  EXPECT_THAT(descry::call([&] { return view.at(1, 3); }),
              RaisesPython(PyExc_IndexError, "index 3 is out of bounds for axis 1 with length 3"));
  EXPECT_THAT(descry::call([&] { return view.at(1); }), RaisesPython(PyExc_IndexError));
}

TEST_F(CxxViewTest, ReadsAndWritesMembers) {
  SetGlobal("a", Ref(descry::array<Particle>::zeros({2, 2}).release()));
  {
    const descry::writable_view<Particle> all(Eval("a").get());
    all(1, 0).id = 5;
    const auto y = all.field<double>("where.y");
    for (double& each : y) each = 2.5;
    const auto rgb = all.field<float>("rgb");
    EXPECT_EQ(rgb.ndim(), 3);
    rgb(1, 1, 2) = 1;
  }
  EXPECT_EQ(Str(Eval("a['id'].tolist()")), "[[0, 0], [5, 0]]");
  EXPECT_EQ(Str(Eval("a['where']['y'].tolist()")), "[[2.5, 2.5], [2.5, 2.5]]");
  EXPECT_EQ(Str(Eval("a['rgb'][1, 1].tolist()")), "[0.0, 0.0, 1.0]");
  const descry::view<Particle> all(Eval("a").get());
  EXPECT_EQ(all.field<Point>("where")(0, 0).y, 2.5);
}

TEST_F(CxxViewTest, FieldOfAnotherSizeOrNameThrows) {
  SetGlobal("a", Ref(descry::array<Particle>::zeros(2).release()));
  const descry::view<Particle> all(Eval("a").get());
  EXPECT_THAT(descry::call([&] { return int(all.field<int>("id")(0)); }),
              RaisesPython(PyExc_TypeError,
                           "elements of int64 have 8 bytes, expected a type of that size, got one "
                           "of 4"));
  EXPECT_THAT(descry::call([&] { return int(all.field<int>("ids")(0)); }),
              RaisesPython(PyExc_KeyError, HasSubstr("ids")));
}

TEST_F(CxxViewTest, FieldOutlivesItsView) {
  SetGlobal("a", Ref(descry::array<Particle>::zeros(2).release()));
  descry::view<Particle> all(Eval("a").get());
  const descry::view<double> x = all.field<double>("where.x");
  all.close();
  Exec("a = None");
  EXPECT_EQ(x(1), 0);
}

TEST_F(CxxViewTest, ClosesAtTheEndOfItsScope) {
  const Ref array = Eval("np.zeros(3, 'i4')");
  {
    const descry::view<int> view(array.get());
    EXPECT_FALSE(IsFree(array));
  }
  EXPECT_TRUE(IsFree(array));
}

TEST_F(CxxViewTest, MovesWithItsShapeAndItsBorrow) {
  const Ref array = Eval("np.arange(6, dtype='i4').reshape(2, 3)");
  auto first = std::make_unique<descry::view<int>>(array.get());
  descry::view<int> second = std::move(*first);
  EXPECT_EQ(first->array(), nullptr);
  first.reset();
  EXPECT_EQ(second.shape(1), 3);
  EXPECT_EQ(second(1, 2), 5);
  EXPECT_FALSE(IsFree(array));
  second = descry::view<int>(Eval("np.ones(2, 'i4')").get());
  EXPECT_TRUE(IsFree(array));
  EXPECT_EQ(second(1), 1);
}

TEST_F(CxxViewTest, MovesWithManyDimensions) {
  const Ref array = Eval("np.arange(1024, dtype='i4').reshape((2,) * 10)");
  std::vector<descry::view<int>> views;
  for (int i = 0; i < 3; ++i) views.emplace_back(array.get());
  for (const descry::view<int>& view : views) {
    EXPECT_EQ(view.shape(9), 2);
    EXPECT_EQ(std::accumulate(view.begin(), view.end(), 0), 1024 * 1023 / 2);
  }
}

TEST_F(CxxViewTest, ChecksAsTheFlagsSay) {
  Exec("a = np.arange(6, dtype='i4')[::2]; b = np.zeros(3, 'f4')");
  const auto open = [](const char* name, unsigned flags) {
    return descry::call([&] { return int(descry::view<int>(Eval(name).get(), 1, flags).size()); });
  };
  EXPECT_EQ(open("a", 0), 3);
  EXPECT_THAT(open("a", DESCRY_C_CONTIGUOUS),
              RaisesPython(PyExc_ValueError, HasSubstr("C-contiguous")));
  EXPECT_THAT(open("b", 0), RaisesPython(PyExc_TypeError, HasSubstr("float32")));
}

TEST_F(CxxViewTest, TakesTheTypeThatIsGiven) {
  Exec("a = np.array([1, 2], 'M8[s]')");
  const descry::view<std::int64_t> view(Eval("a").get(), 1, 0, DESCRY_TYPE(datetime64_s));
  EXPECT_EQ(view(1), 2);
}

TEST_F(CxxViewTest, ObjectsAreSeenAsPointersToTheirClass) {
  Exec("a = np.array([1, 2], 'O'); b = np.array([1, 'two'], 'O')");
  {
    const descry::view<Number*> view(Eval("a").get(), 1, DESCRY_CHECK_OBJECTS);
    EXPECT_EQ(PyLong_AsLong(&view(1)->base), 2);
  }
  EXPECT_THAT(descry::call([&] {
                return int(descry::view<Number*>(Eval("b").get(), 1, DESCRY_CHECK_OBJECTS).size());
              }),
              RaisesPython(PyExc_TypeError, HasSubstr("int")));
  EXPECT_THAT(descry::call([&] { return int(descry::view<Number>(Eval("a").get()).size()); }),
              RaisesPython(PyExc_TypeError, HasSubstr("have 8 bytes")));
}

TEST_F(CxxViewTest, GivesContiguousElementsAsMemory) {
  Exec("a = np.arange(3, dtype='i4')");
  const descry::view<int> view(Eval("a").get(), 1, DESCRY_C_CONTIGUOUS);
  EXPECT_EQ(view.data()[2], 2);
#ifdef __cpp_lib_span
  EXPECT_EQ(view.span().size(), 3u);
  EXPECT_EQ(view.span()[1], 1);
#endif
}

TEST_F(CxxViewTest, IsNeverCopied) {
  static_assert(!std::is_copy_constructible_v<descry::view<int>>);
  static_assert(!std::is_copy_assignable_v<descry::writable_view<int>>);
  static_assert(std::is_nothrow_move_constructible_v<descry::view<int>>);
  static_assert(std::is_same_v<decltype(std::declval<descry::view<int>&>()(0)), const int&>);
  static_assert(std::is_same_v<decltype(std::declval<descry::writable_view<int>&>()(0)), int&>);
}

}  // namespace
}  // namespace descry_test
