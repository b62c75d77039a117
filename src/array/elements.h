// SPDX-License-Identifier: BSD-3-Clause
// How the elements of an array lie in memory: what shape and strides come to, checked. GIL held,
// NumPy loaded.
#ifndef DESCRY_SRC_ARRAY_ELEMENTS_H_
#define DESCRY_SRC_ARRAY_ELEMENTS_H_

#include <descry/type.h>

#include "src/array/shape.h"

// Elements in memory. It may not be copied: `strides` may point into it.
typedef struct descryi_elements {
  char* data;  // the first element
  int ndim;
  const Py_ssize_t* shape;
  const Py_ssize_t* strides;  // bytes
  Py_ssize_t itemsize;        // bytes
  Py_ssize_t size;            // number of elements
  Py_ssize_t low;             // bytes from `data` to the lowest byte of any element, 0 or less
  Py_ssize_t
      high;      // bytes from `data` past the highest byte; both are 0 where there are no elements
  bool natural;  // whether the strides follow from the shape, in C order
  Py_ssize_t room[DESCRYI_MAXDIMS_2];  // such strides
} descryi_elements;

// Describes memory of the caller's; NULL strides mean C order. Returns 0, or -1 with ValueError:
// what descryi_shape_size() refuses, NULL data with elements, strides that leave the address space.
int descryi_elements_init(descryi_elements* elements, const descry_type* type, PyObject* descr,
                          const void* data, int ndim, const Py_ssize_t* shape,
                          const Py_ssize_t* strides);

// Returns 0 where every element fits the type's alignment, or -1 with ValueError. NumPy's own flag
// does not tell for records.
int descryi_elements_check_alignment(const descryi_elements* elements, const descry_type* type);

// Returns 0 where no byte belongs to two elements, or -1 with ValueError. Elements count as apart
// where each axis steps over all that the axes with smaller strides reach, as in every slice,
// transposition and window of an array without gaps. Looks at shape, strides, itemsize and size,
// which may be anything.
int descryi_elements_check_apart(const descryi_elements* elements, const descry_type* type);

// Copies the elements to `target`, in C order without gaps, bytes only.
void descryi_elements_gather(const descryi_elements* elements, char* target);

// Calls `visit` for each element.
void descryi_elements_each(const descryi_elements* elements,
                           void (*visit)(char* element, const void* context), const void* context);

#endif  // DESCRY_SRC_ARRAY_ELEMENTS_H_
