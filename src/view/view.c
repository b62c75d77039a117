// SPDX-License-Identifier: BSD-3-Clause
// Opening and closing a view. The usual view, of one dimension over memory that its array owns, is
// opened and closed in one piece each, which call nothing but CPython and the borrow table; all
// others go the general way.
#include <descry/view.h>
#include <string.h>

#include "src/array/elements.h"
#include "src/base/interpreter.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/match/match.h"
#include "src/view/checks.h"
#include "src/view/converted_copy.h"
#include "src/view/dimensions.h"
#include "src/view/hold.h"
#include "src/view/messages.h"
#include "src/view/scalar.h"

// The flags of a view that is opened in one piece.
enum { ROW_FLAGS = DESCRYI_VIEW_FLAGS & ~DESCRY_CHECK_OBJECTS };

static inline int check_request(int ndim, unsigned flags) {
  if ((flags & ~(unsigned)DESCRYI_VIEW_FLAGS) || !(flags & (DESCRY_READ | DESCRY_WRITE))) {
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
    return descryi_converted_copy_check(view, element, descr, ndim);
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
static int open_void(descry_view* view, PyObject* object, int ndim) {
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
  return usable && descryi_entry_unchanged(entry) ? entry->dtype : descryi_dtype_borrow(type);
}

static int refuse(descry_view* view) {
  descryi_dimensions_clear(view);
  memset(view, 0, sizeof *view);
  return -1;
}

// All that open_row() leaves. Returns as descry_view_acquire_at().
__attribute__((noinline)) static int open_any(descry_view* view, PyObject* object,
                                              const descry_type* type, int ndim, unsigned flags) {
  view->type = type;
  view->flags = flags;
  if (check_request(ndim, flags) < 0) return refuse(view);
  PyObject* own = dtype_for(type, object);
  if (!own) return refuse(view);
  const int result = descryi_is_array(object) ? open_array(view, object, own, ndim)
                                              : open_void(view, object, ndim);
  return result == 0 ? 0 : refuse(view);
}

// Whether `object` is an array of one dimension whose dtype is that of `entry`, as it was when it
// was built, and the flags ask for nothing that set_row() does not look at. False says nothing
// against it.
static inline bool is_row(const descryi_entry* entry, PyObject* object, int ndim, unsigned flags) {
  const descryi_array* array = descryi_as_array(object);
  return entry && Py_TYPE(object) == descryi_np.array_type && array->descr == entry->dtype &&
         array->nd == 1 && (ndim == 1 || ndim == DESCRY_ANY_NDIM) && entry->has_plain_elements &&
         !(flags & ~(unsigned)ROW_FLAGS) && (flags & (DESCRY_READ | DESCRY_WRITE)) &&
         descryi_entry_words_unchanged(entry);
}

// Sets what a view of a row shows. Returns whether it has all that `flags` ask for, as far as that
// is quickly seen.
static inline bool set_row(descry_view* view, PyObject* object, const descry_type* type,
                           unsigned flags) {
  const descryi_array* array = descryi_as_array(object);
  const bool writeable = (descryi_array_flags(object) & DESCRYI_ARRAY_WRITEABLE) != 0;
  if ((flags & DESCRY_WRITE) && !writeable) return false;
  const Py_ssize_t stride = array->strides[0];
  view->data = array->data;
  view->itemsize = (Py_ssize_t)type->size;
  view->flags = flags;
  view->type = type;
  const bool contiguous = descryi_dimensions_set_one(view, array->dimensions[0], stride);
  if (!contiguous && (flags & DESCRYI_ANY_CONTIGUITY)) return false;
  return !descryi_may_be_misaligned(array->data, stride, type) || (flags & DESCRY_UNALIGNED);
}

// Takes hold of a row that takes more than hold_row() does.
__attribute__((noinline)) static int hold_any(descry_view* view, PyObject* object) {
  if (descryi_hold_take(&view->priv.hold, view, object) < 0) return refuse(view);
  Py_INCREF(object);
  view->array = object;
  return 0;
}

// Opens a view that shows a row already.
__attribute__((noinline)) static int hold_row(descry_view* view, PyObject* object) {
  if (!descryi_numpy_is_ready() && descryi_numpy_load() < 0) return refuse(view);
  if (!descryi_hold_take_row(&view->priv.hold, view, object)) return hold_any(view, object);
  view->array = object;
  return 0;
}

// The same where the dtype has parts of which is_row() does not say whether they are as they were.
__attribute__((noinline)) static int hold_row_with_parts(descry_view* view, PyObject* object,
                                                         const descry_type* type, int ndim,
                                                         unsigned flags) {
  const descryi_entry* entry = descryi_load_acquire(descryi_entry_place(type));
  const bool holds = entry && descryi_entry_unchanged(entry);
  return holds ? hold_row(view, object) : open_any(view, object, type, ndim, flags);
}

// Calls nothing but for its result: so its locals stay in registers.
int descry_view_acquire_at(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                           unsigned flags, const char* file, int line) {
  view->priv.file = file;
  view->priv.line = line;
  view->priv.shared_hold = NULL;
  view->priv.dimensions = NULL;
  const descryi_entry* entry = descryi_load_acquire(descryi_entry_place(type));
  if (!is_row(entry, object, ndim, flags) || !set_row(view, object, type, flags)) {
    return open_any(view, object, type, ndim, flags);
  }
  if (entry->has_parts) return hold_row_with_parts(view, object, type, ndim, flags);
  return hold_row(view, object);
}

int(descry_view_acquire)(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                         unsigned flags) {
  return descry_view_acquire_at(view, object, type, ndim, flags, NULL, 0);
}

// Counts one view less of those that hold this together. The last one gives back what is held.
static void leave_shared_hold(descryi_shared_hold* shared) {
  if (__atomic_sub_fetch(&shared->views, 1, __ATOMIC_ACQ_REL) > 0) return;
  descryi_hold_give_back(&shared->hold);
  PyMem_Free(shared);
}

// Closes an open view that open_row() did not open, or that has views of its fields.
__attribute__((noinline)) static void close_any(descry_view* view, PyObject* array) {
  if (view->priv.shared_hold) {
    leave_shared_hold(view->priv.shared_hold);
  } else {
    // What is given back may run Python, which may open this very view again.
    descryi_view_hold hold = view->priv.hold;
    descryi_hold_give_back(&hold);
  }
  Py_DECREF(array);
}

// The view is closed first: dropping references may run code that looks at it again. What is the
// library's own in it may keep what it had.
static inline void release(descry_view* view) {
  PyObject* const array = view->array;
  memset(view, 0, offsetof(descry_view, priv));
  if (view->priv.hold.is_row) {
    descryi_hold_give_back_row(&view->priv.hold, array);
    Py_DECREF(array);
  } else {
    descryi_dimensions_clear(view);
    close_any(view, array);
  }
}

// Without an interpreter, or with another one than that of the view, nothing that the view holds is
// there to be given back.
__attribute__((cold, noinline)) static void release_detached(descry_view* view) {
  const int attached = descryi_numpy_has_ended() ? -1 : descryi_attach();
  if (attached < 0) {
    *view = (descry_view){0};
    return;
  }
  release(view);
  descryi_detach(attached);
}

void descry_view_release(descry_view* view) {
  if (!view->array) return;
  if (descryi_numpy_has_ended() || !descryi_is_attached()) {
    release_detached(view);
  } else {
    release(view);
  }
}
