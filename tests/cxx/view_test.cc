// SPDX-License-Identifier: BSD-3-Clause
// view and writable_view: what C++ takes from Python.

#include <gmock/gmock.h>

#include <algorithm>
#include <complex>
#include <descry/descry.hpp>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#if __has_include(<ranges>) && __cplusplus >= 202002L
#include <ranges>
#endif

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

TEST_F(CxxViewTest, RankAndFlagsArePartOfTheType) {
  Exec("a = np.zeros((2, 3), 'i4')");
  const auto open = [](auto make) { return descry::call([&] { return int(make().size()); }); };
  EXPECT_EQ(open([] { return descry::view<int, 2>(Eval("a").get()); }), 6);
  EXPECT_EQ(open([] { return descry::writable_view<int, 2>(Eval("a").get()); }), 6);
  EXPECT_THAT(open([] { return descry::view<int, 1>(Eval("a").get()); }),
              RaisesPython(PyExc_TypeError, HasSubstr("1-d array")));
  using Packed = descry::view<int, DESCRY_ANY_NDIM, DESCRY_C_CONTIGUOUS>;
  EXPECT_EQ(open([] { return Packed(Eval("a").get()); }), 6);
  EXPECT_THAT(open([] { return Packed(Eval("a.T").get()); }),
              RaisesPython(PyExc_ValueError, HasSubstr("C-contiguous")));
  static_assert(std::is_same_v<Packed::iterator, const int*>);
  static_assert(!std::is_constructible_v<descry::view<int, 1>, PyObject*, int>);
}

template <class View>
std::vector<int> ElementsOf(const char* expression) {
  const Ref array = Eval(expression);
  const View view(array.get());
  std::vector<int> backwards;
  for (auto at = view.end(); at != view.begin();) backwards.insert(backwards.begin(), *--at);
  EXPECT_EQ(std::vector<int>(view.begin(), view.end()), backwards);
  return backwards;
}

TEST_F(CxxViewTest, EveryRankIteratesAlike) {
  using testing::ElementsAre;
  Exec("a = np.arange(12, dtype='i4')");
  EXPECT_THAT((ElementsOf<descry::view<int, 1>>("a[::-3]")), ElementsAre(11, 8, 5, 2));
  EXPECT_THAT((ElementsOf<descry::view<int, 1>>("np.broadcast_to(a[3:4], 3)")),
              ElementsAre(3, 3, 3));
  EXPECT_THAT((ElementsOf<descry::view<int, 1>>("a[:0]")), ElementsAre());
  EXPECT_THAT((ElementsOf<descry::view<int, 0>>("a[5:6].reshape(())")), ElementsAre(5));
  EXPECT_THAT((ElementsOf<descry::view<int, 2>>("a.reshape(3, 4).T[:2]")),
              ElementsAre(0, 4, 8, 1, 5, 9));
  EXPECT_THAT((ElementsOf<descry::view<int, 2, DESCRY_C_CONTIGUOUS>>("a[:4].reshape(2, 2)")),
              ElementsAre(0, 1, 2, 3));
  EXPECT_THAT((ElementsOf<descry::view<int, 0, DESCRY_C_CONTIGUOUS>>("a[5:6].reshape(())")),
              ElementsAre(5));
}

TEST_F(CxxViewTest, SortsOverAnyStrides) {
  for (const char* const text : {"a[0]", "a[:, 1]", "a[::-1, ::-1]", "a.T", "a[:, ::2]"}) {
    Exec("a = np.array([[5, 3, 9, 1], [4, 8, 2, 7], [6, 0, 5, 3]], 'i4'); b = a.copy()");
    {
      const descry::writable_view<int> view(Eval(text).get());
      std::sort(view.begin(), view.end());
    }
    const std::string sorted = "(lambda a: a.ravel().tolist())(" + std::string(text) + ")";
    const std::string expected =
        "sorted((lambda a: (" + std::string(text) + ").ravel().tolist())(b))";
    EXPECT_EQ(Str(Eval(sorted.c_str())), Str(Eval(expected.c_str()))) << text;
  }
}

TEST_F(CxxViewTest, RecordsAreBoundByTheirMembers) {
  SetGlobal("a", Ref(descry::array<Particle>::zeros(2).release()));
  {
    const descry::writable_view<Particle, 1> all(Eval("a").get());
    for (auto& [id, where, rgb, kind] : all) {
      id = 3;
      where.y = 2;
      rgb[1] = 1;
      kind = Kind::kLepton;
    }
  }
  EXPECT_EQ(Str(Eval("[a[name].tolist() for name in a.dtype.names]")),
            "[[3, 3], [(0.0, 2.0), (0.0, 2.0)], [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]], [1, 1]]");
}

TEST_F(CxxViewTest, MembersAreViewsOfTheirType) {
  SetGlobal("a", Ref(descry::array<Particle>::zeros(2).release()));
  {
    const descry::writable_view<Particle, 1> all(Eval("a").get());
    const auto id = all.field<&Particle::id>();
    const auto rgb = all.field<&Particle::rgb>();
    const auto y = all.field<&Particle::where>().field<&Point::y>();
    static_assert(std::is_same_v<decltype(id), const descry::writable_view<std::int64_t, 1>>);
    static_assert(std::is_same_v<decltype(rgb), const descry::writable_view<float, 2>>);
    static_assert(std::is_same_v<decltype(y), const descry::writable_view<double, 1>>);
    id[1] = 7;
    rgb(1, 2) = 3;
    y[0] = 5;
    const descry::view<Kind> kinds =
        descry::view<Particle>(Eval("a.copy()").get()).field<&Particle::kind>();
    EXPECT_EQ(kinds(0), Kind::kQuark);
  }
  EXPECT_EQ(Str(Eval("[a[name].tolist() for name in a.dtype.names[:3]]")),
            "[[0, 7], [(0.0, 5.0), (0.0, 0.0)], [[0.0, 0.0, 0.0], [0.0, 0.0, 3.0]]]");
}

