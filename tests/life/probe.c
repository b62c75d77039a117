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

// One of everything that C gives back: a view, one of its field, a view of a copy that is to be
// written back, two views that share a borrow, a borrow, and a type made at run time.
typedef struct everything {
  descry_view view, field, copy, in, out;
  descry_borrow borrow;
  const descry_type* type;
} everything;

// Gives everything back, twice.
static void release_all(everything* all) {
  for (int i = 0; i < 2; ++i) {
    descry_view_release(&all->view);
    descry_view_release(&all->field);
    descry_view_release(&all->copy);
    descry_view_release(&all->in);
    descry_view_release(&all->out);
    descry_borrow_release(&all->borrow);
  }
  descry_type_release(all->type);
  all->type = NULL;
}

static int open_pair(everything* all, PyObject* array) {
  const descry_view in = DESCRY_VIEW(walk_sample, 1, DESCRY_READ);
  const descry_view out = DESCRY_VIEW(walk_sample, 1, DESCRY_WRITE);
  all->in = in;
  all->out = out;
  descry_view* const views[] = {&all->in, &all->out};
  PyObject* const objects[] = {array, array};
  return descry_views_open(2, views, objects);
}

// Makes a type, and its dtype.
static int make_type(everything* all) {
  descry_schema* schema = descry_schema_new("made", 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int64), 0, NULL);
  all->type = descry_schema_build(schema);
  PyObject* dtype = all->type ? descry_dtype(all->type) : PyErr_NoMemory();
  Py_XDECREF(dtype);
  return dtype ? 0 : -1;
}

// `array` has four elements. Returns 0, or -1 with an exception set.
static int open_all(everything* all, PyObject* array) {
  PyObject* parts[4];
  int result = 0;
  memset(all, 0, sizeof *all);
  for (Py_ssize_t i = 0; i < 4; ++i) {
    parts[i] = PySequence_GetSlice(array, i, i + 1);
    if (!parts[i]) result = -1;
  }
  PyObject* ids = result < 0 ? NULL : PyObject_CallMethod(parts[1], "__getitem__", "s", "id");
  PyObject* other = ids ? PyObject_CallMethod(ids, "byteswap", NULL) : NULL;
  PyObject* swapped = other ? PyObject_CallMethod(other, "view", "s", ">i8") : NULL;
  if (!swapped ||
      descry_view_acquire(&all->view, parts[0], DESCRY_TYPE(walk_sample), 1, DESCRY_READ) < 0 ||
      descry_view_field(&all->view, "id", &all->field) < 0 ||
      descry_view_acquire(&all->copy, swapped, DESCRY_TYPE(int64), 1,
                          DESCRY_WRITE | DESCRY_CONVERT) < 0 ||
      open_pair(all, parts[2]) < 0 || descry_borrow_exclusive(&all->borrow, parts[3]) < 0 ||
      make_type(all) < 0) {
    result = -1;
  }
  for (int i = 0; i < 4; ++i) Py_XDECREF(parts[i]);
  Py_XDECREF(ids);
  Py_XDECREF(other);
  Py_XDECREF(swapped);
  if (result < 0) release_all(all);
  return result;
}

// release_late(array): everything is released after the interpreter, by atexit() and by a
// destructor.
static everything late;

static void release_late_at_exit(void) { release_all(&late); }

__attribute__((destructor)) static void release_at_unload(void) { release_all(&late); }

static PyObject* release_late(PyObject* self, PyObject* array) {
  (void)self;
  if (atexit(release_late_at_exit) != 0 || open_all(&late, array) < 0) return NULL;
  Py_RETURN_NONE;
}

// release_detached(arrays, times): everything, opened here of each of four arrays, is released by
// threads that have no thread state.
enum { THREADS = 4 };

static void* release_in_thread(void* all) {
  release_all(all);
  return NULL;
}

static int open_each(everything* each, PyObject* arrays) {
  for (int k = 0; k < THREADS; ++k) {
    PyObject* array = PySequence_GetItem(arrays, k);
    const int result = array ? open_all(&each[k], array) : -1;
    Py_XDECREF(array);
    if (result < 0) return -1;
  }
  return 0;
}

static PyObject* release_detached(PyObject* self, PyObject* args) {
  (void)self;
  everything each[THREADS];
  pthread_t threads[THREADS];
  PyObject* arrays;
  int times;
  if (!PyArg_ParseTuple(args, "Oi", &arrays, &times)) return NULL;
  for (int i = 0; i < times; ++i) {
    if (open_each(each, arrays) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    for (int k = 1; k < THREADS; ++k) {
      if (pthread_create(&threads[k], NULL, release_in_thread, &each[k]) != 0) abort();
    }
    release_all(&each[0]);  // this thread has a state that is not attached
    for (int k = 1; k < THREADS; ++k) (void)pthread_join(threads[k], NULL);
    Py_END_ALLOW_THREADS;
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
