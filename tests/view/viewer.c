// SPDX-License-Identifier: BSD-3-Clause
// A module that opens views of float64 and does nothing else. Built twice under two names
// (VIEWER_NAME), each file with a descry of its own. A view is a capsule; it is closed at the
// latest when the capsule goes.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <descry/descry.h>
#include <stdlib.h>

typedef double sample;

DESCRY_DECLARE(sample);
DESCRY_ALIAS(sample, float64);

static const char kCapsule[] = "viewer.view";

static descry_view* get(PyObject* capsule) { return PyCapsule_GetPointer(capsule, kCapsule); }

static void drop(PyObject* capsule) {
  descry_view* view = get(capsule);
  descry_view_release(view);
  free(view);
}

static PyObject* open_view(PyObject* self, PyObject* array) {
  (void)self;
  descry_view* view = calloc(1, sizeof(*view));
  if (!view) return PyErr_NoMemory();
  PyObject* capsule = PyCapsule_New(view, kCapsule, drop);
  if (!capsule) {
    free(view);
    return NULL;
  }
  if (descry_view_acquire(view, array, DESCRY_TYPE(sample), DESCRY_ANY_NDIM, DESCRY_READ) < 0) {
    Py_CLEAR(capsule);
  }
  return capsule;
}

static PyObject* first(PyObject* self, PyObject* capsule) {
  (void)self;
  descry_view* view = get(capsule);
  return view ? PyFloat_FromDouble(*(sample*)view->data) : NULL;
}

static PyObject* close_view(PyObject* self, PyObject* capsule) {
  (void)self;
  descry_view* view = get(capsule);
  if (!view) return NULL;
  descry_view_release(view);
  Py_RETURN_NONE;
}

static PyMethodDef kMethods[] = {
    {"open", open_view, METH_O, NULL},
    {"first", first, METH_O, NULL},
    {"close", close_view, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

#define CONCAT(a, b) a##b
#define INIT(name) CONCAT(PyInit_, name)
#define TEXT(name) #name
#define NAME(name) TEXT(name)

PyMODINIT_FUNC INIT(VIEWER_NAME)(void) {
  static struct PyModuleDef module = {
      PyModuleDef_HEAD_INIT, NAME(VIEWER_NAME), NULL, -1, kMethods, NULL, NULL, NULL, NULL};
  return PyModule_Create(&module);
}
