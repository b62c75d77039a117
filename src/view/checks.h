// SPDX-License-Identifier: BSD-3-Clause
// What acquiring a view checks of an array besides its dtype. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_VIEW_CHECKS_H_
#define DESCRY_SRC_VIEW_CHECKS_H_

#include <descry/view.h>
#include <stdint.h>

#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/view/dimensions.h"

// Every flag of a view.
enum {
  DESCRYI_VIEW_FLAGS = DESCRY_READ | DESCRY_WRITE | DESCRYI_ANY_CONTIGUITY | DESCRY_BY_LAYOUT |
                       DESCRY_CONVERT | DESCRY_UNALIGNED | DESCRY_CHECK_OBJECTS |
                       DESCRY_UNBORROWED | DESCRY_MASKED | DESCRY_SAME_KIND | DESCRY_EXTRA_IGNORED
};

// Raises TypeError for an object that is not an array. Returns -1.
int descryi_refuse_object(const descry_type* type, int ndim, PyObject* object);

// Raises TypeError for an array with `actual` dimensions in place of `ndim` (-1: any number) and
// `inner` more inside the elements. Returns -1.
int descryi_refuse_rank(const descry_type* type, int ndim, int inner, int actual);

// Returns 1 where `array`, of a subclass of ndarray, is a masked array with masked elements, 0
// where it is not, or -1 with an exception set.
int descryi_has_masked(PyObject* array);

// Returns 0 where `array`, of a subclass of ndarray, is not a masked array with masked elements, or
// -1 with an exception set: TypeError where it is one.
int descryi_check_mask(const descry_type* type, PyObject* array);

// Checks that the last dimensions of `array` are those of `descr`, the dtype of `type`, and lie
// without gaps. This is for types whose dtype is a sub-array, such as DESCRY_TRANSPARENT over a
// double[3]: arrays of them have more dimensions, which are inside the elements of a view. Returns
// 0, or -1 with TypeError for other lengths and ValueError for gaps. REQUIRES: the array has that
// many.
int descryi_check_inner(const descry_type* type, PyObject* descr, const descryi_array* array);

// What a view may lack that was asked for.
typedef enum descryi_shortcoming {
  DESCRYI_LACKS_NOTHING,
  DESCRYI_LACKS_CONTIGUITY,
  DESCRYI_LACKS_ALIGNMENT
} descryi_shortcoming;

// Whether the first element or one `stride` bytes on is at an address that does not fit the type's
// alignment. Alignments are powers of two, so one test of all the bits does; what it suspects may
// be the stride of an axis that is not longer than 1.
static inline bool descryi_may_be_misaligned(const void* data, Py_ssize_t stride,
                                             const descry_type* type) {
  return (((uintptr_t)data | (uintptr_t)stride) & (type->alignment - 1)) != 0;
}

// Returns whether an element is at an address that does not fit the type's alignment: the slow part
// of descryi_shortcoming_of().
bool descryi_is_misaligned(const descry_view* view);

// Returns what the view lacks first of what `flags` ask for. Alignments are powers of two, so one
// test of all the bits does; what it suspects may be the stride of an axis that is not longer than
// 1.
static inline descryi_shortcoming descryi_shortcoming_of(const descry_view* view, unsigned flags) {
  if (flags & ~view->flags & DESCRYI_ANY_CONTIGUITY) return DESCRYI_LACKS_CONTIGUITY;
  if (flags & DESCRY_UNALIGNED) return DESCRYI_LACKS_NOTHING;
  uintptr_t bits = (uintptr_t)view->data;
  if (view->ndim == 1) {
    bits |= (uintptr_t)view->strides[0];
  } else {
    for (int axis = 0; axis < view->ndim; ++axis) bits |= (uintptr_t)view->strides[axis];
  }
  const bool suspect = (bits & (view->type->alignment - 1)) != 0;
  return suspect && descryi_is_misaligned(view) ? DESCRYI_LACKS_ALIGNMENT : DESCRYI_LACKS_NOTHING;
}

// Raises the ValueError for a view that lacks something of what `flags` ask for. Returns -1.
int descryi_refuse_shortcoming(const descry_view* view, unsigned flags,
                               descryi_shortcoming shortcoming);

// Returns 0 where every object of the view's elements is an instance of its class, or -1 with an
// exception set: TypeError names the element. `descr` is the dtype of the view's type.
int descryi_check_objects(const descry_view* view, PyObject* descr);

#endif  // DESCRY_SRC_VIEW_CHECKS_H_
