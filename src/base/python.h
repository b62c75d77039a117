// SPDX-License-Identifier: BSD-3-Clause
// CPython, in either of the two ways that descry is built: against one version's full C-API, or
// against the limited one of 3.9. What only one of them has, or has faster, gets one name here; no
// other file knows which build it is in.
#ifndef DESCRY_SRC_BASE_PYTHON_H_
#define DESCRY_SRC_BASE_PYTHON_H_

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>

#ifdef Py_LIMITED_API

#define DESCRYI_LIMITED 1

// The buffer protocol joined the limited API in 3.11, but every CPython 3 exports it with this
// layout.
#if Py_LIMITED_API + 0 < 0x030B0000
typedef struct {
  void* buf;
  PyObject* obj;
  Py_ssize_t len;
  Py_ssize_t itemsize;
  int readonly;
  int ndim;
  char* format;
  Py_ssize_t* shape;
  Py_ssize_t* strides;
  Py_ssize_t* suboffsets;
  void* internal;
} Py_buffer;
#define PyBUF_SIMPLE 0
#define PyBUF_INDIRECT 0x118
extern int PyObject_GetBuffer(PyObject* exporter, Py_buffer* view, int flags);
extern int PyObject_CheckBuffer(PyObject* obj);
extern void PyBuffer_Release(Py_buffer* view);
#endif

#else

#define DESCRYI_LIMITED 0

#endif  // Py_LIMITED_API

// Whether there is no GIL.
#ifdef Py_GIL_DISABLED
#define DESCRYI_FREE_THREADED 1
#else
#define DESCRYI_FREE_THREADED 0
#endif

// Returns whether the calling thread has a thread state attached: with a GIL, whether it has that.
// Safe at any time, also before and after the interpreter. Before 3.12 CPython knows only the state
// of whichever thread has the GIL, so that one's own has to be asked for. The limited API has
// neither question, but every CPython so far exports one of the two names: where a later one does
// not, no thread counts as attached, and attaching it once more does no harm.
static inline bool descryi_is_attached(void) {
#if !DESCRYI_LIMITED && PY_VERSION_HEX >= 0x030D0000
  return PyThreadState_GetUnchecked() != NULL;
#elif !DESCRYI_LIMITED && PY_VERSION_HEX >= 0x030C0000
  return _PyThreadState_UncheckedGet() != NULL;
#elif !DESCRYI_LIMITED
  const PyThreadState* const running = _PyThreadState_UncheckedGet();
  return running && running == PyGILState_GetThisThreadState();
#else
  extern PyThreadState* PyThreadState_GetUnchecked(void) __attribute__((weak));
  extern PyThreadState* _PyThreadState_UncheckedGet(void) __attribute__((weak));
  if (PyThreadState_GetUnchecked) return PyThreadState_GetUnchecked() != NULL;
  if (!_PyThreadState_UncheckedGet) return false;
  const PyThreadState* const running = _PyThreadState_UncheckedGet();
  return running && running == PyGILState_GetThisThreadState();
#endif
}

// Returns the interpreter of the calling thread, which has a thread state attached. CPython's own
// function checks a second time what PyThreadState_Get() has checked.
static inline PyInterpreterState* descryi_interpreter(void) {
#if DESCRYI_LIMITED
  return PyInterpreterState_Get();
#else
  return PyThreadState_Get()->interp;
#endif
}

// Returns whether the interpreter is about to end: a thread that attached itself then would be
// ended or never come back. False where that cannot be told.
static inline bool descryi_interpreter_is_ending(void) {
#if !DESCRYI_LIMITED && PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#elif !DESCRYI_LIMITED
  return _Py_IsFinalizing() != 0;
#else
  extern int Py_IsFinalizing(void) __attribute__((weak));
  extern int _Py_IsFinalizing(void) __attribute__((weak));
  if (Py_IsFinalizing) return Py_IsFinalizing() != 0;
  return _Py_IsFinalizing && _Py_IsFinalizing() != 0;
#endif
}

// Returns a borrowed reference; REQUIRES: `tuple` is a tuple with that index.
static inline PyObject* descryi_tuple_item(PyObject* tuple, Py_ssize_t index) {
#if DESCRYI_LIMITED
  return PyTuple_GetItem(tuple, index);
#else
  return PyTuple_GET_ITEM(tuple, index);
#endif
}

