// SPDX-License-Identifier: BSD-3-Clause
// Arrow from C++: there and back, and what is refused.
#include <descry/descry.hpp>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

class CxxArrowTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("Point", Ref(descry::dtype<Point>().release()));
    Exec("p = np.zeros(4, Point); p['x'] = [3, 1, 2, 1]");
  }
};

TEST_F(CxxArrowTest, TakesBackWhatItGave) {
  descry::object sent;
  {
    const descry::view<Point> points(Eval("p").get());
    sent = descry::to_arrow(points);
  }
  SetGlobal("r", Ref(descry::from_arrow<Point>(sent.get()).release()));
  EXPECT_EQ(Repr(Eval("r.tolist() == p.tolist() and r.dtype == Point")), "True");
}

TEST_F(CxxArrowTest, ThrowsWhatCFailsWith) {
  const Ref other = Eval("5");
  EXPECT_THROW(descry::from_arrow<Point>(other.get()), descry::error);
  PyErr_Clear();
  const descry::view<double> grid(Eval("np.zeros((2, 3))").get());
  EXPECT_THROW(descry::to_arrow(grid), descry::error);
  PyErr_Clear();
}

}  // namespace
}  // namespace descry_test
