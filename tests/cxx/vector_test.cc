// SPDX-License-Identifier: BSD-3-Clause
// owned_vector, array::over and borrow: memory that C++ owns and Python sees.

#include <gmock/gmock.h>

#include <array>
#include <descry/descry.hpp>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

using Points = descry::owned_vector<Point>;

class CxxVectorTest : public PythonTest {
 protected:
  void TearDown() override {
    Exec("a = b = None");
    EXPECT_EQ(PyList_Size(Ref(descry_borrows()).get()), 0);
    PythonTest::TearDown();
  }
};

Points Three() { return Points(std::vector<Point>{{1, 2}, {3, 4}, {5, 6}}); }

void Share(const char* name, descry::object made) { SetGlobal(name, Ref(made.release())); }

// Calls as descry::call would, for RaisesPython.
template <class Body>
int Try(Body body) {
  return descry::call([&] {
    body();
    return 0;
  });
}

// All that would move, free or drop elements.
std::map<std::string, std::function<void(Points&)>> Moves() {
  return {{"push_back",
           [](Points& all) {
             all.push_back({7, 8});
           }},
          {"reserve", [](Points& all) { all.reserve(all.capacity() + 1); }},
          {"resize up", [](Points& all) { all.resize(all.size() + 1); }},
          {"resize down", [](Points& all) { all.resize(1); }},
          {"clear", [](Points& all) { all.clear(); }},
          {"assign", [](Points& all) { all.assign(std::vector<Point>(5)); }},
          {"take", [](Points& all) { all.take(); }}};
}

TEST_F(CxxVectorTest, ArraysShareItsMemory) {
  Points points = Three();
  Share("a", points.array());
  points[1].y = 40;
  EXPECT_EQ(Str(Eval("a['y'].tolist()")), "[2.0, 40.0, 6.0]");
  Exec("a['x'][0] = 10");
  EXPECT_EQ(points[0].x, 10);
}

TEST_F(CxxVectorTest, WhatWouldMoveItsMemoryIsRefusedWhileThereAreArrays) {
  for (const auto& [name, move] : Moves()) {
    Points points = Three();
    const Point* const data = points.data();
    Share("a", points.array());
    Exec("b = a['x'][1:]; a = None");  // a view of the array is enough
    EXPECT_THAT(Try([&, &run = move] { run(points); }),
                RaisesPython(PyExc_BufferError, HasSubstr("cannot be moved or removed")))
        << name;
    EXPECT_EQ(points.size(), 3u) << name;
    EXPECT_EQ(points.data(), data) << name;
    EXPECT_EQ(Str(Eval("b.tolist()")), "[3.0, 5.0]") << name;
    Exec("b = None");
    EXPECT_EQ(Try([&, &run = move] { run(points); }), 0) << name;
  }
}

TEST_F(CxxVectorTest, RefusesWithoutTheGilToo) {
  Points points = Three();
  Share("a", points.array());
  bool refused = false;
  PyThreadState* const state = PyEval_SaveThread();
  try {
    points.clear();
  } catch (const descry::error&) {
    refused = true;
  }
  PyEval_RestoreThread(state);
  EXPECT_TRUE(refused);
}

TEST_F(CxxVectorTest, GrowsWithinItsCapacity) {
  Points points;
  points.reserve(4);
  points.push_back({1, 2});
  Share("a", points.array());
  points.push_back({3, 4});
  points.reserve(4);
  points.resize(2);
  EXPECT_EQ(points.size(), 2u);
  EXPECT_EQ(Str(Eval("len(a)")), "1");
  Share("b", points.array());
  EXPECT_EQ(points.exports(), 2u);
  EXPECT_EQ(Str(Eval("b['x'].tolist()")), "[1.0, 3.0]");
}

TEST_F(CxxVectorTest, ArraysOutliveIt) {
  {
    Points points = Three();
    Share("a", points.array());
    points = Points(2);
    points.push_back({});  // of memory of its own
  }
  Exec("a['y'][2] = 60");
  EXPECT_EQ(Str(Eval("a['y'].tolist()")), "[2.0, 4.0, 60.0]");
}

TEST_F(CxxVectorTest, MovesWithItsArraysAndCopiesWithout) {
  Points points = Three();
  Share("a", points.array());
  Points copy = points;
  EXPECT_EQ(copy.exports(), 0u);
  EXPECT_NE(copy.data(), points.data());
  const Points moved = std::move(points);
  EXPECT_EQ(moved.exports(), 1u);
  EXPECT_TRUE(points.empty());
  points.push_back({1, 1});
}

