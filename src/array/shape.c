// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/shape.h"

#include <descry/array.h>

#include "src/array/messages.h"

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

Py_ssize_t descryi_shape_refuse(const descry_type* type, PyObject* descr, int ndim,
                                const Py_ssize_t* shape) {
  const int limit = descryi_np.max_dims - descryi_inner_ndim(descr);
  if (ndim < 0 || ndim > limit) return descryi_raise_shape_rank(type->name, limit, ndim);
  if (!shape) return descryi_raise_shape_missing(ndim);
  for (int axis = 0; axis < ndim; ++axis) {
    if (shape[axis] < 0) return descryi_raise_shape_negative(axis, shape[axis]);
  }
  return descryi_raise_with_shape(descryi_raise_shape_too_big, type, ndim, shape);
}

void descryi_strides_set(Py_ssize_t* strides, int ndim, const Py_ssize_t* shape,
                         Py_ssize_t itemsize, int order) {
  Py_ssize_t step = itemsize;
  for (int i = 0; i < ndim; ++i) {
    const int axis = order == DESCRY_F_ORDER ? i : ndim - 1 - i;
    strides[axis] = step;
    if (shape[axis] > 1) step *= shape[axis];
  }
}
