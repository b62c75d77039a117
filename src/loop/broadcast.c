// SPDX-License-Identifier: BSD-3-Clause
#include "src/loop/broadcast.h"

#include "src/array/shape.h"
#include "src/loop/messages.h"

static int fail_shapes(const descry_view* const* views, int one, int other) {
  PyObject* shape = descryi_tuple_of(views[one]->ndim, views[one]->shape);
  PyObject* other_shape = descryi_tuple_of(views[other]->ndim, views[other]->shape);
  if (shape && other_shape) descryi_raise_broadcast_shapes(one, other, shape, other_shape);
  Py_XDECREF(shape);
  Py_XDECREF(other_shape);
  return -1;
}

// Raises for the operand that does not fit those before it, which made `length` of the axis that is
// `from_last` axes before the last one.
static int fail_axis(const descry_view* const* views, int operand, int from_last,
                     Py_ssize_t length) {
  for (int before = 0; before < operand; ++before) {
    const int axis = views[before]->ndim - 1 - from_last;
    if (axis >= 0 && views[before]->shape[axis] == length) {
      return fail_shapes(views, before, operand);
    }
  }
  return fail_shapes(views, operand, operand);
}

// Takes the lengths of one more operand into the common shape.
static int extend_shape(const descry_view* const* views, int operand, int ndim, Py_ssize_t* shape) {
  const descry_view* view = views[operand];
  for (int from_last = 0; from_last < view->ndim; ++from_last) {
    const Py_ssize_t own = view->shape[view->ndim - 1 - from_last];
    Py_ssize_t* const common = &shape[ndim - 1 - from_last];
    if (*common == 1) {
      *common = own;
    } else if (own != *common && own != 1) {
      return fail_axis(views, operand, from_last, *common);
    }
  }
  return 0;
}

static int check_shape_size(int ndim, const Py_ssize_t* shape) {
  Py_ssize_t size = 1;
  bool too_large = false;
  for (int axis = 0; axis < ndim; ++axis) {
    if (shape[axis] == 0) return 0;
    too_large = __builtin_mul_overflow(size, shape[axis], &size) || too_large;
  }
  if (!too_large) return 0;
  PyObject* lengths = descryi_tuple_of(ndim, shape);
  if (lengths) descryi_raise_broadcast_too_large(lengths);
  Py_XDECREF(lengths);
  return -1;
}

int descry_broadcast(int n, const descry_view* const* views, int* ndim, Py_ssize_t* shape) {
  int most = 0;
  for (int k = 0; k < n; ++k) {
    if (views[k]->ndim > most) most = views[k]->ndim;
  }
  for (int axis = 0; axis < most; ++axis) shape[axis] = 1;
  for (int k = 0; k < n; ++k) {
    if (extend_shape(views, k, most, shape) < 0) return -1;
  }
  if (check_shape_size(most, shape) < 0) return -1;
  *ndim = most;
  return 0;
}

static int fail_written(const descry_view* view, int operand, int ndim, const Py_ssize_t* shape) {
  PyObject* own = descryi_tuple_of(view->ndim, view->shape);
  PyObject* common = descryi_tuple_of(ndim, shape);
  if (own && common) descryi_raise_broadcast_written(operand, own, common);
  Py_XDECREF(own);
  Py_XDECREF(common);
  return -1;
}

static int fail_repeats(const descry_view* view, int operand) {
  PyObject* shape = descryi_tuple_of(view->ndim, view->shape);
  PyObject* strides = descryi_tuple_of(view->ndim, view->strides);
  if (shape && strides) descryi_raise_loop_repeats(operand, shape, strides);
  Py_XDECREF(shape);
  Py_XDECREF(strides);
  return -1;
}

static int check_written(const descry_view* view, int operand, int ndim, const Py_ssize_t* shape) {
  bool same = view->ndim == ndim;
  for (int axis = 0; same && axis < ndim; ++axis) same = view->shape[axis] == shape[axis];
  if (!same) return fail_written(view, operand, ndim, shape);
  for (int axis = 0; axis < ndim && view->size > 0; ++axis) {
    if (shape[axis] > 1 && view->strides[axis] == 0) return fail_repeats(view, operand);
  }
  return 0;
}

int descryi_broadcast_check_written(int n, const descry_view* const* views, int ndim,
                                    const Py_ssize_t* shape) {
  for (int k = 0; k < n; ++k) {
    if ((views[k]->flags & DESCRY_WRITE) && check_written(views[k], k, ndim, shape) < 0) return -1;
  }
  return 0;
}
