// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/shape.h"

#include <descry/array.h>

#include "src/array/messages.h"
#include "src/array/raise.h"

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
