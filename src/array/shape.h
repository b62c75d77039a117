// SPDX-License-Identifier: BSD-3-Clause
// Shapes and strides by themselves: how many elements they come to, and how messages show them. GIL
// held, NumPy loaded.
#ifndef DESCRY_SRC_ARRAY_SHAPE_H_
#define DESCRY_SRC_ARRAY_SHAPE_H_

#include <descry/type.h>

#include "src/base/fields.h"
#include "src/base/numpy.h"
#include "src/base/python.h"

// The dimensions that the dtype of `type` adds to an array of it, as descryi_inner_ndim() has them:
// only what stands for something else can be a sub-array.
static inline int descryi_type_inner_ndim(const descry_type* type, PyObject* descr) {
  const bool stands_for_other =
      type->kind == DESCRY_KIND_TRANSPARENT || type->kind == DESCRY_KIND_ALIAS;
  return stands_for_other ? descryi_inner_ndim(descr) : 0;
}

// Returns the number of elements where an array of `type` has one dimension and nothing is wrong
// with its length, the usual case, or -1 where it takes a closer look.
static inline Py_ssize_t descryi_row_size(const descry_type* type, int ndim,
                                          const Py_ssize_t* shape) {
  Py_ssize_t bytes;
  const bool is_row = ndim == 1 && shape && type->kind <= DESCRY_KIND_RECORD && shape[0] >= 0 &&
                      !__builtin_mul_overflow((Py_ssize_t)type->size, shape[0], &bytes);
  return is_row ? shape[0] : -1;
}

// Raises by `raise`, a function made by DESCRYI_MESSAGE(), what takes the shape as a tuple, the
// type's name and its size. Returns -1.
int descryi_raise_with_shape(int (*raise)(PyObject* shape, const char* type, size_t size),
                             const descry_type* type, int ndim, const Py_ssize_t* shape);

// The same for the strides and the shape.
int descryi_raise_with_strides(int (*raise)(PyObject* strides, PyObject* shape, const char* type,
                                            size_t size),
                               const descry_type* type, int ndim, const Py_ssize_t* shape,
                               const Py_ssize_t* strides);

// Raises the ValueError that says what is wrong with a shape. Returns -1.
Py_ssize_t descryi_shape_refuse(const descry_type* type, PyObject* descr, int ndim,
                                const Py_ssize_t* shape);

// Returns the number of elements in an array of `type`, or -1 with ValueError: rank past NumPy's
// limit, no shape, a negative length, more bytes than there can be. `descr` is the type's dtype.
static inline Py_ssize_t descryi_shape_size(const descry_type* type, PyObject* descr, int ndim,
                                            const Py_ssize_t* shape) {
  const Py_ssize_t row = descryi_row_size(type, ndim, shape);
  if (row >= 0) return row;
  const int limit = descryi_np.max_dims - descryi_type_inner_ndim(type, descr);
  bool fits = ndim >= 0 && ndim <= limit && (shape || ndim == 0);
  Py_ssize_t bytes = (Py_ssize_t)type->size;
  Py_ssize_t size = 1;
  for (int axis = 0; fits && axis < ndim; ++axis) {
    const Py_ssize_t length = shape[axis];
    // NumPy, too, counts a length of 0 as 1 here.
    fits = length >= 0 && !__builtin_mul_overflow(bytes, length ? length : 1, &bytes) &&
           !__builtin_mul_overflow(size, length, &size);
  }
  return fits ? size : descryi_shape_refuse(type, descr, ndim, shape);
}

// Sets `strides` to those of an array without gaps, in C order or in Fortran order. REQUIRES:
// descryi_shape_size() took the shape.
void descryi_strides_set(Py_ssize_t* strides, int ndim, const Py_ssize_t* shape,
                         Py_ssize_t itemsize, int order);

#endif  // DESCRY_SRC_ARRAY_SHAPE_H_
