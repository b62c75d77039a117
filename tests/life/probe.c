// SPDX-License-Identifier: BSD-3-Clause
// An extension module that does one thing at a time, for programs that end badly around it.

#include <descry/descry.h>
#include <pthread.h>
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

// release_late(array): what is released after the interpreter: a view, one of its field, and a view
// of a copy that is to be written back, by atexit() and by a destructor.
static descry_view late_view, late_field, late_copy;

static void release_late_views(void) {
  for (int i = 0; i < 2; ++i) {
    descry_view_release(&late_view);
    descry_view_release(&late_field);
    descry_view_release(&late_copy);
  }
}

__attribute__((destructor)) static void release_at_unload(void) { release_late_views(); }

static PyObject* release_late(PyObject* self, PyObject* array) {
  (void)self;
  PyObject* part = PySequence_GetSlice(array, 0, 2);
  PyObject* rest = PySequence_GetSlice(array, 2, 4);
  PyObject* columns = rest ? PyObject_CallMethod(rest, "__getitem__", "s", "id") : NULL;
  const int result =
      !columns || atexit(release_late_views) != 0 ||
              descry_view_acquire(&late_view, part, DESCRY_TYPE(walk_sample), 1, DESCRY_READ) < 0 ||
              descry_view_field(&late_view, "id", &late_field) < 0 ||
              descry_view_acquire(&late_copy, columns, DESCRY_TYPE(int64), 1,
                                  DESCRY_WRITE | DESCRY_CONVERT | DESCRY_C_CONTIGUOUS) < 0
          ? -1
          : 0;
  Py_XDECREF(part);
  Py_XDECREF(rest);
  Py_XDECREF(columns);
  if (result < 0) return NULL;
  Py_RETURN_NONE;
}

// release_detached(array, times): views of an array and of its field, opened here and released by
// threads that have no thread state. Returns nothing.
typedef struct detached {
  descry_view view, field;
  pthread_t thread;
} detached;

static void* release_both(void* argument) {
  detached* views = argument;
  descry_view_release(&views->field);
  descry_view_release(&views->view);
  return NULL;
}

static int open_both(detached* views, PyObject* array) {
  if (descry_view_acquire(&views->view, array, DESCRY_TYPE(walk_sample), 1, DESCRY_READ) < 0 ||
      descry_view_field(&views->view, "id", &views->field) < 0) {
    return -1;
  }
  return 0;
}

static PyObject* release_detached(PyObject* self, PyObject* args) {
  (void)self;
  enum { THREADS = 4 };
  detached views[THREADS];
  PyObject* array;
  int times;
  if (!PyArg_ParseTuple(args, "Oi", &array, &times)) return NULL;
  for (int i = 0; i < times; ++i) {
    for (int k = 0; k < THREADS; ++k) {
      if (open_both(&views[k], array) < 0) return NULL;
    }
    Py_BEGIN_ALLOW_THREADS for (int k = 1; k < THREADS; ++k) {
      if (pthread_create(&views[k].thread, NULL, release_both, &views[k]) != 0) abort();
    }
    release_both(&views[0]);  // this thread has a state that is not attached
    for (int k = 1; k < THREADS; ++k) (void)pthread_join(views[k].thread, NULL);
    Py_END_ALLOW_THREADS
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
    {"release_late", release_late, METH_O, NULL},
    {"release_detached", release_detached, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

#define STRING(name) STRING_(name)
#define STRING_(name) #name
#define INIT(name) INIT_(name)
#define INIT_(name) PyInit_##name

static PyModuleDef module = {
    PyModuleDef_HEAD_INIT, STRING(PROBE_NAME), NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC INIT(PROBE_NAME)(void) {
  PyObject* made = PyModule_Create(&module);
#ifdef Py_GIL_DISABLED
  if (made) PyUnstable_Module_SetGIL(made, Py_MOD_GIL_NOT_USED);
#endif
  return made;
}
