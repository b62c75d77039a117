// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/convert.h"

#include <descry/array.h>

#include "src/match/convertible.h"
#include "src/match/match.h"
#include "src/view/dimensions.h"
#include "src/view/hold.h"
#include "src/view/requirements.h"
#include "src/view/twins.h"

int descryi_convert_check(const descry_type* type, PyObject* element, PyObject* descr, int ndim) {
  const int converts = descryi_convertible(element, descr, NULL);
  if (converts != 0) return converts;
  return descryi_match_fail(type, element, descr, DESCRYI_CONVERTIBLE, ndim);
}

// Makes the view one of `copy`, of the same shape as so far.
static void show(descry_view* view, PyObject* copy) {
  const descryi_array* array = descryi_as_array(copy);
  Py_ssize_t* strides = (Py_ssize_t*)view->strides;  // its own
  view->data = array->data;
  view->itemsize = (Py_ssize_t)view->type->size;
  for (int axis = 0; axis < view->ndim; ++axis) strides[axis] = array->strides[axis];
  descryi_dimensions_measure(view);
  Py_INCREF(copy);
  view->array = copy;
}

// The bytes of one element of a view of `array` as it is, dimensions inside the elements included.
static Py_ssize_t element_size(const descryi_array* array, int ndim) {
  Py_ssize_t size = descryi_descr_itemsize(array->descr);
  for (int axis = ndim; axis < array->nd; ++axis) size *= array->dimensions[axis];
  return size;
}

// Borrows the array while it is copied and, for a view that writes, until that is released. What it
// borrows are the array's own elements, which `view` describes until it shows the copy.
static int copy_and_hold(descry_view* view, PyObject* array, PyObject* copy, PyObject* twins) {
  descry_view_hold* hold = &view->priv.hold;
  view->itemsize = element_size(descryi_as_array(array), view->ndim);
  if (descryi_hold_take(hold, view, array) < 0) return -1;
  if (descryi_twins_copy(twins) < 0) {
    descryi_hold_give_back(hold);
    return -1;
  }
  if (view->flags & DESCRY_WRITE) {
    Py_INCREF(twins);
    hold->twins = twins;
  } else {
    descryi_hold_give_back(hold);
    *hold = (descry_view_hold){0};
  }
  show(view, copy);
  return 0;
}

int descryi_convert_open(descry_view* view, PyObject* array, PyObject* descr, PyObject* own,
                         unsigned flags) {
  const int order =
      (flags & DESCRYI_ANY_CONTIGUITY) == DESCRY_F_CONTIGUOUS ? DESCRY_F_ORDER : DESCRY_C_ORDER;
  PyObject* copy = descry_zeros(view->type, view->ndim, view->shape, order);
  PyObject* twins = copy ? descryi_twins_new(copy, array, descr) : NULL;
  int result = twins ? copy_and_hold(view, array, copy, twins) : -1;
  Py_XDECREF(twins);
  Py_XDECREF(copy);
  if (result == 0 && flags & DESCRY_CHECK_OBJECTS && descryi_check_objects(view, own) < 0) {
    Py_CLEAR(view->priv.hold.twins);  // nothing is written back
    descry_view_release(view);
    result = -1;
  }
  return result;
}
