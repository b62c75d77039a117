// SPDX-License-Identifier: BSD-3-Clause
// The basic suite's extension module: one record, from struct to dtype to array and back.

#include <descry/descry.h>
#include <string.h>

typedef struct {
  int64_t id;
  double position[3];
  char label[6];
} particle;

DESCRY_DECLARE(particle);
DESCRY_RECORD(particle, id, position, label);

static PyObject* dtype(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return descry_dtype(DESCRY_TYPE(particle));
}

static PyObject* layout(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return descry_layout(DESCRY_TYPE(particle));
}

static PyObject* mismatch(PyObject* self, PyObject* other) {
  (void)self;
  return descry_mismatch(DESCRY_TYPE(particle), other, DESCRY_EQUIVALENT);
}

// make(count): an array of particles with the ids 0, 1, 2, ...
static PyObject* make(PyObject* self, PyObject* arg) {
  (void)self;
  Py_ssize_t count = PyLong_AsSsize_t(arg);
  if (count == -1 && PyErr_Occurred()) return NULL;
  PyObject* array = descry_zeros(DESCRY_TYPE(particle), 1, &count, DESCRY_C_ORDER);
  descry_view view = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
  if (!array || !descry_view_converter(array, &view)) {
    Py_XDECREF(array);
    return NULL;
  }
  for (Py_ssize_t i = 0; i < view.size; ++i) {
    particle* each = DESCRY_AT(particle, &view, i);
    each->id = i;
    memcpy(each->label, "proton", sizeof(each->label));
  }
  descry_view_release(&view);
  return array;
}

// total_x(array): the sum of the particles' first coordinates.
static PyObject* total_x(PyObject* self, PyObject* array) {
  (void)self;
  descry_view view;
  if (descry_view_acquire(&view, array, DESCRY_TYPE(particle), 1, DESCRY_READ) < 0) return NULL;
  double sum = 0;
  for (Py_ssize_t i = 0; i < view.size; ++i) sum += DESCRY_AT(particle, &view, i)->position[0];
  descry_view_release(&view);
  return PyFloat_FromDouble(sum);
}

// wrap(): a read-only array over memory of this module, which it keeps alive.
static PyObject* wrap(PyObject* self, PyObject* unused) {
  static particle two[2] = {{.id = 7, .position = {1, 2, 3}, .label = "muon"}, {.id = 8}};
  const Py_ssize_t count = 2;
  (void)unused;
  return descry_wrap(DESCRY_TYPE(particle), two, 1, &count, NULL, self, DESCRY_READ);
}

static PyMethodDef methods[] = {
    {"dtype", dtype, METH_NOARGS, NULL},
    {"layout", layout, METH_NOARGS, NULL},
    {"mismatch", mismatch, METH_O, NULL},
    {"make", make, METH_O, NULL},
    {"total_x", total_x, METH_O, NULL},
    {"wrap", wrap, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "basic", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_basic(void) {
  PyObject* self = PyModule_Create(&module);
  if (self && descry_module_add_dtype(self, DESCRY_TYPE(particle)) < 0) Py_CLEAR(self);
  return self;
}
