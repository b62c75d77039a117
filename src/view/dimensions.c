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

unsigned descryi_dimensions_contiguity(const descry_view* view) {
  for (int axis = 0; axis < view->ndim; ++axis) {
    if (view->shape[axis] == 0) return DESCRYI_ANY_CONTIGUITY;
  }
  unsigned flags = 0;
  if (runs_without_gaps(view, true)) flags |= DESCRY_C_CONTIGUOUS | DESCRY_CONTIGUOUS;
  if (runs_without_gaps(view, false)) flags |= DESCRY_F_CONTIGUOUS | DESCRY_CONTIGUOUS;
  return flags;
}
