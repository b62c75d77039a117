// SPDX-License-Identifier: BSD-3-Clause
// Several arrays as one: concatenate, stack, where.
#include <descry/array.h>
#include <descry/declare.h>
#include <descry/operate.h>
#include <string.h>

#include "src/array/shape.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/loop/elements.h"
#include "src/operate/messages.h"
#include "src/operate/operand.h"

// Open views of arrays of one type.
typedef struct operands {
  int count;
  descry_view* views;
} operands;

static void close_all(operands* all) {
  while (all->count > 0) descry_view_release(&all->views[--all->count]);
  PyMem_Free(all->views);
}

static int open_all_operands(operands* all, const char* function, const descry_type* type, int n,
                             PyObject* const* arrays) {
  all->count = 0;
  all->views = NULL;
  if (n < 1) return descryi_raise_operate_no_arrays(function, n);
  all->views = descryi_calloc((size_t)n, sizeof *all->views);
  if (!all->views) {
    PyErr_NoMemory();
    return -1;
  }
  for (; all->count < n; ++all->count) {
    if (descry_view_acquire(&all->views[all->count], arrays[all->count], type, DESCRY_ANY_NDIM,
                            DESCRY_READ | DESCRY_UNALIGNED) < 0) {
      return -1;
    }
  }
  return 0;
}

// Raises the ValueError for array `number`, whose shape does not fit that of the first one. Returns
// -1.
static int refuse_shapes(const operands* all, int number, bool stacked, int axis) {
  const descry_view *first = &all->views[0], *view = &all->views[number];
  PyObject* expected = descryi_tuple_of(first->ndim, first->shape);
  PyObject* actual = descryi_tuple_of(view->ndim, view->shape);
  if (expected && actual && stacked) {
    descryi_raise_operate_stack_shapes(number, actual, expected);
  } else if (expected && actual) {
    descryi_raise_operate_shapes("descry_concatenate", number, actual, expected, axis);
  }
  Py_XDECREF(expected);
  Py_XDECREF(actual);
  return -1;
}

// Whether two views have the same lengths, apart from that along `axis`.
static bool same_but(const descry_view* one, const descry_view* other, int axis) {
  if (one->ndim != other->ndim) return false;
  for (int i = 0; i < one->ndim; ++i) {
    if (i != axis && one->shape[i] != other->shape[i]) return false;
  }
  return true;
}

// Fortran order where all have that, as NumPy's own results.
static int result_order(const operands* all) {
  for (int k = 0; k < all->count; ++k) {
    const unsigned flags = all->views[k].flags;
    if (!(flags & DESCRY_F_CONTIGUOUS) || (flags & DESCRY_C_CONTIGUOUS)) return DESCRY_C_ORDER;
  }
  return DESCRY_F_ORDER;
}

// Copies all elements of `from` to those of `into` from `data` on, which has the strides of `into`.
static int copy_part(const descry_view* into, char* data, const descry_view* from,
                     const Py_ssize_t* strides) {
  descry_view part;
  if (from->size == 0) return 0;
  descryi_view_stand_in(&part, from, data, from->shape, strides);
  part.type = into->type;
  return descryi_copy_elements(&part, from, NULL);
}

// Returns a new array with the elements of all views one after the other along `axis`.
static PyObject* join_along(const operands* all, const descry_type* type, int axis) {
  Py_ssize_t shape[DESCRYI_MAXDIMS_2];
  const int ndim = all->views[0].ndim;
  descry_view into = {0};
  memcpy(shape, all->views[0].shape, (size_t)ndim * sizeof *shape);
  for (int k = 1; k < all->count; ++k) {
    if (!same_but(&all->views[0], &all->views[k], axis)) {
      refuse_shapes(all, k, false, axis);
      return NULL;
    }
    if (__builtin_add_overflow(shape[axis], all->views[k].shape[axis], &shape[axis])) {
      shape[axis] = PY_SSIZE_T_MAX;  // is refused
    }
  }
  PyObject* result = descry_empty(type, ndim, shape, result_order(all));
  if (!result) return NULL;
  int done = descry_view_acquire(&into, result, type, ndim, DESCRY_WRITE | DESCRY_UNBORROWED);
  char* data = into.data;
  for (int k = 0; done == 0 && k < all->count; ++k) {
    done = copy_part(&into, data, &all->views[k], into.strides);
    data += all->views[k].shape[axis] * into.strides[axis];
  }
  descry_view_release(&into);
  if (done < 0) Py_CLEAR(result);
  return result;
}

// The strides of a view's elements in C order without gaps.
static void set_row_strides(const descry_view* view, Py_ssize_t* strides) {
  descryi_strides_set(strides, view->ndim, view->shape, view->itemsize, DESCRY_C_ORDER);
}

