// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/inner.h"

#include "src/array/raise.h"

// Sets `shape` to the lengths of the dimensions in `descr`, outermost first. Returns 0, or -1 with
// an exception set.
static int get_shape(PyObject* descr, Py_ssize_t* shape) {
  for (const descryi_subarray* sub; (sub = descryi_descr_subarray(descr)); descr = sub->base) {
    const Py_ssize_t count = descryi_tuple_size(sub->shape);
    for (Py_ssize_t i = 0; i < count; ++i) {
      *shape = PyLong_AsSsize_t(descryi_tuple_item(sub->shape, i));
      if (*shape++ == -1 && PyErr_Occurred()) return -1;
    }
  }
  return 0;
}

static int refuse_shape(const descry_type* type, int ndim, const Py_ssize_t* expected,
                        const descryi_array* array) {
  PyObject* wanted = descryi_tuple_of(ndim, expected);
  PyObject* shape = descryi_tuple_of(array->nd, array->dimensions);
  if (wanted && shape) {
    descryi_raise(DESCRYI_VIEW_INNER_SHAPE, type->name, type->size, wanted, shape);
  }
  Py_XDECREF(wanted);
  Py_XDECREF(shape);
  return -1;
}

int descryi_inner_check(const descry_type* type, PyObject* descr, const descryi_array* array) {
  Py_ssize_t expected[DESCRYI_MAXDIMS_2];
  const int ndim = descryi_inner_ndim(descr);
  const Py_ssize_t* shape = array->dimensions + array->nd - ndim;
  const Py_ssize_t* strides = array->strides + array->nd - ndim;
  if (get_shape(descr, expected) < 0) return -1;
  Py_ssize_t step = descryi_descr_itemsize(array->descr);
  bool gaps = false;
  for (int axis = ndim - 1; axis >= 0; --axis) {
    if (shape[axis] != expected[axis]) return refuse_shape(type, ndim, expected, array);
    gaps = gaps || (shape[axis] > 1 && strides[axis] != step);
    step *= shape[axis];
  }
  if (!gaps) return 0;
  return descryi_raise_strides(DESCRYI_VIEW_INNER_GAPS, type, array->nd, array->dimensions,
                               array->strides);
}
