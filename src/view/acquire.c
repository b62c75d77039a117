#include <descry/dtype.h>
#include <descry/view.h>
#include <string.h>

#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/match/match.h"
#include "src/view/dimensions.h"
#include "src/view/hold.h"
#include "src/view/inner.h"
#include "src/view/refuse.h"
#include "src/view/requirements.h"
#include "src/view/scalar.h"

// Every flag that there is.
enum {
  KNOWN_FLAGS = DESCRY_READ | DESCRY_WRITE | DESCRYI_ANY_CONTIGUITY | DESCRY_BY_LAYOUT |
                DESCRY_UNALIGNED | DESCRY_CHECK_OBJECTS | DESCRY_UNBORROWED
};

static inline int check_request(int ndim, unsigned flags) {
  if ((flags & ~(unsigned)KNOWN_FLAGS) || !(flags & (DESCRY_READ | DESCRY_WRITE))) {
    return descryi_raise(DESCRYI_VIEW_FLAGS, flags);
  }
  return ndim < DESCRY_ANY_NDIM ? descryi_raise(DESCRYI_VIEW_NDIM, ndim) : 0;
}

// Checks the array's dtype against that of the view's elements, `element`.
static inline int check_dtype(const descry_view* view, PyObject* element, PyObject* descr,
                              int ndim) {
  const int level = view->flags & DESCRY_BY_LAYOUT ? DESCRY_LAYOUT : DESCRY_EQUIVALENT;
  const int matches = descryi_match(view->type, element, descr, level);
  if (matches > 0) return 0;
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
  if (descryi_dimensions_room(view, outer, &dimensions) < 0) return -1;
  for (int axis = 0; axis < outer; ++axis) {
    dimensions[axis] = array->dimensions[axis];
    dimensions[outer + axis] = array->strides[axis];
  }
  descryi_dimensions_measure(view);
  return 0;
}

// The checks that follow those of dtype and rank, in the order that view.h promises.
static inline int check_requirements(const descry_view* view, unsigned flags, PyObject* own,
                                     const descryi_array* array) {
  if ((flags & DESCRY_WRITE) && !(array->flags & DESCRYI_ARRAY_WRITEABLE)) {
    return descryi_raise(DESCRYI_VIEW_READ_ONLY, view->type->name, view->type->size);
  }
  if (descryi_require_contiguity(view, flags) < 0) return -1;
  if (!(flags & DESCRY_UNALIGNED) && descryi_require_alignment(view) < 0) return -1;
  return flags & DESCRY_CHECK_OBJECTS ? descryi_check_objects(view, own) : 0;
}

// Opens a view of `object`, an array; `own` is the dtype of `type`. On failure `view` is left as it
// came to be.
static inline int open_array(descry_view* view, PyObject* object, PyObject* own, int ndim) {
  const descryi_array* array = descryi_as_array(object);
  const unsigned flags = view->flags;
  const int inner = descryi_inner_ndim(own);
  PyObject* const element = inner ? descryi_innermost(own) : own;
  view->data = array->data;
  view->itemsize = descryi_descr_itemsize(own);
  if (check_dtype(view, element, array->descr, ndim) < 0) return -1;
  if (set_dimensions(view, array, inner, ndim) < 0) return -1;
  if (inner && descryi_inner_check(view->type, own, array) < 0) return -1;
  if (check_requirements(view, flags, own, array) < 0) return -1;
  if (descryi_hold_take(&view->priv.hold, view, object) < 0) return -1;
  Py_INCREF(object);
  view->array = object;
  return 0;
}

// Opens a view of a np.void.
static int open_scalar(descry_view* view, PyObject* object, PyObject* own, int ndim) {
  PyObject* array = descryi_scalar_array(object);
  if (!array) return -1;
  const int result = open_array(view, array, own, ndim);
  Py_DECREF(array);
  return result;
}

static int open_object(descry_view* view, PyObject* object, PyObject* own, int ndim) {
  if (descryi_is_void(object)) return open_scalar(view, object, own, ndim);
  return descryi_refuse_object(view->type, ndim, object);
}

int descry_view_acquire(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                        unsigned flags) {
  view->type = type;
  view->flags = flags;
  view->priv.lease = NULL;
  view->priv.dimensions = NULL;
  PyObject* own = check_request(ndim, flags) == 0 ? descry_dtype(type) : NULL;
  if (own) {
    const int result = descryi_is_array(object) ? open_array(view, object, own, ndim)
                                                : open_object(view, object, own, ndim);
    Py_DECREF(own);
    if (result == 0) return 0;
  }
  descryi_dimensions_clear(view);
  memset(view, 0, sizeof *view);
  return -1;
}
