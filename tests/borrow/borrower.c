// SPDX-License-Identifier: BSD-3-Clause
// A module that borrows and does nothing else. Built more than once under several names
// (BORROWER_NAME), each file with a descry of its own. A borrow is a capsule; it is released at the
// latest when the capsule goes.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <descry/borrow.h>
#include <stdlib.h>

static const char kCapsule[] = "borrower.borrow";

static descry_borrow* get(PyObject* capsule) { return PyCapsule_GetPointer(capsule, kCapsule); }

static void drop(PyObject* capsule) {
  descry_borrow* borrow = get(capsule);
  descry_borrow_release(borrow);
  free(borrow);
}

static PyObject* new_capsule(void) {
  descry_borrow* borrow = calloc(1, sizeof(*borrow));
  if (!borrow) return PyErr_NoMemory();
  PyObject* capsule = PyCapsule_New(borrow, kCapsule, drop);
  if (!capsule) free(borrow);
  return capsule;
}

static PyObject* shared(PyObject* self, PyObject* array) {
  (void)self;
  PyObject* capsule = new_capsule();
  if (capsule && descry_borrow_shared(get(capsule), array) < 0) Py_CLEAR(capsule);
  return capsule;
}

static PyObject* exclusive(PyObject* self, PyObject* array) {
  (void)self;
  PyObject* capsule = new_capsule();
  if (capsule && descry_borrow_exclusive(get(capsule), array) < 0) Py_CLEAR(capsule);
  return capsule;
}

static PyObject* downgrade(PyObject* self, PyObject* capsule) {
  (void)self;
  descry_borrow* borrow = get(capsule);
  if (!borrow || descry_borrow_downgrade(borrow) < 0) return NULL;
  Py_RETURN_NONE;
}

static PyObject* release(PyObject* self, PyObject* capsule) {
  (void)self;
  descry_borrow* borrow = get(capsule);
  if (!borrow) return NULL;
  descry_borrow_release(borrow);
  Py_RETURN_NONE;
}

static PyObject* borrows(PyObject* self, PyObject* nothing) {
  (void)self, (void)nothing;
  return descry_borrows();
}

static PyMethodDef kMethods[] = {
    {"shared", shared, METH_O, NULL},        {"exclusive", exclusive, METH_O, NULL},
    {"downgrade", downgrade, METH_O, NULL},  {"release", release, METH_O, NULL},
    {"borrows", borrows, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL},
};

#define CONCAT(a, b) a##b
#define INIT(name) CONCAT(PyInit_, name)
#define TEXT(name) #name
#define NAME(name) TEXT(name)

PyMODINIT_FUNC INIT(BORROWER_NAME)(void) {
  static struct PyModuleDef module = {
      PyModuleDef_HEAD_INIT, NAME(BORROWER_NAME), NULL, -1, kMethods, NULL, NULL, NULL, NULL};
  return PyModule_Create(&module);
}
