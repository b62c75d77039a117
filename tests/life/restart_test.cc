// SPDX-License-Identifier: BSD-3-Clause
// Interpreters that end, start again, or have others beside them. Each case is a process of its
// own: a process has one first interpreter.

#include <Python.h>
#include <descry/descry.h>
#include <descry_python.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/life/walk_types.h"

namespace {

using testing::ExitedWithCode;

const char kEnded[] = "ImportError: NumPy cannot be used again once the interpreter";
const char kOther[] = "ImportError: NumPy was imported by another interpreter";

// Fails the child process.
void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  if (PyErr_Occurred()) PyErr_Print();
  std::_Exit(1);
}
#define CHECK(condition) Check((condition), #condition)

void Start() {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;
  config.parse_argv = 0;
  PyStatus status =
      PyConfig_SetBytesString(&config, &config.program_name, DESCRY_PYTHON_EXECUTABLE);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

// Whether an exception is pending whose "Class: text" begins with `start`; clears it.
bool TakeException(const char* start) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  if (!type) return false;
  PyErr_NormalizeException(&type, &value, &traceback);
  PyObject* text = PyObject_Str(value);
  std::string found = reinterpret_cast<PyTypeObject*>(type)->tp_name;
  found += std::string(": ") + (text ? PyUnicode_AsUTF8(text) : "?");
  Py_XDECREF(text);
  Py_DECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
  if (found.rfind(start, 0) == 0) return true;
  std::fprintf(stderr, "%s\n", found.c_str());
  return false;
}

PyObject* Zeros() {
  const Py_ssize_t count = 4;
  return descry_zeros(DESCRY_TYPE(walk_named), 1, &count, DESCRY_C_ORDER);
}

// What works, works in full.
void CheckWorks() {
  PyObject* array = Zeros();
  CHECK(array);
  descry_view view = {};
  CHECK(descry_view_acquire(&view, array, DESCRY_TYPE(walk_named), 1, DESCRY_WRITE) == 0);
  descry_view_release(&view);
  Py_DECREF(array);
}

// What does not work says so, whatever is asked.
void CheckRefuses(const char* message) {
  const Py_ssize_t count = 1;
  char data[64] = {};
  descry_view view = {};
  descry_borrow borrow = {};
  CHECK(!descry_dtype(DESCRY_TYPE(walk_sample)) && TakeException(message));
  CHECK(!descry_dtype(DESCRY_TYPE(walk_named)) && TakeException(message));
  CHECK(descry_register(DESCRY_TYPE(walk_point)) == -1 && TakeException(message));
  CHECK(!Zeros() && TakeException(message));
  CHECK(!descry_wrap(DESCRY_TYPE(walk_point), data, 1, &count, nullptr, Py_None, DESCRY_READ) &&
        TakeException(message));
  CHECK(descry_matches(DESCRY_TYPE(walk_point), Py_None, DESCRY_LAYOUT) == -1 &&
        TakeException(message));
  CHECK(descry_view_acquire(&view, Py_None, DESCRY_TYPE(walk_point), 1, DESCRY_READ) == -1 &&
        TakeException(message));
  CHECK(descry_borrow_shared(&borrow, Py_None) == -1 && TakeException(message));
  CHECK(descry_dtype_itemsize(Py_None) == -1 && TakeException(message));
  PyObject* layout = descry_layout(DESCRY_TYPE(walk_sample));
  CHECK(layout);
  Py_DECREF(layout);
}

[[noreturn]] void End() {
  CHECK(!PyErr_Occurred());
  CHECK(Py_FinalizeEx() == 0);
  std::exit(0);
}

void UsesNumPyInASecondLife() {
  Start();
  CheckWorks();
  CHECK(Py_FinalizeEx() == 0);
  for (int life = 0; life < 2; ++life) {
    Start();
    CheckRefuses(kEnded);
    CHECK(Py_FinalizeEx() == 0);
  }
  std::exit(0);
}

void UsesNumPyInTheSecondLifeOnly() {
  Start();
  PyObject* layout = descry_layout(DESCRY_TYPE(walk_sample));
  CHECK(layout && !descry_find("walk_sample"));
  Py_DECREF(layout);
  CHECK(Py_FinalizeEx() == 0);
  Start();
  CheckWorks();
  End();
}