// Whether the field can be seen as an M, or what says that it cannot.
template <class M>
std::string FieldAs(const char* path) {
  const descry::view<Particle> all(Eval("a").get());
  try {
    all.field<M>(path);
    return "";
  } catch (const descry::error& raised) {
    return raised.what();
  }
}

TEST_F(CxxViewTest, FieldsOfAnotherKindThrow) {
  SetGlobal("a", Ref(descry::array<Particle>::zeros(2).release()));
  EXPECT_EQ(FieldAs<std::int64_t>("id"), "");
  EXPECT_EQ(FieldAs<long long>("id"), "");
  EXPECT_EQ(FieldAs<double>("id"), "TypeError: elements of int64 cannot be seen as float64");
  EXPECT_EQ(FieldAs<std::uint64_t>("id"), "TypeError: elements of int64 cannot be seen as uint64");
  EXPECT_EQ(FieldAs<PyObject*>("id"), "TypeError: elements of int64 cannot be seen as object_");
  EXPECT_EQ(FieldAs<std::int32_t>("rgb"), "TypeError: elements of float32 cannot be seen as int32");
  EXPECT_EQ(FieldAs<std::complex<double>>("where"),
            "TypeError: elements of Point cannot be seen as complex128");
  EXPECT_EQ(FieldAs<Point>("where"), "");
  EXPECT_EQ(FieldAs<Kind>("kind"), "");
  EXPECT_EQ(FieldAs<std::uint8_t>("kind"), "");
  EXPECT_EQ(FieldAs<std::int8_t>("kind"), "TypeError: elements of uint8 cannot be seen as int8");
  EXPECT_EQ((FieldAs<std::array<char, 8>>("id")), "");  // bytes, which can be anything
}

TEST_F(CxxViewTest, ThrowsWhereTheGilIsReleased) {
  SetGlobal("a", Ref(descry::array<Particle>::zeros(3).release()));
  std::vector<std::string> texts;
  {
    const descry::view<Particle> view(Eval("a").get());
    const auto note = [&](auto&& body) {
      try {
        body();
      } catch (const descry::error& raised) {
        texts.emplace_back(raised.what());
      }
    };
    PyThreadState* const state = PyEval_SaveThread();
    note([&] { view.at(view.size()); });
    note([&] { view.field<double>("z"); });
    note([&] { view.field<char>("id"); });
    note([&] { view.field<double>("id"); });
    PyEval_RestoreThread(state);
  }
  ASSERT_EQ(texts.size(), 4u);
  EXPECT_EQ(texts[0], "IndexError: index 3 is out of bounds for axis 0 with length 3");
  EXPECT_THAT(texts[1], HasSubstr("KeyError"));
  EXPECT_THAT(texts[2], HasSubstr("TypeError"));
  EXPECT_EQ(texts[3], "TypeError: elements of int64 cannot be seen as float64");
}

TEST_F(CxxViewTest, ErrorsNameTheArgument) {
  Exec("a = np.zeros(2, 'f4'); b = np.zeros(2, 'i4'); b.flags.writeable = False");
  const auto open = [](const char* name) {
    return descry::call([&] {
      const descry::argument argument(Eval(name).get(), "tracks");
      return int(descry::writable_view<int, 1>(argument).size());
    });
  };
  EXPECT_THAT(
      open("a"),
      RaisesPython(PyExc_TypeError, HasSubstr("argument 'tracks': expected a 1-d array of int32")));
  EXPECT_THAT(open("b"), RaisesPython(PyExc_ValueError, HasSubstr("argument 'tracks': ")));
  EXPECT_THAT(open("None"), RaisesPython(PyExc_TypeError, HasSubstr("argument 'tracks': ")));
}

#ifdef __cpp_multidimensional_subscript
TEST_F(CxxViewTest, BracketsTakeSeveralIndices) {
  const Ref array = Eval("np.arange(6, dtype='i4').reshape(2, 3)");
  const descry::view<int, 2> view(array.get());
  EXPECT_EQ((view[1, 2]), 5);
}
#endif

#if defined(__cpp_lib_ranges)
static_assert(std::ranges::random_access_range<descry::view<int>>);
static_assert(std::ranges::random_access_range<descry::writable_view<Point, 1>>);
static_assert(std::ranges::contiguous_range<descry::view<int, 1, DESCRY_C_CONTIGUOUS>>);
static_assert(std::sortable<descry::writable_view<int, 2>::iterator>);
#endif

TEST_F(CxxViewTest, IsNeverCopied) {
  static_assert(!std::is_copy_constructible_v<descry::view<int>>);
  static_assert(!std::is_copy_assignable_v<descry::writable_view<int>>);
  static_assert(std::is_nothrow_move_constructible_v<descry::view<int>>);
  static_assert(std::is_same_v<decltype(std::declval<descry::view<int>&>()(0)), const int&>);
  static_assert(std::is_same_v<decltype(std::declval<descry::writable_view<int>&>()(0)), int&>);
}

}  // namespace
}  // namespace descry_test
