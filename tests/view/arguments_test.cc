// SPDX-License-Identifier: BSD-3-Clause
// The converter for PyArg_Parse*.

#include <descry/dtype.h>
#include <descry/view.h>

#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

class ArgumentsTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
    Exec("a = np.zeros(3, particle)");
  }
};

TEST_F(ArgumentsTest, OpensTheViewThatWasAskedFor) {
  descry_view view = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  long number = 0;
  ASSERT_TRUE(PyArg_ParseTuple(Eval("(a, 5)").get(), "O&l", descry_view_converter, &view, &number));
  EXPECT_EQ(view.array, Eval("a").get());
  EXPECT_EQ(view.size, 3);
  EXPECT_EQ(view.flags & DESCRY_WRITE, unsigned{DESCRY_WRITE});
  descry_view_release(&view);
}

TEST_F(ArgumentsTest, ClosesTheViewWhereALaterArgumentFails) {
  const Ref array = Eval("a");
  const Ref arguments = Eval("(a, 'five')");
  const Py_ssize_t before = Py_REFCNT(array.get());
  descry_view view = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  long number = 0;
  EXPECT_FALSE(PyArg_ParseTuple(arguments.get(), "O&l", descry_view_converter, &view, &number));
  EXPECT_EQ(TakeException().find("TypeError"), 0u);
  EXPECT_EQ(view.array, nullptr);
  EXPECT_EQ(Py_REFCNT(array.get()), before);
  descry_view again = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  ASSERT_TRUE(PyArg_ParseTuple(Eval("(a,)").get(), "O&", descry_view_converter, &again));
  descry_view_release(&again);
}

TEST_F(ArgumentsTest, FailsAsAcquireDoes) {
  descry_view view = DESCRY_VIEW(particle, 2, DESCRY_READ);
  EXPECT_FALSE(PyArg_ParseTuple(Eval("(a,)").get(), "O&", descry_view_converter, &view));
  EXPECT_EQ(TakeException(),
            "TypeError: expected a 2-d array of particle (64 bytes), got a 1-d array");
  descry_view_release(&view);
}

TEST_F(ArgumentsTest, ViewsThatWereNeverOpenedCanBeReleased) {
  descry_view view = DESCRY_VIEW(particle, 1, DESCRY_READ);
  descry_view_release(&view);
  EXPECT_EQ(descry_view_converter(Eval("a").get(), &view), Py_CLEANUP_SUPPORTED)
      << "and opened then";
  descry_view_release(&view);
}

}  // namespace
}  // namespace descry_test
