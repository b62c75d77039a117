// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/dimensions.h"

int descryi_dimensions_allocate(descry_view* view, int ndim) {
  view->priv.dimensions = PyMem_Malloc(2 * (size_t)ndim * sizeof(Py_ssize_t));
  if (view->priv.dimensions) return 0;
  PyErr_NoMemory();
  return -1;
}

// Whether each axis, from the last one to the first or the other way, steps over just what the ones
// before it cover. The step of an axis of length 1 does not matter.
static bool runs_without_gaps(const descry_view* view, bool backwards) {
  Py_ssize_t step = view->itemsize;
  for (int i = 0; i < view->ndim; ++i) {
    const int axis = backwards ? view->ndim - 1 - i : i;
    if (view->shape[axis] != 1 && view->strides[axis] != step) return false;
    step *= view->shape[axis];
  }
  return true;
}

void descryi_dimensions_measure(descry_view* view) {
  view->size = 1;
  for (int axis = 0; axis < view->ndim; ++axis) {
    // Elements of no size can be more than there are numbers for.
    if (__builtin_mul_overflow(view->size, view->shape[axis], &view->size)) {
      view->size = PY_SSIZE_T_MAX;
    }
  }
  const bool empty = view->size == 0;
  view->flags &= ~(unsigned)DESCRYI_ANY_CONTIGUITY;
  if (empty || runs_without_gaps(view, true)) {
    view->flags |= DESCRY_C_CONTIGUOUS | DESCRY_CONTIGUOUS;
  }
  if (empty || runs_without_gaps(view, false)) {
    view->flags |= DESCRY_F_CONTIGUOUS | DESCRY_CONTIGUOUS;
  }
}