TEST_F(CxxVectorTest, TakesAndGivesVectorsWithoutACopy) {
  std::vector<Point> vector(3);
  const Point* const data = vector.data();
  Points points(std::move(vector));
  EXPECT_EQ(points.data(), data);
  EXPECT_EQ(points.take().data(), data);
  EXPECT_TRUE(points.empty());
}

TEST_F(CxxVectorTest, IsReadOnlyWhereItIsConstant) {
  const Points points = Three();
  Share("a", points.array());
  EXPECT_EQ(Str(Eval("a.flags.writeable")), "False");
  EXPECT_THAT(descry::call([&] { return Points(3).array(0x80000000U); }),
              RaisesPython(PyExc_ValueError));
}

TEST_F(CxxVectorTest, AFailedArrayIsNotCounted) {
  Points points = Three();
  EXPECT_THAT(descry::call([&] { return points.array(0x80000000U); }),
              RaisesPython(PyExc_ValueError));
  EXPECT_EQ(points.exports(), 0u);
  EXPECT_THAT(descry::call([&] { return points.array(DESCRY_WRITE, DESCRY_TYPE(int8)); }),
              RaisesPython(PyExc_TypeError));
  EXPECT_EQ(points.exports(), 0u);
}

TEST_F(CxxVectorTest, EmptyOnesHaveArrays) {
  Share("a", Points().array());
  EXPECT_EQ(Str(Eval("a.shape")), "(0,)");
}

TEST_F(CxxVectorTest, ObjectsStayTheVectors) {
  const Ref list = Eval("[]");
  const Py_ssize_t before = Py_REFCNT(list.get());
  Py_INCREF(list.get());
  descry::owned_vector<PyObject*> objects(std::vector<PyObject*>{list.get()});
  Share("a", objects.array());
  EXPECT_EQ(Str(Eval("a[0]")), "[]");
  Exec("a = None");
  EXPECT_EQ(Py_REFCNT(list.get()), before + 1);
  Py_DECREF(objects[0]);
}

TEST_F(CxxVectorTest, OverTheMembersOfAClass) {
  std::vector<Point> vector = {{1, 2}, {3, 4}};
  const std::array<Point, 1> fixed = {{{5, 6}}};
  Points owned = Three();
  const Ref self = Eval("object()");
  const Py_ssize_t before = Py_REFCNT(self.get());
  Share("a", descry::array<Point>::over(self.get(), vector));
  EXPECT_EQ(Py_REFCNT(self.get()), before + 1);
  EXPECT_EQ(Str(Eval("a['y'].tolist(), a.flags.writeable")), "([2.0, 4.0], True)");
  Share("a", descry::array<Point>::over(self.get(), fixed));
  EXPECT_EQ(Str(Eval("a['y'].tolist(), a.flags.writeable")), "([6.0], False)");
  Share("a", descry::array<Point>::over(self.get(), owned));
  EXPECT_EQ(owned.exports(), 1u);
  EXPECT_EQ(Py_REFCNT(self.get()), before);
}

TEST_F(CxxVectorTest, BorrowsLockWhatAnArrayOverItWouldChange) {
  Points points = Three();
  const Ref array(points.array().release());
  {
    const descry::borrow reading = descry::borrow::shared(points);
    const descry::borrow again = descry::borrow::shared(array.get());
    EXPECT_EQ(Try([&] { descry::view<Point> view(array.get()); }), 0);
    EXPECT_THAT(Try([&] { descry::writable_view<Point> view(array.get()); }),
                RaisesPython(PyExc_BufferError));
  }
  {
    descry::borrow writing = descry::borrow::exclusive(points);
    EXPECT_THAT(Try([&] { descry::view<Point> view(array.get()); }),
                RaisesPython(PyExc_BufferError));
    writing.downgrade();
    EXPECT_EQ(Try([&] { descry::view<Point> view(array.get()); }), 0);
  }
  EXPECT_EQ(Try([&] { descry::writable_view<Point> view(array.get()); }), 0);
}

TEST_F(CxxVectorTest, BorrowsMoveAndEndOnce) {
  std::vector<Point> vector(4);
  const std::vector<Point>& constant = vector;
  descry::borrow first = descry::borrow::exclusive(vector), second = std::move(first);
  first.release();
  EXPECT_THAT(Try([&] { descry::borrow::shared(constant); }), RaisesPython(PyExc_BufferError));
  second = descry::borrow();
  EXPECT_EQ(Try([&] { descry::borrow::shared(constant); }), 0);
}

}  // namespace
}  // namespace descry_test
