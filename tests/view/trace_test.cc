// SPDX-License-Identifier: BSD-3-Clause
// DESCRY_BORROW_TRACE: a view's borrow says where it was opened.

#include <descry/borrow.h>
#include <descry/view.h>

#include <cstdlib>
#include <descry/descry.hpp>
#include <string>

#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/view/scoped_view.h"

namespace descry_test {
namespace {

using testing::EndsWith;

// Before the table is made.
const int set = setenv("DESCRY_BORROW_TRACE", "1", 1);

std::string Here(int line) { return std::string(__FILE__) + ":" + std::to_string(line); }

std::string Where() { return Str(Eval("borrows()[0]['where']")); }

PyObject* ListBorrows(PyObject*, PyObject*) { return descry_borrows(); }
PyMethodDef list_borrows = {"borrows", ListBorrows, METH_NOARGS, nullptr};

class TraceTest : public PythonTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(set, 0);
    SetGlobal("borrows", Ref(PyCFunction_New(&list_borrows, nullptr)));
    SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
    Exec("a = np.zeros(3, particle)");
  }
};

TEST_F(TraceTest, AViewRemembersWhereItWasOpened) {
  descry_view first, second;
  const int line = __LINE__ + 1;
  ASSERT_EQ(descry_view_acquire(&first, Eval("a").get(), DESCRY_TYPE(particle), 1, DESCRY_READ), 0);
  EXPECT_EQ(Where(), Here(line));
  EXPECT_THAT(descry_view_acquire(&second, Eval("a").get(), DESCRY_TYPE(particle), 1, DESCRY_WRITE),
              RaisesPython(PyExc_BufferError, EndsWith(": it was taken at " + Here(line))));
  descry_view_release(&first);
}

TEST_F(TraceTest, SoDoesOneThatAnArgumentParserOpens) {
  const int line = __LINE__ + 1;
  descry_view view = DESCRY_VIEW(particle, 1, DESCRY_READ);
  const Ref arguments(PyTuple_Pack(1, Eval("a").get()));
  ASSERT_TRUE(PyArg_ParseTuple(arguments.get(), "O&", descry_view_converter, &view));
  EXPECT_EQ(Where(), Here(line));
  descry_view_release(&view);
}

TEST_F(TraceTest, SoDoesOneInCxx) {
  const int line = __LINE__ + 1;
  const descry::view<particle> view(Eval("a").get(), 1);
  EXPECT_EQ(Where(), Here(line));
}

TEST_F(TraceTest, ACallOfTheFunctionItselfDoesNot) {
  descry_view view;
  ASSERT_EQ((descry_view_acquire)(&view, Eval("a").get(), DESCRY_TYPE(particle), 1, DESCRY_READ),
            0);
  EXPECT_EQ(Where(), "None");
  descry_view_release(&view);
}

}  // namespace
}  // namespace descry_test
