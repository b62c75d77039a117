// SPDX-License-Identifier: BSD-3-Clause
// What every fresh array begins with. GIL held.
#ifndef DESCRY_SRC_ARRAY_FRESH_H_
#define DESCRY_SRC_ARRAY_FRESH_H_

#include <descry/array.h>

#include "src/array/elements.h"
#include "src/dtype/cached.h"

// Raises the ValueError for what is no order. Returns -1.
int descryi_fresh_refuse_order(int order);

// Loads NumPy if need be and checks what was asked for. Returns a new reference to the dtype of
// `type`, with the number of elements in `*size`, or NULL with an exception set.
static inline PyObject* descryi_fresh_dtype(const descry_type* type, int ndim,
                                            const Py_ssize_t* shape, int order, Py_ssize_t* size) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  const bool known = order == DESCRY_C_ORDER || order == DESCRY_F_ORDER || order == 0;
  *size = known ? descryi_shape_size(type, descr, ndim, shape) : descryi_fresh_refuse_order(order);
  if (*size < 0) return NULL;
  Py_INCREF(descr);
  return descr;
}

#endif  // DESCRY_SRC_ARRAY_FRESH_H_