// Returns a new array of one dimension with the elements of all views in C order.
static PyObject* join_ravelled(const operands* all, const descry_type* type) {
  Py_ssize_t size = 0, strides[DESCRYI_MAXDIMS_2];
  descry_view into = {0};
  for (int k = 0; k < all->count; ++k) {
    if (__builtin_add_overflow(size, all->views[k].size, &size)) size = PY_SSIZE_T_MAX;
  }
  PyObject* result = descry_empty(type, 1, &size, DESCRY_C_ORDER);
  if (!result) return NULL;
  int done = descry_view_acquire(&into, result, type, 1, DESCRY_WRITE | DESCRY_UNBORROWED);
  char* data = into.data;
  for (int k = 0; done == 0 && k < all->count; ++k) {
    set_row_strides(&all->views[k], strides);
    done = copy_part(&into, data, &all->views[k], strides);
    data += all->views[k].size * all->views[k].itemsize;
  }
  descry_view_release(&into);
  if (done < 0) Py_CLEAR(result);
  return result;
}

PyObject* descry_concatenate(const descry_type* type, int n, PyObject* const* arrays, int axis) {
  operands all;
  PyObject* result = NULL;
  if (open_all_operands(&all, "descry_concatenate", type, n, arrays) < 0) goto done;
  if (axis == DESCRY_RAVEL_AXIS) {
    result = join_ravelled(&all, type);
  } else if (all.views[0].ndim == 0) {
    descryi_raise_operate_no_dimensions("descry_concatenate");
  } else {
    axis = descryi_axis_of(axis, all.views[0].ndim);
    if (axis >= 0) result = join_along(&all, type, axis);
  }

done:
  close_all(&all);
  return result;
}

// Returns a new array with the views along the new axis `axis`, which has all but one stride of
// the parts.
static PyObject* stack_along(const operands* all, const descry_type* type, int axis) {
  Py_ssize_t shape[DESCRYI_MAXDIMS_2 + 1], strides[DESCRYI_MAXDIMS_2];
  const int ndim = all->views[0].ndim;
  descry_view into = {0};
  for (int i = 0; i <= ndim; ++i) {
    shape[i] = i == axis ? all->count : all->views[0].shape[i < axis ? i : i - 1];
  }
  for (int k = 1; k < all->count; ++k) {
    if (!same_but(&all->views[0], &all->views[k], -1)) {
      refuse_shapes(all, k, true, axis);
      return NULL;
    }
  }
  PyObject* result = descry_empty(type, ndim + 1, shape, result_order(all));
  if (!result) return NULL;
  int done = descry_view_acquire(&into, result, type, ndim + 1, DESCRY_WRITE | DESCRY_UNBORROWED);
  for (int i = 0; done == 0 && i < ndim; ++i) strides[i] = into.strides[i < axis ? i : i + 1];
  for (int k = 0; done == 0 && k < all->count; ++k) {
    done = copy_part(&into, into.data + k * into.strides[axis], &all->views[k], strides);
  }
  descry_view_release(&into);
  if (done < 0) Py_CLEAR(result);
  return result;
}

PyObject* descry_stack(const descry_type* type, int n, PyObject* const* arrays, int axis) {
  operands all;
  PyObject* result = NULL;
  if (open_all_operands(&all, "descry_stack", type, n, arrays) == 0) {
    axis = descryi_axis_of(axis, all.views[0].ndim + 1);
    if (axis >= 0) result = stack_along(&all, type, axis);
  }
  close_all(&all);
  return result;
}

// Returns a new array of the truth values of `condition`, or NULL with an exception set.
static PyObject* truth_of(PyObject* condition) {
  enum { FORCECAST = 0x10 };
  PyObject* descr = descryi_dtype_borrow(DESCRY_TYPE(bool_));
  if (!descr || (descryi_is_array(condition) && descryi_operand_check(condition) < 0)) return NULL;
  Py_INCREF(descr);
  return descryi_np.from_any(condition, descr, 0, 0, FORCECAST, NULL);
}

// Fills the result, of the views' common shape, with the second operand and then, where the
// condition says so, with the first. Both are read where they are repeated.
static int choose_where(const descry_view* into, const descry_view* condition,
                        const descry_view* chosen, const descry_view* other) {
  if (descryi_copy_elements(into, other, NULL) < 0) return -1;
  return descryi_copy_elements(into, chosen, condition);
}

PyObject* descry_where(const descry_type* type, PyObject* condition, PyObject* chosen,
                       PyObject* other) {
  descry_view mask = {0}, one = {0}, two = {0}, into = {0};
  const descry_view* const views[] = {&mask, &one, &two};
  PyObject *result = NULL, *truth = truth_of(condition);
  int done = -1;
  const unsigned flags = DESCRY_READ | DESCRY_UNALIGNED;
  if (truth &&
      descry_view_acquire(&mask, truth, DESCRY_TYPE(bool_), DESCRY_ANY_NDIM, DESCRY_READ) == 0 &&
      descry_view_acquire(&one, chosen, type, DESCRY_ANY_NDIM, flags) == 0 &&
      descry_view_acquire(&two, other, type, DESCRY_ANY_NDIM, flags) == 0) {
    result = descry_empty_like(3, views, type);
  }
  if (result && descry_view_acquire(&into, result, type, DESCRY_ANY_NDIM,
                                    DESCRY_WRITE | DESCRY_UNBORROWED) == 0) {
    done = choose_where(&into, &mask, &one, &two);
  }
  descry_view_release(&mask);
  descry_view_release(&one);
  descry_view_release(&two);
  descry_view_release(&into);
  Py_XDECREF(truth);
  if (done < 0) Py_CLEAR(result);
  return result;
}
