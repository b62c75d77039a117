// SPDX-License-Identifier: BSD-3-Clause
// The same elements in another shape, and some of them: what NumPy does well.
#include <descry/declare.h>
#include <descry/operate.h>

#include "src/dtype/dtype.h"
#include "src/operate/messages.h"
#include "src/operate/operand.h"

// NPY_ORDER, and NPY_RAISE for indices that are out of bounds.
enum { C_ORDER = 0, F_ORDER = 1, RAISE = 2 };

// Returns NPY_ORDER, or -1 with ValueError.
static int order_argument(const char* function, int order) {
  if (order == 0 || order == DESCRY_C_ORDER) return C_ORDER;
  if (order == DESCRY_F_ORDER) return F_ORDER;
  return descryi_raise_operate_flags(function, (unsigned)order);
}

// Borrows an array whose elements may have to be copied. What is contiguous in the order that is
// asked for never is.
static int open_for_copy(PyObject* array, int order, descry_borrow* borrow) {
  *borrow = (descry_borrow){0};
  if (descryi_operand_check(array) < 0) return -1;
  const int contiguous = order == F_ORDER ? DESCRYI_ARRAY_F_CONTIGUOUS : DESCRYI_ARRAY_C_CONTIGUOUS;
  return descryi_array_flags(array) & contiguous ? 0 : descry_borrow_shared(borrow, array);
}

PyObject* descry_reshape(PyObject* array, int ndim, const Py_ssize_t* shape, int order) {
  descry_borrow borrow;
  Py_ssize_t lengths[DESCRYI_MAXDIMS_2];
  const int numpy_order = order_argument("descry_reshape", order);
  if (numpy_order < 0 || open_for_copy(array, numpy_order, &borrow) < 0) return NULL;
  PyObject* result = NULL;
  if (ndim < 0 || ndim > descryi_np.max_dims) {
    descryi_raise_operate_shape(ndim);
  } else {
    for (int axis = 0; axis < ndim; ++axis) lengths[axis] = shape[axis];  // NumPy writes to them
    const descryi_dims dims = {lengths, ndim};
    result = descryi_np.newshape(array, &dims, numpy_order);
  }
  descry_borrow_release(&borrow);
  return result;  // cppcheck-suppress returnDanglingLifetime ; a new array, which keeps no `dims`
}

PyObject* descry_ravel(PyObject* array, int order) {
  descry_borrow borrow;
  const int numpy_order = order_argument("descry_ravel", order);
  if (numpy_order < 0 || open_for_copy(array, numpy_order, &borrow) < 0) return NULL;
  PyObject* result = descryi_np.ravel(array, numpy_order);
  descry_borrow_release(&borrow);
  return result;
}

PyObject* descry_transpose(PyObject* array, const int* axes) {
  Py_ssize_t order[DESCRYI_MAXDIMS_2];
  if (descryi_operand_check(array) < 0) return NULL;
  if (!axes) return descryi_np.transpose(array, NULL);
  const descryi_dims dims = {order, descryi_as_array(array)->nd};
  for (int i = 0; i < dims.count; ++i) order[i] = axes[i];
  // cppcheck-suppress returnDanglingLifetime ; a new array, which keeps no `dims`
  return descryi_np.transpose(array, &dims);
}

PyObject* descry_swapaxes(PyObject* array, int one, int other) {
  if (descryi_operand_check(array) < 0 || descryi_axis_set(&one, array, false) < 0 ||
      descryi_axis_set(&other, array, false) < 0) {
    return NULL;
  }
  return descryi_np.swap_axes(array, one, other);
}

PyObject* descry_squeeze(PyObject* array) {
  return descryi_operand_check(array) < 0 ? NULL : descryi_np.squeeze(array);
}

// Returns a new reference to `numbers` as an array of intp, or NULL with an exception set: NumPy
// itself would cut or parse what is not an integer, and from 2.0 on wrap uint64. An empty list is
// an array of floats.
static PyObject* integers_of(PyObject* numbers) {
  PyObject* descr = descryi_dtype_borrow(DESCRY_TYPE(intp));
  PyObject* array = descr ? descryi_np.from_any(numbers, NULL, 0, 0, 0, NULL) : NULL;
  PyObject* result = NULL;
  if (!array) return NULL;
  const descryi_array* parts = descryi_as_array(array);
  const char kind = descryi_descr_kind(parts->descr);
  bool is_empty = false;
  for (int axis = 0; axis < parts->nd; ++axis) is_empty = is_empty || parts->dimensions[axis] == 0;
  if (is_empty) {
    Py_INCREF(descr);
    result = descryi_np.cast_to_type(array, descr, 0);
  } else if (kind == 'i' || kind == 'u' || kind == 'b') {
    Py_INCREF(descr);
    result = descryi_np.from_any(array, descr, 0, 0, 0, NULL);
  } else {
    descryi_raise_operate_integers(parts->descr);
  }
  Py_DECREF(array);
  return result;
}

typedef enum selection { TAKE, COMPRESS, REPEAT } selection;

static PyObject* call_numpy(selection how, PyObject* array, PyObject* by, int axis) {
  if (how == COMPRESS) return descryi_np.compress(array, by, axis, NULL);
  PyObject* integers = integers_of(by);
  if (!integers) return NULL;
  PyObject* result = how == TAKE ? descryi_np.take_from(array, integers, axis, NULL, RAISE)
                                 : descryi_np.repeat(array, integers, axis);
  Py_DECREF(integers);
  return result;
}

static PyObject* select_from(selection how, PyObject* array, PyObject* by, int axis) {
  descry_borrow borrow;
  if (descryi_operand_open(array, &borrow) < 0) return NULL;
  PyObject* result = NULL;
  if ((!descryi_is_array(by) || descryi_operand_check(by) == 0) &&
      descryi_axis_set(&axis, array, true) == 0) {
    result = call_numpy(how, array, by, axis);
  }
  descry_borrow_release(&borrow);
  return result;
}

PyObject* descry_take(PyObject* array, PyObject* indices, int axis) {
  return select_from(TAKE, array, indices, axis);
}

PyObject* descry_compress(PyObject* array, PyObject* condition, int axis) {
  return select_from(COMPRESS, array, condition, axis);
}

PyObject* descry_repeat(PyObject* array, PyObject* counts, int axis) {
  return select_from(REPEAT, array, counts, axis);
}
