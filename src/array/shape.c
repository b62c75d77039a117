// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/elements.h"
#include "src/array/raise.h"
#include "src/base/errors.h"

Py_ssize_t descryi_shape_refuse(const descry_type* type, PyObject* descr, int ndim,
                                const Py_ssize_t* shape) {
  const int limit = descryi_np.max_dims - descryi_inner_ndim(descr);
  if (ndim < 0 || ndim > limit) return descryi_raise(DESCRYI_SHAPE_RANK, type->name, limit, ndim);
  if (!shape) return descryi_raise(DESCRYI_SHAPE_MISSING, ndim);
  for (int axis = 0; axis < ndim; ++axis) {
    if (shape[axis] < 0) return descryi_raise(DESCRYI_SHAPE_NEGATIVE, axis, shape[axis]);
  }
  return descryi_raise_shape(DESCRYI_SHAPE_TOO_BIG, type, ndim, shape);
}
