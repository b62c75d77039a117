// SPDX-License-Identifier: BSD-3-Clause
// A view's own shape and strides. GIL held.
#ifndef DESCRY_SRC_VIEW_DIMENSIONS_H_
#define DESCRY_SRC_VIEW_DIMENSIONS_H_

#include <descry/view.h>

#include "src/base/python.h"

// The contiguity that a view may be asked for.
enum { DESCRYI_ANY_CONTIGUITY = DESCRY_C_CONTIGUOUS | DESCRY_F_CONTIGUOUS | DESCRY_CONTIGUOUS };

// The slow part of descryi_dimensions_room(): room for many dimensions.
int descryi_dimensions_allocate(descry_view* view, int ndim);

// Gives `view` room for the shape and strides of `ndim` dimensions, to be written through
// `dimensions`: the shape first. Returns 0, or -1 with MemoryError. REQUIRES: it has none.
static inline int descryi_dimensions_room(descry_view* view, int ndim, Py_ssize_t** dimensions) {
  view->ndim = ndim;
  if (ndim > DESCRYI_VIEW_INLINE_NDIM && descryi_dimensions_allocate(view, ndim) < 0) return -1;
  *dimensions = view->priv.dimensions ? view->priv.dimensions : view->priv.inline_dimensions;
  view->shape = *dimensions;
  view->strides = *dimensions + ndim;
  return 0;
}

// Sets the view's size, and the contiguity among its flags, from its shape, strides and itemsize.
void descryi_dimensions_measure(descry_view* view);

// Gives `view` one dimension. Returns whether it is contiguous, which is then among its flags.
static inline bool descryi_dimensions_set_one(descry_view* view, Py_ssize_t length,
                                              Py_ssize_t stride) {
  Py_ssize_t* const dimensions = view->priv.inline_dimensions;
  const bool contiguous = stride == view->itemsize || length < 2;
  dimensions[0] = length;
  dimensions[1] = stride;
  view->ndim = 1;
  view->shape = dimensions;
  view->strides = dimensions + 1;
  view->size = length;
  if (contiguous) {
    view->flags |= DESCRYI_ANY_CONTIGUITY;
  } else {
    view->flags &= ~(unsigned)DESCRYI_ANY_CONTIGUITY;
  }
  return contiguous;
}

// Frees what the room took.
static inline void descryi_dimensions_clear(descry_view* view) {
  if (view->priv.dimensions) PyMem_Free(view->priv.dimensions);
  view->priv.dimensions = NULL;
}

#endif  // DESCRY_SRC_VIEW_DIMENSIONS_H_
