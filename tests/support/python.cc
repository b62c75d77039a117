// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/python.h"

#include <stdexcept>

namespace descry_test {
namespace {

// What == of two dtypes leaves out or gets wrong. `str` tells a datetime's unit and takes `l` and
// `q` for the same.
const char kPrelude[] = R"(
import numpy as np

def dtype_facts(dtype):
    if dtype.subdtype:
        return dtype_facts(dtype.base), dtype.shape
    if dtype.names is None:
        return dtype.str, dtype.alignment
    fields = [(name,) + dtype.fields[name] for name in dtype.names]
    return dtype.itemsize, dtype.alignment, [
        (name, offset, title, dtype_facts(field))
        for name, field, offset, *title in fields]
)";

Ref Run(const std::string& code, int start, PyObject* globals) {
  return Ref(PyRun_String(code.c_str(), start, globals, globals));
}

[[noreturn]] void ThrowPythonError(const std::string& doing) {
  throw std::runtime_error(doing + ": " + TakeException());
}

Ref NewGlobals() {
  Ref globals(PyDict_New());
  if (!globals || PyDict_SetItemString(globals.get(), "__builtins__", PyEval_GetBuiltins()) < 0 ||
      !Run(kPrelude, Py_file_input, globals.get())) {
    ThrowPythonError("prelude of tests/support/python.cc");
  }
  return globals;
}

// One dict for the whole process. Its last reference is never given up: the interpreter may be
// gone when C++ destroys its static objects.
PyObject* Globals() {
  static PyObject* const globals = NewGlobals().release();
  return globals;
}

std::string Utf8(const Ref& text) {
  const char* utf8 = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  if (!utf8) ThrowPythonError("text of a Python object");
  return utf8;
}

}  // namespace

Ref Eval(const std::string& expression) {
  Ref value = Run(expression, Py_eval_input, Globals());
  if (!value) ThrowPythonError(expression);
  return value;
}

void Exec(const std::string& statements) {
  if (!Run(statements, Py_file_input, Globals())) ThrowPythonError(statements);
}

void SetGlobal(const char* name, const Ref& value) {
  if (!value || PyDict_SetItemString(Globals(), name, value.get()) < 0) ThrowPythonError(name);
}

std::string Repr(PyObject* object) {
  return object ? Utf8(Ref(PyObject_Repr(object))) : std::string("NULL");
}

std::string Repr(const Ref& object) { return Repr(object.get()); }

std::string Str(const Ref& object) {
  return object ? Utf8(Ref(PyObject_Str(object.get()))) : std::string("NULL");
}

long long Int(const Ref& object) {
  const long long value = object ? PyLong_AsLongLong(object.get()) : -1;
  if (!object || (value == -1 && PyErr_Occurred())) ThrowPythonError("integer " + Repr(object));
  return value;
}

testing::AssertionResult SameDtype(const Ref& actual, const Ref& expected) {
  if (!actual) {
    return testing::AssertionFailure() << "no dtype, but " << TakeException();
  }
  SetGlobal("_actual", actual);
  SetGlobal("_expected", expected);
  const Ref same = Eval("_actual == _expected and dtype_facts(_actual) == dtype_facts(_expected)");
  if (same.get() == Py_True) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "got      " << Repr(actual) << ": " << Repr(Eval("dtype_facts(_actual)"))
         << "\nexpected " << Repr(expected) << ": " << Repr(Eval("dtype_facts(_expected)"));
}

std::string TakeException() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  if (!type) return "";
  PyErr_NormalizeException(&type, &value, &traceback);
  const Ref owned_type(type), owned_value(value), owned_traceback(traceback);
  const std::string name = reinterpret_cast<PyTypeObject*>(type)->tp_name;
  return name + ": " + Str(owned_value);
}

}  // namespace descry_test
