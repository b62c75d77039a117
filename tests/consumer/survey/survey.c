// SPDX-License-Identifier: BSD-3-Clause
#include <descry/descry.h>

#include "ore/ore_dtype.h"

// drill(count): an array of so many samples.
static PyObject* drill(PyObject* self, PyObject* arg) {
  (void)self;
  const Py_ssize_t count = PyLong_AsSsize_t(arg);
  if (count == -1 && PyErr_Occurred()) return NULL;
  PyObject* array = descry_empty(DESCRY_TYPE(ore_sample), 1, &count, DESCRY_C_ORDER);
  descry_view out;
  if (!array || descry_view_acquire(&out, array, DESCRY_TYPE(ore_sample), 1,
                                    DESCRY_WRITE | DESCRY_C_CONTIGUOUS) < 0) {
    Py_XDECREF(array);
    return NULL;
  }
  ore_drill(DESCRY_DATA(ore_sample, &out), (size_t)out.size);
  descry_view_release(&out);
  return array;
}

static PyMethodDef methods[] = {{"drill", drill, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "survey", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_survey(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && descry_module_add_dtype(module, DESCRY_TYPE(ore_sample)) < 0) Py_CLEAR(module);
  return module;
}
