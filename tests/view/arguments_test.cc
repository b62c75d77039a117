// SPDX-License-Identifier: BSD-3-Clause
// Views that DESCRY_VIEW() made: the converter for PyArg_Parse*, and several opened at once.

#include <descry/borrow.h>
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

// What was open was lost, and so its borrow stayed.
TEST_F(ArgumentsTest, AViewThatIsStillOpenIsReleasedFirst) {
  const Ref array = Eval("a");
  const Py_ssize_t before = Py_REFCNT(array.get());
  descry_view view = DESCRY_VIEW(particle, DESCRY_ANY_NDIM, DESCRY_WRITE);
  for (const char* arguments : {"(a,)", "(a[::-2],)", "(a[0],)", "(a.reshape(3, 1),)"}) {
    ASSERT_TRUE(PyArg_ParseTuple(Eval(arguments).get(), "O&", descry_view_converter, &view))
        << TakeException();
  }
  EXPECT_EQ(view.ndim, 2);
  descry_view_release(&view);
  EXPECT_EQ(Py_REFCNT(array.get()), before);
  EXPECT_EQ(Repr(Ref(descry_borrows())), "[]");
}

// A second format is tried with the same views where the first one fails.
TEST_F(ArgumentsTest, CanBeTriedAgainAfterAFailureAndAfterARelease) {
  descry_view view = DESCRY_VIEW(particle, 1, DESCRY_READ);
  long number = 0;
  EXPECT_FALSE(
      PyArg_ParseTuple(Eval("(a, 'x')").get(), "O&l", descry_view_converter, &view, &number));
  EXPECT_EQ(TakeException().find("TypeError"), 0u);
  EXPECT_FALSE(PyArg_ParseTuple(Eval("([],)").get(), "O&", descry_view_converter, &view));
  EXPECT_EQ(TakeException(),
            "TypeError: expected a 1-d array of particle (64 bytes), got an object of type list: "
            "descry_view_acquire_any() and descry_from_rows() take it");
  ASSERT_TRUE(PyArg_ParseTuple(Eval("(a,)").get(), "O&", descry_view_converter, &view));
  descry_view_release(&view);
  ASSERT_TRUE(PyArg_ParseTuple(Eval("(a,)").get(), "O&", descry_view_converter, &view));
  EXPECT_EQ(view.size, 3);
  descry_view_release(&view);
}

TEST_F(ArgumentsTest, RefusesAViewThatNobodyPrepared) {
  descry_view view = {};
  EXPECT_FALSE(PyArg_ParseTuple(Eval("(a,)").get(), "O&", descry_view_converter, &view));
  EXPECT_EQ(TakeException(),
            "SystemError: descry_view_converter() and descry_views_open() take views that "
            "DESCRY_VIEW() made");
}

class ViewsOpenTest : public ArgumentsTest {
 protected:
  // Opens two views of the two objects.
  static int Open(descry_view* one, descry_view* two, const Ref& first, const Ref& second) {
    descry_view* const views[] = {one, two};
    PyObject* const objects[] = {first.get(), second.get()};
    return descry_views_open(2, views, objects);
  }
};

TEST_F(ViewsOpenTest, ReaderAndWriterOfTheVeryElementsShareABorrow) {
  const char* const same[] = {"a", "a[:]", "a.view(np.recarray)", "a[::-1][::-1]"};
  for (const char* expression : same) {
    for (const bool reader_first : {true, false}) {
      for (const bool reader_is_released_first : {true, false}) {
        SCOPED_TRACE(expression);
        descry_view in = DESCRY_VIEW(particle, 1, DESCRY_READ);
        descry_view out = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
        const Ref read = Eval(expression), written = Eval("a");
        const Py_ssize_t before = Py_REFCNT(written.get());
        ASSERT_EQ(reader_first ? Open(&in, &out, read, written) : Open(&out, &in, written, read), 0)
            << TakeException();
        EXPECT_EQ(in.data, out.data);
        EXPECT_EQ(in.flags & DESCRY_UNBORROWED, 0u);
        EXPECT_EQ(PyList_Size(Ref(descry_borrows()).get()), 1);
        descry_view field;
        ASSERT_EQ(descry_view_field(&in, "id", &field), 0);
        descry_view_release(reader_is_released_first ? &in : &out);
        descry_view late = DESCRY_VIEW(particle, 1, DESCRY_READ);
        EXPECT_EQ(descry_view_converter(written.get(), &late), 0);
        EXPECT_EQ(TakeException().find("BufferError"), 0u);
        descry_view_release(reader_is_released_first ? &out : &in);
        EXPECT_EQ(PyList_Size(Ref(descry_borrows()).get()), 1) << "the field has it still";
        descry_view_release(&field);
        EXPECT_EQ(Repr(Ref(descry_borrows())), "[]");
        EXPECT_EQ(Py_REFCNT(written.get()), before);
      }
    }
  }
}

