// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/embedded.h"

#include <cstdio>
#include <cstdlib>

#include "tests/support/start.h"

namespace descry_test {

Ref StartAndImport(const char* name) {
  StartPython();
  PyRun_SimpleString(
      "import sys\n"
      "sys.dont_write_bytecode = True\n"
      "sys.path[:0] = ['tests/fuzz', 'tests/match']\n");
  Ref module(PyImport_ImportModule(name));
  Require(static_cast<bool>(module), "the target's Python part is there");
  return module;
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  if (PyErr_Occurred()) PyErr_Print();
  std::abort();
}

Ref Call(const Ref& module, const char* function, Ref args) {
  Require(static_cast<bool>(args), "arguments are made");
  const Ref callable(PyObject_GetAttrString(module.get(), function));
  Ref result(callable ? PyObject_CallObject(callable.get(), args.get()) : nullptr);
  Require(static_cast<bool>(result), function);
  return result;
}

Ref Bytes(const uint8_t* data, size_t size) {
  return Ref(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(data),
                                       static_cast<Py_ssize_t>(size)));
}

void Show(const char* label, PyObject* object) {
  std::fprintf(stderr, "%s: ", label);
  PyObject_Print(object, stderr, 0);
  std::fprintf(stderr, "\n");
}

}  // namespace descry_test