descry_view left_view;
descry_borrow left_borrow;
int releases;

void CountRelease(void*, void*) { ++releases; }

// Leaves open whatever can be.
void LeaveEverythingOpen() {
  static walk_named memory;
  const Py_ssize_t one = 1;
  PyObject* viewed = Zeros();
  PyObject* borrowed = Zeros();
  PyObject* adopted = descry_adopt(DESCRY_TYPE(walk_named), &memory, 1, &one, nullptr, CountRelease,
                                   nullptr, DESCRY_WRITE);
  CHECK(viewed && borrowed && adopted);
  CHECK(descry_view_acquire(&left_view, viewed, DESCRY_TYPE(walk_named), 1, DESCRY_WRITE) == 0);
  CHECK(descry_borrow_exclusive(&left_borrow, borrowed) == 0);
  PyObject* main = PyImport_AddModule("__main__");
  CHECK(main && PyObject_SetAttrString(main, "adopted", adopted) == 0);
  Py_DECREF(adopted);
}

void EndsWithEverythingOpen() {
  Start();
  LeaveEverythingOpen();
  CHECK(Py_FinalizeEx() == 0);
  CHECK(releases == 1);
  std::exit(0);
}

void GivesBackABorrowInTheNextLife() {
  Start();
  LeaveEverythingOpen();
  CHECK(Py_FinalizeEx() == 0);
  Start();
  descry_borrow_release(&left_borrow);
  descry_borrow_release(&left_borrow);
  CheckRefuses(kEnded);
  End();
}

void UsesASecondInterpreter() {
  Start();
  CheckWorks();
  const Py_ssize_t shape[] = {2};
  PyObject* array = descry_zeros(DESCRY_TYPE(walk_sample), 1, shape, DESCRY_C_ORDER);
  CHECK(array);
  PyThreadState* first = PyThreadState_Get();
  PyThreadState* second = Py_NewInterpreter();
  CHECK(second);
  CheckRefuses(kOther);
  descry_view view;  // of an array that is one of NumPy's in either interpreter
  CHECK(descry_view_acquire(&view, array, DESCRY_TYPE(walk_sample), 1, DESCRY_READ) < 0);
  CHECK(TakeException(kOther));
  Py_EndInterpreter(second);
  PyThreadState_Swap(first);
  Py_DECREF(array);
  CheckWorks();
  End();
}

// NumPy may refuse to be imported by it, or later by the first one; either way it is an
// ImportError.
void UsesASecondInterpreterFirst() {
  Start();
  PyThreadState* first = PyThreadState_Get();
  PyThreadState* second = Py_NewInterpreter();
  CHECK(second);
  PyObject* dtype = descry_dtype(DESCRY_TYPE(walk_sample));
  CHECK(dtype || TakeException("ImportError: "));
  const bool used = dtype != nullptr;
  Py_XDECREF(dtype);
  PyThreadState_Swap(first);
  if (used) CheckRefuses(kOther);
  PyThreadState_Swap(second);
  Py_EndInterpreter(second);
  PyThreadState_Swap(first);
  if (used) CheckRefuses(kEnded);
  End();
}

void ReadsNothingWithoutAType() {
  Start();
  CHECK(!descry_find("walk_sample") && !PyErr_Occurred());
  CHECK(descry_register(DESCRY_TYPE(walk_sample)) == 0);
  CHECK(descry_find("walk_sample") == DESCRY_TYPE(walk_sample));
  CHECK(Py_FinalizeEx() == 0);
  Start();
  CHECK(!descry_find("walk_sample") && !PyErr_Occurred());
  End();
}

#define CASE(name) \
  TEST(RestartDeathTest, name) { EXPECT_EXIT(name(), ExitedWithCode(0), ""); }

CASE(UsesNumPyInASecondLife)
CASE(UsesNumPyInTheSecondLifeOnly)
CASE(EndsWithEverythingOpen)
CASE(GivesBackABorrowInTheNextLife)
CASE(UsesASecondInterpreter)
CASE(UsesASecondInterpreterFirst)
CASE(ReadsNothingWithoutAType)

}  // namespace