TEST_F(ViewsOpenTest, OtherOverlapIsRefusedAndNothingStaysOpen) {
  const struct {
    const char *read, *written;
  } cases[] = {{"a[1:]", "a[:-1]"}, {"a[::-1]", "a"}, {"a[:2]", "a"}, {"a[::2]", "a"}};
  for (const auto& one : cases) {
    SCOPED_TRACE(one.read);
    descry_view in = DESCRY_VIEW(particle, 1, DESCRY_READ);
    descry_view out = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
    EXPECT_EQ(Open(&in, &out, Eval(one.read), Eval(one.written)), -1);
    EXPECT_EQ(TakeException().find("BufferError"), 0u);
    EXPECT_EQ(in.array, nullptr);
    EXPECT_EQ(out.array, nullptr);
    EXPECT_EQ(Repr(Ref(descry_borrows())), "[]");
    EXPECT_EQ(Open(&in, &out, Eval("a"), Eval("a")), 0) << "they are still prepared";
    descry_view_release(&in);
    descry_view_release(&out);
  }
}

TEST_F(ViewsOpenTest, TwoToWriteAreRefusedAndTwoToReadAreNot) {
  descry_view one = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  descry_view two = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  EXPECT_EQ(Open(&one, &two, Eval("a"), Eval("a")), -1);
  EXPECT_EQ(TakeException().find("BufferError"), 0u);
  descry_view three = DESCRY_VIEW(particle, 1, DESCRY_READ);
  descry_view four = DESCRY_VIEW(particle, 1, DESCRY_READ);
  EXPECT_EQ(Open(&three, &four, Eval("a"), Eval("a")), 0);
  descry_view_release(&three);
  descry_view_release(&four);
}

TEST_F(ViewsOpenTest, FailsAsAWholeWhereOneObjectIsWrong) {
  const Ref array = Eval("a");
  const Py_ssize_t before = Py_REFCNT(array.get());
  descry_view one = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  descry_view two = DESCRY_VIEW(particle, 1, DESCRY_READ);
  EXPECT_EQ(Open(&one, &two, array, Eval("'text'")), -1);
  EXPECT_EQ(TakeException(),
            "TypeError: expected a 1-d array of particle (64 bytes), got an object of type str");
  EXPECT_EQ(Open(&two, &one, Eval("a[:2]"), Eval("3")), -1);
  EXPECT_EQ(TakeException().find("TypeError"), 0u);
  EXPECT_EQ(Py_REFCNT(array.get()), before);
  EXPECT_EQ(Repr(Ref(descry_borrows())), "[]");
  EXPECT_EQ(descry_views_open(0, nullptr, nullptr), 0);
}

TEST_F(ViewsOpenTest, SomebodyElsesBorrowIsRespected) {
  descry_view held = DESCRY_VIEW(particle, 1, DESCRY_READ);
  ASSERT_EQ(descry_view_converter(Eval("a[:1]").get(), &held), Py_CLEANUP_SUPPORTED);
  descry_view in = DESCRY_VIEW(particle, 1, DESCRY_READ);
  descry_view out = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  EXPECT_EQ(Open(&in, &out, Eval("a"), Eval("a")), -1);
  EXPECT_EQ(TakeException().find("BufferError"), 0u);
  descry_view_release(&held);
}

}  // namespace
}  // namespace descry_test
