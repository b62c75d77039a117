// SPDX-License-Identifier: BSD-3-Clause
// An extension module that does one thing at a time, for programs that end badly around it.

#include <descry/descry.h>
#include <stdlib.h>
#include <string.h>

#include "tests/life/walk_types.h"

static PyObject* dtype(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return descry_dtype(DESCRY_TYPE(walk_sample));
}

static PyObject* named_dtype(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return descry_dtype(DESCRY_TYPE(walk_named));
}

static PyObject* layout(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return descry_layout(DESCRY_TYPE(walk_sample));
}

static PyObject* mismatch(PyObject* self, PyObject* other) {
  (void)self;
  return descry_mismatch(DESCRY_TYPE(walk_sample), other, DESCRY_LAYOUT);
}

static PyObject* borrows(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return descry_borrows();
}

// zeros(count) and zeros_named(count): fresh arrays.
static PyObject* zeros_of(const descry_type* type, PyObject* count) {
  const Py_ssize_t shape = PyLong_AsSsize_t(count);
  if (shape == -1 && PyErr_Occurred()) return NULL;
  return descry_zeros(type, 1, &shape, DESCRY_C_ORDER);
}

static PyObject* zeros(PyObject* self, PyObject* count) {
  (void)self;
  return zeros_of(DESCRY_TYPE(walk_sample), count);
}

static PyObject* zeros_named(PyObject* self, PyObject* count) {
  (void)self;
  return zeros_of(DESCRY_TYPE(walk_named), count);
}

static void say_and_free(void* data, void* context) {
  (void)context;
  printf("released\n");
  fflush(stdout);
  free(data);
}

// adopt(object): an array of one element that owns memory of ours and a reference to `object`.
static PyObject* adopt(PyObject* self, PyObject* object) {
  (void)self;
  const Py_ssize_t one = 1;
  walk_named* memory = calloc(1, sizeof *memory);
  if (!memory) return PyErr_NoMemory();
  PyObject* array = descry_adopt(DESCRY_TYPE(walk_named), memory, 1, &one, NULL, say_and_free, NULL,
                                 DESCRY_WRITE);
  if (!array) {
    free(memory);
    return NULL;
  }
  Py_INCREF(object);
  PyObject* none = memory->object;
  memory->object = object;
  Py_XDECREF(none);
  return array;
}

// copy(array): a copy of an array's elements, whatever its strides.
static PyObject* copy(PyObject* self, PyObject* array) {
  (void)self;
  descry_view in;
  memset(&in, 0, sizeof in);
  if (descry_view_acquire(&in, array, DESCRY_TYPE(walk_sample), DESCRY_ANY_NDIM, DESCRY_READ) < 0) {
    return NULL;
  }
  PyObject* made = descry_copy(in.type, in.data, in.ndim, in.shape, in.strides);
  descry_view_release(&in);
  return made;
}

static void close_view(PyObject* capsule) {
  descry_view* view = PyCapsule_GetPointer(capsule, "probe.view");
  descry_view_release(view);
  free(view);
}

// view(array, write): an open view, until the object returned goes.
static PyObject* view(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* array;
  int write;
  if (!PyArg_ParseTuple(args, "Op", &array, &write)) return NULL;
  descry_view* open = calloc(1, sizeof *open);
  if (!open) return PyErr_NoMemory();
  if (descry_view_acquire(open, array, DESCRY_TYPE(walk_sample), 1,
                          write ? DESCRY_WRITE : DESCRY_READ) < 0) {
    free(open);
    return NULL;
  }
  return PyCapsule_New(open, "probe.view", close_view);
}

static descry_view left_view;
static descry_borrow left_borrow;

// leave(array): a view of the first half and a borrow of the second that nobody ever gives back.
static PyObject* leave(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *first, *second;
  if (!PyArg_ParseTuple(args, "OO", &first, &second)) return NULL;
  if (descry_view_acquire(&left_view, first, DESCRY_TYPE(walk_sample), 1, DESCRY_WRITE) < 0 ||
      descry_borrow_exclusive(&left_borrow, second) < 0) {
    return NULL;
  }
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"dtype", dtype, METH_NOARGS, NULL},
    {"named_dtype", named_dtype, METH_NOARGS, NULL},
    {"layout", layout, METH_NOARGS, NULL},
    {"mismatch", mismatch, METH_O, NULL},
    {"borrows", borrows, METH_NOARGS, NULL},
    {"zeros", zeros, METH_O, NULL},
    {"zeros_named", zeros_named, METH_O, NULL},
    {"adopt", adopt, METH_O, NULL},
    {"copy", copy, METH_O, NULL},
    {"view", view, METH_VARARGS, NULL},
    {"leave", leave, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "probe", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_probe(void) {
  PyObject* made = PyModule_Create(&module);
#ifdef Py_GIL_DISABLED
  if (made) PyUnstable_Module_SetGIL(made, Py_MOD_GIL_NOT_USED);
#endif
  return made;
}
