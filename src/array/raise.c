// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/raise.h"

PyObject* descryi_tuple_of(int count, const Py_ssize_t* values) {
  PyObject* tuple = PyTuple_New(count);
  for (int i = 0; tuple && i < count; ++i) {
    PyObject* value = PyLong_FromSsize_t(values[i]);
    if (!value || PyTuple_SetItem(tuple, i, value) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

int descryi_raise_with_shape(int (*raise)(PyObject* shape, const char* type, size_t size),
                             const descry_type* type, int ndim, const Py_ssize_t* shape) {
  PyObject* lengths = descryi_tuple_of(ndim, shape);
  if (lengths) raise(lengths, type->name, type->size);
  Py_XDECREF(lengths);
  return -1;
}

int descryi_raise_with_strides(int (*raise)(PyObject* strides, PyObject* shape, const char* type,
                                            size_t size),
                               const descry_type* type, int ndim, const Py_ssize_t* shape,
                               const Py_ssize_t* strides) {
  PyObject* lengths = descryi_tuple_of(ndim, shape);
  PyObject* steps = lengths ? descryi_tuple_of(ndim, strides) : NULL;
  if (steps) raise(steps, lengths, type->name, type->size);
  Py_XDECREF(lengths);
  Py_XDECREF(steps);
  return -1;
}
