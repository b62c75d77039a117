// SPDX-License-Identifier: BSD-3-Clause
// error, object and call: failures and references in C++.

#include <gmock/gmock.h>

#include <descry/descry.hpp>
#include <memory>
#include <stdexcept>
#include <thread>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using CxxErrorTest = PythonTest;

descry::error MakeError(PyObject* exception = PyExc_KeyError, const char* text = "lost") {
  PyErr_SetString(exception, text);
  return descry::error();
}

TEST_F(CxxErrorTest, TakesThePendingException) {
  const descry::error raised = MakeError();
  EXPECT_FALSE(PyErr_Occurred());
  EXPECT_STREQ(raised.what(), "KeyError: 'lost'");
  EXPECT_TRUE(raised.matches(PyExc_LookupError));
  EXPECT_FALSE(raised.matches(PyExc_TypeError));
}

TEST_F(CxxErrorTest, RestoresItWithItsTraceback) {
  PyObject* const code = Py_CompileString("1 / 0", "here.py", Py_eval_input);
  const Ref globals(PyDict_New());
  PyObject* const result = PyEval_EvalCode(code, globals.get(), globals.get());
  Py_DECREF(code);
  ASSERT_EQ(result, nullptr);
  descry::error().restore();
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  EXPECT_EQ(type, PyExc_ZeroDivisionError);
  EXPECT_NE(traceback, nullptr);
  PyErr_Restore(type, value, traceback);
  EXPECT_EQ(TakeException(), "ZeroDivisionError: division by zero");
}

TEST_F(CxxErrorTest, MayEndInAThreadWithoutTheGil) {
  auto raised = std::make_unique<descry::error>(MakeError());
  const Ref value = Ref::Borrow(raised->value());
  const Py_ssize_t before = Py_REFCNT(value.get());
  PyThreadState* const state = PyEval_SaveThread();
  std::thread([&raised] {
    const descry::error copy = *raised;
    raised.reset();
  }).join();
  PyEval_RestoreThread(state);
  Exec("for _ in range(1000): pass");  // without a GIL, references are counted up only now
  EXPECT_EQ(Py_REFCNT(value.get()), before - 1);
}

TEST_F(CxxErrorTest, TextThatPythonCannotGiveIsAQuestionMark) {
  Exec("class Mute(Exception):\n  def __str__(self): raise ValueError");
  const descry::error raised = MakeError(Eval("Mute").get());
  EXPECT_STREQ(raised.what(), "Mute: ?");
}

TEST_F(CxxErrorTest, CallHandsBackWhatIsThrown) {
  const auto raise = []() -> PyObject* { throw MakeError(); };
  EXPECT_THAT(descry::call(raise), RaisesPython(PyExc_KeyError, "'lost'"));
  const auto exhaust = []() -> PyObject* { throw std::bad_alloc(); };
  EXPECT_THAT(descry::call(exhaust), RaisesPython(PyExc_MemoryError));
  const auto fail = []() -> int { throw std::domain_error("too cold"); };
  EXPECT_THAT(descry::call(fail), RaisesPython(PyExc_RuntimeError, "too cold"));
  const auto odd = []() -> int { throw 5; };
  EXPECT_THAT(descry::call(odd),
              RaisesPython(PyExc_RuntimeError, "a C++ exception that is not a std::exception"));
}

TEST_F(CxxErrorTest, CallReturnsWhatIsReturned) {
  EXPECT_EQ(descry::call([] { return 3; }), 3);
  const Ref made(descry::call([] { return descry::array<int>::zeros(2); }));
  EXPECT_EQ(Repr(made), Repr(Eval("np.zeros(2, 'i4')")));
}

TEST_F(CxxErrorTest, ObjectsCountTheirReferences) {
  const Ref list = Eval("[]");
  const Py_ssize_t before = Py_REFCNT(list.get());
  {
    Py_INCREF(list.get());
    descry::object first = descry::object::steal(list.get());
    descry::object second = first, third = std::move(first);
    EXPECT_FALSE(first);
    EXPECT_EQ(Py_REFCNT(list.get()), before + 2);
    first = second;
    EXPECT_EQ(Py_REFCNT(list.get()), before + 3);
    Py_DECREF(third.release());
  }
  EXPECT_EQ(Py_REFCNT(list.get()), before);
}

}  // namespace
}  // namespace descry_test
