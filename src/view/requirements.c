// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/requirements.h"

#include "src/array/elements.h"
#include "src/array/raise.h"

int descryi_refuse_strides(const descry_view* view, unsigned flags) {
  const descryi_message message = flags & DESCRY_C_CONTIGUOUS   ? DESCRYI_VIEW_NOT_C_CONTIGUOUS
                                  : flags & DESCRY_F_CONTIGUOUS ? DESCRYI_VIEW_NOT_F_CONTIGUOUS
                                                                : DESCRYI_VIEW_NOT_CONTIGUOUS;
  return descryi_raise_strides(message, view->type, view->ndim, view->shape, view->strides);
}

bool descryi_meets_requirements(const descry_view* view, unsigned flags) {
  if (flags & ~view->flags & DESCRYI_ANY_CONTIGUITY) return false;
  if (flags & DESCRY_UNALIGNED || view->size == 0) return true;
  uintptr_t bits = (uintptr_t)view->data;
  for (int axis = 0; axis < view->ndim; ++axis) {
    if (view->shape[axis] > 1) bits |= (uintptr_t)view->strides[axis];
  }
  return (bits & (view->type->alignment - 1)) == 0;
}

int descryi_check_alignment(const descry_view* view) {
  const descryi_elements elements = {
      .data = view->data,
      .ndim = view->ndim,
      .shape = view->shape,
      .strides = view->strides,
      .size = view->size,
      .natural = false,
  };
  return descryi_elements_check_alignment(&elements, view->type);
}
