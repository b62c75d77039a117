// SPDX-License-Identifier: BSD-3-Clause
#include <descry/view.h>
#include <string.h>

#include "src/array/elements.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/match/match.h"
#include "src/view/checks.h"
#include "src/view/converted_copy.h"
#include "src/view/dimensions.h"
#include "src/view/hold.h"
#include "src/view/messages.h"
#include "src/view/scalar.h"

// Every flag of a view.
enum {
  KNOWN_FLAGS = DESCRY_READ | DESCRY_WRITE | DESCRYI_ANY_CONTIGUITY | DESCRY_BY_LAYOUT |
                DESCRY_CONVERT | DESCRY_UNALIGNED | DESCRY_CHECK_OBJECTS | DESCRY_UNBORROWED |
                DESCRY_MASKED
};

static inline int check_request(int ndim, unsigned flags) {
  if ((flags & ~(unsigned)KNOWN_FLAGS) || !(flags & (DESCRY_READ | DESCRY_WRITE))) {
    return descryi_raise_view_flags(flags);
  }
  return ndim < DESCRY_ANY_NDIM ? descryi_raise_view_ndim(ndim) : 0;
}

// Checks the array's dtype against that of the view's elements, `element`. Returns 0, 1 where it
// takes a conversion, or -1 with an exception set.
static inline int check_dtype(const descry_view* view, PyObject* element, PyObject* descr,
                              int ndim) {
  const int level = view->flags & DESCRY_BY_LAYOUT ? DESCRY_LAYOUT : DESCRY_EQUIVALENT;
  const int matches = descryi_match(view->type, element, descr, level);
  if (matches > 0) return 0;
  if (matches == 0 && view->flags & DESCRY_CONVERT) {
    return descryi_converted_copy_check(view->type, element, descr, ndim);
  }
  return matches < 0 ? -1 : descryi_match_fail(view->type, element, descr, level, ndim);
}

// Copies the array's dimensions, but for the `inner` ones inside the elements, and checks how many
// there are.
static inline int set_dimensions(descry_view* view, const descryi_array* array, int inner,
                                 int ndim) {
  const int outer = array->nd - inner;
  Py_ssize_t* dimensions;
  if (outer < 0 || (outer != ndim && ndim != DESCRY_ANY_NDIM)) {
    return descryi_refuse_rank(view->type, ndim, inner, array->nd);
  }
  if (outer == 1) {
    descryi_dimensions_set_one(view, array->dimensions[0], array->strides[0]);
    return 0;
  }
  if (descryi_dimensions_room(view, outer, &dimensions) < 0) return -1;
  for (int axis = 0; axis < outer; ++axis) {
    dimensions[axis] = array->dimensions[axis];
    dimensions[outer + axis] = array->strides[axis];
  }
  descryi_dimensions_measure(view);
  return 0;
}

// Opens a view of `object`, an array; `own` is the dtype of `type`. On failure `view` is left as it
// came to be.
static inline int open_array(descry_view* view, PyObject* object, PyObject* own, int ndim) {
  const unsigned flags = view->flags;
  const bool may_have_mask = Py_TYPE(object) != descryi_np.array_type && !(flags & DESCRY_MASKED);
  if (may_have_mask && descryi_check_mask(view->type, object) < 0) return -1;
  const descryi_array* array = descryi_as_array(object);
  const int inner = descryi_type_inner_ndim(view->type, own);
  PyObject* const element = inner ? descryi_innermost(own) : own;
  view->data = array->data;
  view->itemsize = (Py_ssize_t)view->type->size;
  const int converts = check_dtype(view, element, array->descr, ndim);
  if (converts < 0) return -1;
  if (set_dimensions(view, array, inner, ndim) < 0) return -1;
  if (inner && descryi_check_inner(view->type, own, array) < 0) return -1;
  if ((flags & DESCRY_WRITE) && !(descryi_array_flags(object) & DESCRYI_ARRAY_WRITEABLE)) {
    return descryi_raise_view_read_only(view->type->name, view->type->size);
  }
  const descryi_shortcoming shortcoming = descryi_shortcoming_of(view, flags);
  if (flags & DESCRY_CONVERT && (converts || shortcoming)) {
    // What matches by layout is copied by layout: its fields may have any names.
    return descryi_converted_copy_open(view, object, converts ? array->descr : element, own, flags);
  }
  if (shortcoming) return descryi_refuse_shortcoming(view, flags, shortcoming);
  if (flags & DESCRY_CHECK_OBJECTS && descryi_check_objects(view, own) < 0) return -1;
  if (descryi_hold_take(&view->priv.hold, view, object) < 0) return -1;
  Py_INCREF(object);
  view->array = object;
  return 0;
}

// Opens a view of what is not an array: a np.void, by an array over its memory.
static int open_other(descry_view* view, PyObject* object, int ndim) {
  if (!descryi_is_void(object)) return descryi_refuse_object(view->type, ndim, object);
  PyObject* array = descryi_scalar_array(object);
  if (!array) return -1;
  const int result = descry_view_acquire_at(view, array, view->type, ndim, view->flags,
                                            view->priv.file, view->priv.line);
  Py_DECREF(array);
  return result;
}

// Returns the dtype of `type` (borrowed), or NULL with an exception set. That `object` is one of
// NumPy's arrays says as well that NumPy is there, and that this is not an interpreter that it
// cannot be used in.
static inline PyObject* dtype_for(const descry_type* type, PyObject* object) {
  const descryi_entry* entry = descryi_load_acquire(descryi_entry_place(type));
  const bool usable = entry && Py_TYPE(object) == descryi_np.array_type;
  return usable && descryi_entry_holds(entry) ? entry->dtype : descryi_dtype_borrow(type);
}

static int refuse(descry_view* view) {
  descryi_dimensions_clear(view);
  memset(view, 0, sizeof *view);
  return -1;
}

int descry_view_acquire_at(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                           unsigned flags, const char* file, int line) {
  view->type = type;
  view->flags = flags;
  view->priv.file = file;
  view->priv.line = line;
  view->priv.lease = NULL;
  view->priv.dimensions = NULL;
  if (check_request(ndim, flags) < 0) return refuse(view);
  PyObject* own = dtype_for(type, object);
  if (!own) return refuse(view);
  const int result = descryi_is_array(object) ? open_array(view, object, own, ndim)
                                              : open_other(view, object, ndim);
  return result == 0 ? 0 : refuse(view);
}

int(descry_view_acquire)(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                         unsigned flags) {
  return descry_view_acquire_at(view, object, type, ndim, flags, NULL, 0);
}