// Returns the length of a tuple; REQUIRES: `tuple` is a tuple.
static inline Py_ssize_t descryi_tuple_size(PyObject* tuple) {
#if DESCRYI_LIMITED
  return PyTuple_Size(tuple);
#else
  return PyTuple_GET_SIZE(tuple);
#endif
}

// Puts an item into a tuple or a list that is new. Steals a reference to it. REQUIRES: nobody else
// has the tuple or the list, there is such an index, and it holds nothing yet.
static inline void descryi_tuple_fill(PyObject* tuple, Py_ssize_t index, PyObject* item) {
#if DESCRYI_LIMITED
  (void)PyTuple_SetItem(tuple, index, item);
#else
  PyTuple_SET_ITEM(tuple, index, item);
#endif
}
static inline void descryi_list_fill(PyObject* list, Py_ssize_t index, PyObject* item) {
#if DESCRYI_LIMITED
  (void)PyList_SetItem(list, index, item);
#else
  PyList_SET_ITEM(list, index, item);
#endif
}

// Returns the value of a float; REQUIRES: it is one.
static inline double descryi_float_value(PyObject* number) {
#if DESCRYI_LIMITED
  return PyFloat_AsDouble(number);
#else
  return PyFloat_AS_DOUBLE(number);
#endif
}

// Returns a borrowed reference to the value under `key`, or NULL, with an exception only if one
// came up.
static inline PyObject* descryi_dict_find(PyObject* dict, PyObject* key) {
  return PyDict_GetItemWithError(dict, key);
}

// The same, with a new reference: another thread may replace the value meanwhile.
static inline PyObject* descryi_dict_get(PyObject* dict, PyObject* key) {
#if DESCRYI_FREE_THREADED
  PyObject* found = NULL;
  return PyDict_GetItemRef(dict, key, &found) < 0 ? NULL : found;
#else
  PyObject* found = PyDict_GetItemWithError(dict, key);
  Py_XINCREF(found);
  return found;
#endif
}

// Puts `value` under `key` unless there is a value, in one step with regard to other threads.
// Returns a new reference to the value that is there now, or NULL with an exception set. With a GIL
// two steps are as good as one, for keys that are str; CPython 3.13.0 goes on as if all were well
// where PyDict_SetDefault runs out of memory.
static inline PyObject* descryi_dict_set_default(PyObject* dict, PyObject* key, PyObject* value) {
#if DESCRYI_FREE_THREADED
  PyObject* found = NULL;
  return PyDict_SetDefaultRef(dict, key, value, &found) < 0 ? NULL : found;
#else
  PyObject* found = PyDict_GetItemWithError(dict, key);
  if (!found && !PyErr_Occurred()) found = PyDict_SetItem(dict, key, value) < 0 ? NULL : value;
  Py_XINCREF(found);
  return found;
#endif
}

// Returns a new reference to the pending exception, which is then no longer pending, or NULL where
// there is none.
static inline PyObject* descryi_error_take(void) {
#if !DESCRYI_LIMITED && PY_VERSION_HEX >= 0x030C0000
  return PyErr_GetRaisedException();
#else
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (value && traceback) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return value;
#endif
}

// Makes `error` the pending exception, or none where it is NULL. Steals a reference to `error`.
static inline void descryi_error_restore(PyObject* error) {
#if !DESCRYI_LIMITED && PY_VERSION_HEX >= 0x030C0000
  PyErr_SetRaisedException(error);
#else
  PyObject* type = error ? (PyObject*)Py_TYPE(error) : NULL;
  Py_XINCREF(type);
  PyErr_Restore(type, error, error ? PyException_GetTraceback(error) : NULL);
#endif
}

// Py_DECREF where an exception is pending. What NumPy reports while an array of objects dies, for
// want of memory, would clear it: NumPy 2.4 does.
static inline void descryi_drop(PyObject* object) {
  PyObject* const error = descryi_error_take();
  Py_DECREF(object);
  descryi_error_restore(error);
}

// PyMem_Calloc. The limited API has had it since 3.7, its headers only since 3.11.
static inline void* descryi_calloc(size_t count, size_t size) {
#if DESCRYI_LIMITED && PY_VERSION_HEX < 0x030B0000
  extern void* PyMem_Calloc(size_t nelem, size_t elsize);
#endif
  return PyMem_Calloc(count, size);
}

#if DESCRYI_LIMITED && Py_LIMITED_API + 0 < 0x030A0000
extern const char* PyUnicode_AsUTF8AndSize(PyObject* unicode, Py_ssize_t* size);
#endif

#endif  // DESCRY_SRC_BASE_PYTHON_H_
