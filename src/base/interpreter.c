// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/interpreter.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/messages.h"
#include "src/base/numpy.h"

#if DESCRYI_LIMITED

int descryi_check_same_python(void) { return 0; }

#else

static const char* build_of(int free_threaded) {
  return free_threaded ? "a free-threading build" : "a build with a GIL";
}

// A file named plain .so is imported by any CPython that finds it, whose objects may look
// otherwise.
int descryi_check_same_python(void) {
  const char* running = Py_GetVersion();  // "3.13.0 experimental free-threading build (main, ..."
  char* end = NULL;
  const int major = (int)strtol(running, &end, 10);
  const int minor = *end == '.' ? (int)strtol(end + 1, NULL, 10) : 0;
  const int free_threaded = strstr(running, "free-threading") != NULL;
  if (major == PY_MAJOR_VERSION && minor == PY_MINOR_VERSION &&
      free_threaded == DESCRYI_FREE_THREADED) {
    return 0;
  }
  return descryi_raise_python_other(PY_MAJOR_VERSION, PY_MINOR_VERSION,
                                    build_of(DESCRYI_FREE_THREADED), major, minor,
                                    build_of(free_threaded));
}

#endif

// What descry_priv_attach() returns beside -1: nothing was done, or by how much
// PyGILState_Ensure()'s answer has to be shifted to be told from that.
enum { ALREADY_ATTACHED = 0, GIL_STATE = 1 };

int descry_priv_attach(void) {
  if (descryi_is_attached()) return ALREADY_ATTACHED;
  // PyGILState_Ensure() crashes where there is no interpreter, and ends or never leaves a thread
  // that comes while there is one that is just ending.
  if (!Py_IsInitialized() || descryi_interpreter_is_ending()) return -1;
  return GIL_STATE + (int)PyGILState_Ensure();
}

void descry_priv_detach(int attached) {
  if (attached >= GIL_STATE) PyGILState_Release((PyGILState_STATE)(attached - GIL_STATE));
}

void descryi_run_attached(void (*drop)(void* kept), void* kept) {
  if (descryi_load_unsigned(&descryi_np.state) != DESCRYI_NUMPY_READY) return;
  const int attached = descry_priv_attach();
  if (attached < 0) return;
  drop(kept);
  descry_priv_detach(attached);
}

void descry_priv_drop(PyObject* object) {
  if (!object) return;
  const int attached = descry_priv_attach();
  if (attached < 0) return;
  descryi_drop(object);
  descry_priv_detach(attached);
}

// With 20 KB each, 2 MB of the 8 MB that a thread has; of what is left, other modules that link
// descry may take as much.
enum { MOST_NESTED_CALLS = 100 };

static _Thread_local int nested_calls;

int descryi_nested_call_begin(void) {
  if (nested_calls == MOST_NESTED_CALLS) return descryi_raise_nested_calls(MOST_NESTED_CALLS);
  ++nested_calls;
  return 0;
}

void descryi_nested_call_end(void) { --nested_calls; }

static const char* const kAtEndName = "descry.at_interpreter_end";

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
  key = PyUnicode_FromFormat("%s.%p", kAtEndName, pointer);
  capsule = PyCapsule_New((void*)kAtEndName, kAtEndName, NULL);
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
