// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/calls.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdarg>
#include <cstring>

namespace descry_test {

PyObject* call_failed = PyExc_FloatingPointError;  // which nothing here raises by itself

namespace {

bool counting;
long failing, calls;

// Shared with child processes, so that the parent knows of one that crashed.
const char** const failed = static_cast<const char**>(
    mmap(nullptr, sizeof(const char*), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));

// Counts a call. Returns whether it has to fail, then with the exception set.
bool Fails(const char* name) {
  if (!counting || ++calls != failing) return false;
  *failed = name;
  PyErr_Format(call_failed, "%s fails", name);
  return true;
}

// Drops the reference that a function steals also where it fails, if it steals one.
void Drop(PyObject* stolen) { Py_XDECREF(stolen); }

}  // namespace

void FailCall(long n) {
  counting = n != 0;
  failing = n;
  calls = 0;
}

long Calls() { return calls; }

const char* FailedCall() { return *failed ? *failed : "-"; }

namespace {

// The functions of NumPy, as they were in its own table.
#define NUMPY_CALL(slot, result, failure, name, parameters, arguments, stolen) \
  result(*numpy_##name) parameters;                                            \
  result failing_##name parameters {                                           \
    if (!Fails("numpy: " #name)) return numpy_##name arguments;                \
    Drop(stolen);                                                              \
    return failure;                                                            \
  }
#include "tests/faults/calls.inc"

// Returns a copy of NumPy's table with those in it. The last slot is the one of NumPy 1.22.
void** CopyTable(void** table) {
  constexpr int kSlots = 307;
  static void* copy[kSlots];
  std::copy(table, table + kSlots, copy);
#define NUMPY_CALL(slot, result, failure, name, parameters, arguments, stolen) \
  std::memcpy(&numpy_##name, &table[slot], sizeof(void*));                     \
  copy[slot] = reinterpret_cast<void*>(failing_##name);
#include "tests/faults/calls.inc"
  return copy;
}

}  // namespace
}  // namespace descry_test

using descry_test::Drop;
using descry_test::Fails;

extern "C" {

#define CPYTHON_CALL(result, failure, name, parameters, arguments, stolen) \
  result __real_##name parameters;                                         \
  result __wrap_##name parameters;                                         \
  result __wrap_##name parameters {                                        \
    if (!Fails(#name)) return __real_##name arguments;                     \
    Drop(stolen);                                                          \
    return failure;                                                        \
  }
#include "tests/faults/calls.inc"

// NumPy's table comes out of a capsule without a name. A destructor's capsule, which has no
// references, always has its pointer.
void* __real_PyCapsule_GetPointer(PyObject* capsule, const char* name);
void* __wrap_PyCapsule_GetPointer(PyObject* capsule, const char* name);
void* __wrap_PyCapsule_GetPointer(PyObject* capsule, const char* name) {
  if (Py_REFCNT(capsule) > 0 && Fails("PyCapsule_GetPointer")) return nullptr;
  void* pointer = __real_PyCapsule_GetPointer(capsule, name);
  return name || !pointer ? pointer : descry_test::CopyTable(static_cast<void**>(pointer));
}

// This one sets no exception.
PyObject* __real_PyInterpreterState_GetDict(PyInterpreterState* interpreter);
PyObject* __wrap_PyInterpreterState_GetDict(PyInterpreterState* interpreter);
PyObject* __wrap_PyInterpreterState_GetDict(PyInterpreterState* interpreter) {
  if (!Fails("PyInterpreterState_GetDict")) return __real_PyInterpreterState_GetDict(interpreter);
  PyErr_Clear();
  return nullptr;
}

// Those with any number of arguments, by their sisters that take a list of them. With
// PY_SSIZE_T_CLEAN CPython up to 3.12 calls two of them by other names.

PyObject* __wrap_PyUnicode_FromFormat(const char* format, ...);
PyObject* __wrap_PyUnicode_FromFormat(const char* format, ...) {
  if (Fails("PyUnicode_FromFormat")) return nullptr;
  va_list values;
  va_start(values, format);
  PyObject* made = __real_PyUnicode_FromFormatV(format, values);
  va_end(values);
  return made;
}

PyObject* _Py_VaBuildValue_SizeT(const char* format, va_list values);

static PyObject* BuildValue(const char* format, va_list values) {
  return Fails("Py_BuildValue") ? nullptr : _Py_VaBuildValue_SizeT(format, values);
}

PyObject* __wrap_Py_BuildValue(const char* format, ...);
PyObject* __wrap_Py_BuildValue(const char* format, ...) {
  va_list values;
  va_start(values, format);
  PyObject* made = BuildValue(format, values);
  va_end(values);
  return made;
}

PyObject* __wrap__Py_BuildValue_SizeT(const char* format, ...);
PyObject* __wrap__Py_BuildValue_SizeT(const char* format, ...) {
  va_list values;
  va_start(values, format);
  PyObject* made = BuildValue(format, values);
  va_end(values);
  return made;
}

// `format` is a tuple's, or NULL.
static PyObject* CallMethod(PyObject* object, const char* name, const char* format,
                            va_list values) {
  if (Fails("PyObject_CallMethod")) return nullptr;
  PyObject* method = __real_PyObject_GetAttrString(object, name);
  PyObject* arguments = format ? _Py_VaBuildValue_SizeT(format, values) : __real_PyTuple_New(0);
  PyObject* result = method && arguments ? PyObject_CallObject(method, arguments) : nullptr;
  Py_XDECREF(method);
  Py_XDECREF(arguments);
  return result;
}

PyObject* __wrap_PyObject_CallMethod(PyObject* object, const char* name, const char* format, ...);
PyObject* __wrap_PyObject_CallMethod(PyObject* object, const char* name, const char* format, ...) {
  va_list values;
  va_start(values, format);
  PyObject* result = CallMethod(object, name, format, values);
  va_end(values);
  return result;
}

PyObject* __wrap__PyObject_CallMethod_SizeT(PyObject* object, const char* name, const char* format,
                                            ...);
PyObject* __wrap__PyObject_CallMethod_SizeT(PyObject* object, const char* name, const char* format,
                                            ...) {
  va_list values;
  va_start(values, format);
  PyObject* result = CallMethod(object, name, format, values);
  va_end(values);
  return result;
}

}  // extern "C"
