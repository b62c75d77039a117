// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>

#include "src/array/fresh.h"
#include "src/dtype/dtype.h"
#include "src/loop/axes.h"
#include "src/loop/messages.h"

// In what order the axes of an array lie in memory.
typedef struct axis_order {
  int count;                      // axes longer than 1
  int numbers[DESCRY_LOOP_NDIM];  // the innermost first
} axis_order;

// Finds the order that the operands have their axes in.
static void find_order(axis_order* order, int n, const descry_view* const* views, int ndim,
                       const Py_ssize_t* shape) {
  Py_ssize_t lengths[DESCRY_LOOP_NDIM], steps[DESCRY_LOOP_NDIM * DESCRY_LOOP_OPERANDS];
  descryi_axes axes = {
      .operands = n, .numbers = order->numbers, .lengths = lengths, .steps = steps};
  descryi_axes_collect(&axes, views, ndim, shape, DESCRY_C_ORDER);
  descryi_axes_sort(&axes);
  order->count = axes.count;
}

// Whether that is C order, or with `sign` -1 Fortran order.
static bool is_monotonic(const axis_order* order, int sign) {
  for (int i = 1; i < order->count; ++i) {
    if (sign * (order->numbers[i] - order->numbers[i - 1]) > 0) return false;
  }
  return true;
}

static PyObject* new_ordered(const descry_type* type, int ndim, const Py_ssize_t* shape,
                             const axis_order* order) {
  Py_ssize_t size, strides[DESCRY_LOOP_NDIM];
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  size = descryi_shape_size(type, descr, ndim, shape);
  if (size < 0) return NULL;
  Py_ssize_t step = (Py_ssize_t)type->size;
  for (int i = 0; i < order->count; ++i) {
    strides[order->numbers[i]] = step;
    step *= shape[order->numbers[i]];
  }
  for (int axis = 0; axis < ndim; ++axis) {
    if (shape[axis] == 1) strides[axis] = step;
  }
  Py_INCREF(descr);
  PyObject* array = descryi_fresh_new_strided(type, descr, ndim, shape, strides, false);
  return array ? descryi_fresh_own(type, array, size) : NULL;
}

// What all operands have in C order needs no closer look: one dimension, most of the time.
static bool all_in_c_order(int n, const descry_view* const* views) {
  for (int k = 0; k < n; ++k) {
    if (views[k]->ndim > 1 && !(views[k]->flags & DESCRY_C_CONTIGUOUS)) return false;
  }
  return true;
}

static bool have_one_shape(int n, const descry_view* const* views) {
  for (int k = 1; k < n; ++k) {
    if (views[k]->ndim != views[0]->ndim) return false;
    for (int axis = 0; axis < views[0]->ndim; ++axis) {
      if (views[k]->shape[axis] != views[0]->shape[axis]) return false;
    }
  }
  return n > 0;
}

PyObject* descry_empty_like(int n, const descry_view* const* views, const descry_type* type) {
  Py_ssize_t shape[DESCRY_LOOP_NDIM];
  axis_order order;
  int ndim;
  if (n < 0 || n > DESCRY_LOOP_OPERANDS) {
    descryi_raise_loop_operands(0, DESCRY_LOOP_OPERANDS, n);
    return NULL;
  }
  const bool is_c_order = all_in_c_order(n, views);
  if (is_c_order && have_one_shape(n, views)) {
    return descry_empty(type, views[0]->ndim, views[0]->shape, DESCRY_C_ORDER);
  }
  if (descry_broadcast(n, views, &ndim, shape) < 0) return NULL;
  if (is_c_order) return descry_empty(type, ndim, shape, DESCRY_C_ORDER);
  find_order(&order, n, views, ndim, shape);
  if (is_monotonic(&order, 1)) return descry_empty(type, ndim, shape, DESCRY_C_ORDER);
  if (is_monotonic(&order, -1)) return descry_empty(type, ndim, shape, DESCRY_F_ORDER);
  return new_ordered(type, ndim, shape, &order);
}
