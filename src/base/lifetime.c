// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/lifetime.h"

#include <string.h>

#include "src/base/messages.h"

static const char* const kName = "descry.at_interpreter_end";

static void on_end(PyObject* capsule) {
  void* pointer = PyCapsule_GetContext(capsule);
  void (*forget)(void);
  memcpy(&forget, &pointer, sizeof forget);
  forget();
}

PyObject* descryi_interpreter_dict(void) {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (!dict && !PyErr_Occurred()) descryi_raise_interpreter_ended();
  return dict;
}

// Py_AtExit would be simpler, but takes 32 functions in all, and every module that links descry has
// its own copy of this.
int descryi_at_interpreter_end(void (*forget)(void)) {
  int result = -1;
  PyObject* capsule = NULL;
  PyObject* key = NULL;
  PyObject* registered = NULL;
  PyObject* dict = descryi_interpreter_dict();
  if (!dict) goto done;
  void* pointer;
  memcpy(&pointer, &forget, sizeof pointer);
  key = PyUnicode_FromFormat("%s.%p", kName, pointer);
  capsule = PyCapsule_New((void*)kName, kName, NULL);
  if (!key || !capsule || PyCapsule_SetContext(capsule, pointer) < 0) goto done;
  // The destructor comes last, on the capsule that found its place: one that is dropped again
  // forgets nothing.
  registered = descryi_dict_set_default(dict, key, capsule);
  if (!registered || PyCapsule_SetDestructor(registered, on_end) < 0) goto done;
  result = 0;

done:
  Py_XDECREF(key);
  Py_XDECREF(registered);
  Py_XDECREF(capsule);
  return result;
}
