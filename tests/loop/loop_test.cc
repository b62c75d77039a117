// SPDX-License-Identifier: BSD-3-Clause
// descry_broadcast(), descry_loop_begin(), next and split.
#include <descry/descry.h>

#include <cstring>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/array/records.h"
#include "tests/loop/geometry.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/support/rounds.h"
#include "tests/view/scoped_view.h"

namespace descry_test {
namespace {

// Opens views of arrays of float64, to read unless the expression begins with "out:".
class LoopTest : public PythonTest {
 protected:
  void Open(const std::vector<std::string>& arrays) {
    views_.clear();
    pointers_.clear();
    for (std::string expression : arrays) {
      const bool written = expression.rfind("out:", 0) == 0;
      if (written) expression.erase(0, 4);
      views_.push_back(std::make_unique<ScopedView>());
      ASSERT_EQ(views_.back()->Open(Eval(expression), DESCRY_TYPE(float64), DESCRY_ANY_NDIM,
                                    DESCRY_UNBORROWED | (written ? DESCRY_WRITE : DESCRY_READ)),
                0)
          << TakeException();
      pointers_.push_back(views_.back().get());
    }
  }
  int Begin(unsigned flags = 0) {
    return descry_loop_begin(&loop_, static_cast<int>(pointers_.size()), pointers_.data(), flags);
  }
  // The values of operand 0 in the order of the walk.
  std::vector<double> Values() {
    std::vector<double> values;
    while (descry_loop_next(&loop_)) {
      for (Py_ssize_t i = 0; i < loop_.count; ++i) {
        values.push_back(*DESCRY_LOOP_AT(double, &loop_, 0, i));
      }
    }
    return values;
  }

  descry_loop loop_;
  std::vector<std::unique_ptr<ScopedView>> views_;
  std::vector<const descry_view*> pointers_;
};

using Doubles = std::vector<double>;

TEST_F(LoopTest, AddsWithBroadcasting) {
  Exec("a = np.arange(6.).reshape(2, 3); b = np.array([[10.], [20.]]); c = np.zeros((2, 3))");
  Open({"a", "b", "out:c"});
  ASSERT_EQ(Begin(), 0);
  EXPECT_EQ(loop_.size, 6);
  while (descry_loop_next(&loop_)) {
    for (Py_ssize_t i = 0; i < loop_.count; ++i) {
      *DESCRY_LOOP_AT(double, &loop_, 2, i) =
          *DESCRY_LOOP_AT(double, &loop_, 0, i) + *DESCRY_LOOP_AT(double, &loop_, 1, i);
    }
  }
  EXPECT_EQ(Repr(Eval("(c == a + b).all()")), Repr(Eval("np.True_")));
}

TEST_F(LoopTest, TakesWhatLiesWithoutGapsAsOneRun) {
  for (const char* array :
       {"np.zeros((4, 5, 6))", "np.zeros((4, 5, 6), order='F')",
        "np.zeros((4, 5, 6))[::-1, ::-1, ::-1]", "np.zeros((4, 5, 6)).transpose(1, 2, 0)",
        "np.zeros((4, 1, 6))[:, :, :]", "np.zeros(120)[::-1]", "np.zeros((4, 30))[::2]"}) {
    Open({array, array});
    ASSERT_EQ(Begin(), 0);
    ASSERT_EQ(descry_loop_next(&loop_), 1);
    const bool stepped = std::strstr(array, "::2") != nullptr;
    EXPECT_EQ(loop_.count, stepped ? 30 : loop_.size) << array;
    EXPECT_EQ(loop_.strides[1], 8) << array;
  }
}

TEST_F(LoopTest, GoesInTheOrderAskedFor) {
  Open({"np.arange(6.).reshape(2, 3)"});
  ASSERT_EQ(Begin(DESCRY_F_ORDER), 0);
  EXPECT_EQ(Values(), (Doubles{0, 3, 1, 4, 2, 5}));
  Open({"np.arange(6.).reshape(3, 2).T"});
  ASSERT_EQ(Begin(DESCRY_C_ORDER), 0);
  EXPECT_EQ(Values(), (Doubles{0, 2, 4, 1, 3, 5}));
  ASSERT_EQ(Begin(), 0);
  EXPECT_EQ(Values(), (Doubles{0, 1, 2, 3, 4, 5}));
  Open({"np.arange(3.)[::-1]"});
  ASSERT_EQ(Begin(DESCRY_C_ORDER), 0);
  EXPECT_EQ(Values(), (Doubles{2, 1, 0}));
}

TEST_F(LoopTest, WalksOneElementOfZeroDimensionsAndNoneOfNothing) {
  Open({"np.array(7.)"});
  ASSERT_EQ(Begin(), 0);
  EXPECT_EQ(Values(), Doubles{7});
  Open({"np.array(7.)", "np.zeros((2, 0, 3))"});
  ASSERT_EQ(Begin(), 0);
  EXPECT_EQ(loop_.size, 0);
  EXPECT_EQ(descry_loop_next(&loop_), 0);
  EXPECT_EQ(descry_loop_next(&loop_), 0);
}

TEST_F(LoopTest, GivesTypedElementsOfRecords) {
  SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
  ScopedView view;
  const Ref array = Eval("np.zeros(5, particle)[::2]");
  ASSERT_EQ(view.Open(array, DESCRY_TYPE(particle), 1, DESCRY_WRITE), 0);
  const descry_view* views[] = {&view};
  ASSERT_EQ(descry_loop_begin(&loop_, 1, views, 0), 0);
  while (descry_loop_next(&loop_)) {
    for (Py_ssize_t i = 0; i < loop_.count; ++i) DESCRY_LOOP_AT(particle, &loop_, 0, i)->id = 7 + i;
  }
  SetGlobal("a", array);
  EXPECT_EQ(Repr(Eval("a['id'].tolist()")), "[7, 8, 9]");
}

TEST_F(LoopTest, RefusesShapesThatDoNotFitAndNamesBoth) {
  Open({"np.zeros((2, 3))", "np.zeros(1)", "np.zeros((4, 2, 4))"});
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError,
                                    "operands 0 and 2 cannot be broadcast together: their shapes "
                                    "are (2, 3) and (4, 2, 4)"));
  Open({"np.zeros(0)", "np.zeros(3)"});
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError));
}

