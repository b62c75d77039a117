// SPDX-License-Identifier: BSD-3-Clause
// What may be asked of an array beyond its dtype and rank. GIL held.
#ifndef DESCRY_SRC_VIEW_REQUIREMENTS_H_
#define DESCRY_SRC_VIEW_REQUIREMENTS_H_

#include <descry/view.h>
#include <stdint.h>

#include "src/base/python.h"
#include "src/view/dimensions.h"

// Raises ValueError for strides that are not as `flags` want. Returns -1.
int descryi_refuse_strides(const descry_view* view, unsigned flags);

// Returns 0 where data and strides fit the type's alignment, or -1 with ValueError: the slow part
// of descryi_require_alignment().
int descryi_check_alignment(const descry_view* view);

// Returns 0 where every object of the view's elements is an instance of its class, or -1 with
// TypeError.
int descryi_check_objects(const descry_view* view, PyObject* descr);

// Returns whether the two functions below would return 0, as `flags` ask for them.
bool descryi_meets_requirements(const descry_view* view, unsigned flags);

// Returns 0 where the view has the contiguity that `flags` ask for, or -1 with ValueError.
static inline int descryi_require_contiguity(const descry_view* view, unsigned flags) {
  const unsigned missing = flags & ~view->flags & DESCRYI_ANY_CONTIGUITY;
  return missing ? descryi_refuse_strides(view, missing) : 0;
}

// Returns 0 where every element fits the type's alignment, or -1 with ValueError. Alignments are
// powers of two, so one test of all the bits does; what it suspects may be the stride of an axis
// that is not longer than 1.
static inline int descryi_require_alignment(const descry_view* view) {
  uintptr_t bits = (uintptr_t)view->data;
  if (view->ndim == 1) {
    bits |= (uintptr_t)view->strides[0];
  } else {
    for (int axis = 0; axis < view->ndim; ++axis) bits |= (uintptr_t)view->strides[axis];
  }
  return bits & (view->type->alignment - 1) ? descryi_check_alignment(view) : 0;
}

#endif  // DESCRY_SRC_VIEW_REQUIREMENTS_H_
