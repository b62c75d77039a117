// SPDX-License-Identifier: BSD-3-Clause
// Copies elements between views, and looks at the memory that arrays share. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_LOOP_ELEMENTS_H_
#define DESCRY_SRC_LOOP_ELEMENTS_H_

#include <descry/loop.h>

#include "src/base/numpy.h"

// Copies the elements of `from` to those of `to`, which are of one type and share no memory, byte
// by byte and with the references in them; only where the elements of `mask` are true, unless it
// is NULL. Returns 0, or -1 with ValueError where the shapes do not fit.
int descryi_copy_elements(const descry_view* to, const descry_view* from, const descry_view* mask);

// Whether an array shows the very elements of another: the same address, shape and strides, and
// elements of one size.
bool descryi_same_elements(PyObject* one, PyObject* other);

// Whether two arrays have a byte in common.
bool descryi_share_memory(PyObject* one, PyObject* other);

// Sets `view` to one that holds nothing, over elements that something else keeps.
static inline void descryi_view_stand_in(descry_view* view, const descry_view* like, char* data,
                                         const Py_ssize_t* shape, const Py_ssize_t* strides) {
  view->array = NULL;
  view->data = data;
  view->ndim = like->ndim;
  view->shape = shape;
  view->strides = strides;
  view->itemsize = like->itemsize;
  view->type = like->type;
  view->flags = DESCRY_READ;
  view->size = 1;
  for (int axis = 0; axis < like->ndim; ++axis) view->size *= shape[axis];
}

#endif  // DESCRY_SRC_LOOP_ELEMENTS_H_
