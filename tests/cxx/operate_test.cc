// SPDX-License-Identifier: BSD-3-Clause
// NumPy's operations from C++: each wrapper passes on what it is given.
#include <descry/descry.hpp>
#include <vector>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

class CxxOperateTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("Point", Ref(descry::dtype<Point>().release()));
    Exec(
        "p = np.zeros(4, Point); p['x'] = [3, 1, 2, 1]; p['y'] = [0, 1, 2, 3]\n"
        "n = np.arange(6.).reshape(2, 3)\n");
  }

  // What Python says of `expression`, in which `r` is the result.
  std::string Of(const descry::object& result, const char* expression) {
    Py_INCREF(result.get());
    SetGlobal("r", Ref(result.get()));
    return Repr(Eval(expression));
  }
};

TEST_F(CxxOperateTest, PutsInOrder) {
  {
    const descry::view<Point> points(Eval("p").get());
    EXPECT_EQ(Of(descry::argsort(points, "x"), "r.tolist()"), "[1, 3, 2, 0]");
    EXPECT_EQ(Of(descry::argsort(points, "x", DESCRY_DESCENDING), "r.tolist()"), "[0, 2, 1, 3]");
    EXPECT_EQ(Of(descry::unique(points, "x"), "r['y'].tolist()"), "[1.0, 2.0, 0.0]");
  }
  {
    const descry::writable_view<Point> points(Eval("p").get());
    descry::sort(points, "x, y");
  }
  EXPECT_EQ(Repr(Eval("p['y'].tolist()")), "[1.0, 3.0, 2.0, 0.0]");
  const descry::view<Point> points(Eval("p").get());
  const descry::view<double> values(Eval("np.array([2., 1., 9.])").get());
  EXPECT_EQ(Of(descry::searchsorted(points, "x", values), "r.tolist()"), "[2, 0, 4]");
  EXPECT_EQ(Of(descry::searchsorted(points, "x", values, DESCRY_RIGHT), "r.tolist()"), "[3, 2, 4]");
  EXPECT_THROW(descry::argsort(points, "z"), descry::error);
}

TEST_F(CxxOperateTest, JoinsArrays) {
  PyObject* const p = Eval("p").get();
  EXPECT_EQ(Of(descry::concatenate<Point>({p, p}), "(r.shape, r.dtype is Point)"), "((8,), True)");
  EXPECT_EQ(Of(descry::stack<Point>(std::vector<PyObject*>{p, p, p}, 1), "r.shape"), "(4, 3)");
  EXPECT_EQ(
      Of(descry::where<Point>(Eval("p['y'] > 1").get(), p, Eval("p[:1]").get()), "r['x'].tolist()"),
      "[3.0, 3.0, 2.0, 1.0]");
  EXPECT_THROW(descry::concatenate<Point>({p, Eval("n").get()}), descry::error);
}

TEST_F(CxxOperateTest, ShapesAndSelects) {
  PyObject* const n = Eval("n").get();
  EXPECT_EQ(Of(descry::reshape(n, {3, -1}), "r.tolist()"), "[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]");
  EXPECT_EQ(Of(descry::ravel(n, DESCRY_F_ORDER), "r.tolist()"), "[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]");
  EXPECT_EQ(Of(descry::transpose(n), "r.shape"), "(3, 2)");
  EXPECT_EQ(Of(descry::transpose(n, {1, 0}), "r.shape"), "(3, 2)");
  EXPECT_EQ(Of(descry::swapaxes(n, 0, 1), "r.shape"), "(3, 2)");
  EXPECT_EQ(Of(descry::squeeze(Eval("n[:1]").get()), "r.shape"), "(3,)");
  EXPECT_EQ(Of(descry::take(n, Eval("[0, -1]").get()), "r.tolist()"), "[0.0, 5.0]");
  EXPECT_EQ(Of(descry::compress(n, Eval("[0, 1]").get(), 0), "r.tolist()"), "[[3.0, 4.0, 5.0]]");
  EXPECT_EQ(Of(descry::repeat(n, Eval("2").get(), 1), "r.shape"), "(2, 6)");
}

TEST_F(CxxOperateTest, ComputesWithNumbers) {
  PyObject* const n = Eval("n").get();
  EXPECT_EQ(Of(descry::cast<float>(n), "r.dtype.str"), "'<f4'");
  EXPECT_EQ(Of(descry::inner(n, n), "r.tolist()"), "[[5.0, 14.0], [14.0, 50.0]]");
  EXPECT_EQ(Of(descry::dot(n, Eval("n.T").get()), "r.tolist()"), "[[5.0, 14.0], [14.0, 50.0]]");
  EXPECT_EQ(Of(descry::einsum("ij,kj->ik", {n, n}), "r.tolist()"), "[[5.0, 14.0], [14.0, 50.0]]");
}

}  // namespace
}  // namespace descry_test