TEST_F(LoopTest, RefusesToBroadcastWhatIsWritten) {
  for (const char* array : {"out:np.zeros(3)", "out:np.zeros((1, 3))", "out:np.zeros((2, 1))"}) {
    Open({"np.zeros((2, 3))", array});
    EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError)) << array;
  }
  Open({"np.zeros((2, 3))", "out:np.zeros(3)"});
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError,
                                    "operand 1 is written, so its shape (3,) cannot be broadcast "
                                    "to (2, 3)"));
  Open({"out:np.zeros((1, 3))", "np.zeros((0, 3))"});
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError));
}

TEST_F(LoopTest, RefusesToWriteAnElementTwice) {
  Exec("from numpy.lib.stride_tricks import as_strided");
  Open({"out:as_strided(np.zeros(1), (4,), (0,))"});
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError,
                                    "operand 0 is written, but has elements more than once: its "
                                    "shape is (4,), its strides are (0,)"));
  Open({"np.zeros(4)", "out:as_strided(np.zeros(1), (2, 4), (0, 0))"});
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError));
  Open({"out:as_strided(np.zeros(1), (1, 1), (0, 0))"});
  EXPECT_EQ(Begin(), 0);
}

TEST_F(LoopTest, RefusesOtherNumbersOfOperandsAndFlags) {
  EXPECT_THAT(descry_loop_begin(&loop_, 0, nullptr, 0),
              RaisesPython(PyExc_ValueError, "a loop takes 1 to 16 operands, got 0"));
  const std::vector<std::string> seventeen(17, "np.zeros(2)");
  Open(seventeen);
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError, "a loop takes 1 to 16 operands, got 17"));
  Open({"np.zeros(3)"});
  for (const unsigned flags : {1u, 0x3000u, 0x1001u}) {
    EXPECT_THAT(Begin(flags), RaisesPython(PyExc_ValueError)) << flags;
  }
}

TEST_F(LoopTest, RefusesMoreElementsThanCanBeCounted) {
  Exec("from numpy.lib.stride_tricks import as_strided");
  Open({"as_strided(np.zeros(1), (2**32, 1), (0, 0))", "as_strided(np.zeros(1), (2**32,), (0,))"});
  EXPECT_THAT(Begin(), RaisesPython(PyExc_ValueError,
                                    "the operands' common shape (4294967296, 4294967296) has more "
                                    "elements than can be counted"));
  Open({"as_strided(np.zeros(1), (2**32, 1, 1), (0, 0, 0))",
        "as_strided(np.zeros(1), (2**32, 1), (0, 0))", "np.zeros(0)"});
  EXPECT_EQ(Begin(), 0);
  EXPECT_EQ(loop_.size, 0);
}

