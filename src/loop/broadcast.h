// SPDX-License-Identifier: BSD-3-Clause
// The shape that operands have together. GIL held.
#ifndef DESCRY_SRC_LOOP_BROADCAST_H_
#define DESCRY_SRC_LOOP_BROADCAST_H_

#include <descry/loop.h>

#include "src/base/python.h"

// Returns the product of the lengths; REQUIRES: descry_broadcast() made them.
static inline Py_ssize_t descryi_broadcast_size(int ndim, const Py_ssize_t* shape) {
  Py_ssize_t size = 1;
  for (int axis = 0; axis < ndim; ++axis) {
    if (shape[axis] == 0) return 0;  // what the others come to may be too large
  }
  for (int axis = 0; axis < ndim; ++axis) size *= shape[axis];
  return size;
}

// Returns 0 where every view that is written has all of the common shape, and no element twice; or
// -1 with ValueError.
int descryi_broadcast_check_written(int n, const descry_view* const* views, int ndim,
                                    const Py_ssize_t* shape);

#endif  // DESCRY_SRC_LOOP_BROADCAST_H_
