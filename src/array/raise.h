// SPDX-License-Identifier: BSD-3-Clause
// Messages that show a shape. GIL held.
#ifndef DESCRY_SRC_ARRAY_RAISE_H_
#define DESCRY_SRC_ARRAY_RAISE_H_

#include <descry/type.h>

#include "src/base/errors.h"

// Returns a new tuple of the integers, or NULL with an exception set.
PyObject* descryi_tuple_of(int count, const Py_ssize_t* values);

// Raises by `raise`, a function made by DESCRYI_MESSAGE(), what takes the shape as a tuple, the
// type's name and its size. Returns -1.
int descryi_raise_with_shape(int (*raise)(PyObject* shape, const char* type, size_t size),
                             const descry_type* type, int ndim, const Py_ssize_t* shape);

// The same for the strides and the shape.
int descryi_raise_with_strides(int (*raise)(PyObject* strides, PyObject* shape, const char* type,
                                            size_t size),
                               const descry_type* type, int ndim, const Py_ssize_t* shape,
                               const Py_ssize_t* strides);

#endif  // DESCRY_SRC_ARRAY_RAISE_H_