TEST_F(LoopTest, TakesAsManyDimensionsAsNumPy) {
  Exec(
      "most = 64 if int(np.__version__.split('.')[0]) > 1 else 32\n"
      "a = np.arange(8.).reshape((2,) + (1,) * (most - 3) + (2, 2))\n");
  Open({"a", "np.zeros((2, 1))", "out:np.zeros(a.shape)"});
  ASSERT_EQ(Begin(DESCRY_C_ORDER), 0);
  EXPECT_EQ(Values(), (Doubles{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(LoopTest, BroadcastsAsNumPyDoes) {
  const char* cases[][3] = {{"()", "()", "()"},
                            {"(3,)", "()", "(1,)"},
                            {"(3, 1)", "(4,)", "(1, 1, 1)"},
                            {"(0,)", "(1,)", "(2, 1)"},
                            {"(5, 0, 1)", "(1, 7)", "(1,)"},
                            {"(2, 3)", "(3,)", "(2, 1)"},
                            {"(8, 1, 6, 1)", "(7, 1, 5)", "()"}};
  for (const auto& shapes : cases) {
    std::string arrays[3];
    for (int k = 0; k < 3; ++k) arrays[k] = std::string("np.zeros(") + shapes[k] + ")";
    Open({arrays[0], arrays[1], arrays[2]});
    Py_ssize_t shape[DESCRY_LOOP_NDIM];
    int ndim;
    ASSERT_EQ(descry_broadcast(3, pointers_.data(), &ndim, shape), 0);
    const Ref expected = Eval(std::string("np.broadcast_shapes(") + shapes[0] + "," + shapes[1] +
                              "," + shapes[2] + ")");
    ASSERT_EQ(PyTuple_Size(expected.get()), ndim);
    for (int axis = 0; axis < ndim; ++axis) {
      EXPECT_EQ(PyLong_AsSsize_t(PyTuple_GetItem(expected.get(), axis)), shape[axis]);
    }
  }
  int ndim = -1;
  EXPECT_EQ(descry_broadcast(0, nullptr, &ndim, nullptr), 0);
  EXPECT_EQ(ndim, 0);
}

TEST_F(LoopTest, SplitsForThreadsThatHoldNoGil) {
  Exec("a = np.arange(6000.).reshape(20, 300)[:, ::2]; out = np.zeros((20, 150))");
  Open({"a", "out:out"});
  ASSERT_EQ(Begin(), 0);
  std::vector<std::thread> threads;
  PyThreadState* const state = PyEval_SaveThread();
  for (int part = 0; part < 7; ++part) {
    threads.emplace_back([this, part] {
      descry_loop mine;
      descry_loop_split(&loop_, part, 7, &mine);
      while (descry_loop_next(&mine)) {
        for (Py_ssize_t i = 0; i < mine.count; ++i) {
          *DESCRY_LOOP_AT(double, &mine, 1, i) += 2 * *DESCRY_LOOP_AT(double, &mine, 0, i);
        }
      }
    });
  }
  for (auto& each : threads) each.join();
  PyEval_RestoreThread(state);
  EXPECT_EQ(Repr(Eval("(out == 2 * a).all()")), Repr(Eval("np.True_")));
}

TEST_F(LoopTest, AnswersAPartThatIsNotThereWithoutAnException) {
  Open({"np.arange(5.)"});
  ASSERT_EQ(Begin(), 0);
  for (const auto& [part, parts] : {std::pair{2, 2}, {-1, 2}, {0, 0}, {0, -1}}) {
    descry_loop piece;
    EXPECT_EQ(descry_loop_split(&loop_, part, parts, &piece), -1);
    EXPECT_EQ(descry_loop_next(&piece), 0);
  }
  descry_loop piece;
  EXPECT_EQ(descry_loop_split(&loop_, 6, 7, &piece), 0);
  EXPECT_EQ(descry_loop_next(&piece), 0);
}

TEST_F(LoopTest, SplitsWhatIsLeft) {
  Open({"np.arange(12.).reshape(4, 3)[:, ::-1]"});
  ASSERT_EQ(Begin(DESCRY_C_ORDER), 0);
  ASSERT_EQ(descry_loop_next(&loop_), 1);
  EXPECT_EQ(*DESCRY_LOOP_AT(double, &loop_, 0, 0), 2);
  ASSERT_EQ(descry_loop_split(&loop_, 1, 2, &loop_), 0);
  EXPECT_EQ(Values(), (Doubles{6, 11, 10, 9}));
}

TEST_F(LoopTest, WalksRandomGeometriesAsACounterDoes) {
  const uint64_t rounds = Rounds(4000, 200000);
  for (uint64_t seed = 0; seed < rounds; ++seed) {
    SeededChoices choices(seed);
    const Geometry geometry = RandomGeometry(choices);
    ASSERT_EQ(CheckLoops(geometry, choices), "") << "seed " << seed << geometry.Describe();
  }
}

}  // namespace
}  // namespace descry_test
