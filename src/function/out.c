// SPDX-License-Identifier: BSD-3-Clause
// Arrays that are given for results.
#include <descry/declare.h>

#include "src/array/shape.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/function/call.h"
#include "src/function/messages.h"
#include "src/loop/elements.h"
#include "src/match/match.h"

enum { SAME_KIND_CASTING = 3 };

static int refuse_result_type(const descryi_function* function, int result, PyObject* own,
                              PyObject* descr) {
  PyObject* line = descryi_mismatch(own, descr, DESCRY_EQUIVALENT);
  if (line) descryi_raise_function_out_type(function->name, result, line);
  Py_XDECREF(line);
  return -1;
}

int descryi_out_check(const descryi_function* function, PyObject* out, int result,
                      const descry_type* type) {
  if (!descryi_is_array(out)) {
    return descryi_raise_function_out_array(function->name, (PyObject*)Py_TYPE(out));
  }
  PyObject* own = descryi_dtype_borrow(type);
  if (!own) return -1;
  if (descryi_type_inner_ndim(type, own)) own = descryi_innermost(own);
  PyObject* const descr = descryi_as_array(out)->descr;
  const int matches = descryi_match(type, own, descr, DESCRY_EQUIVALENT);
  if (matches < 0) return -1;
  if (!matches && !(descryi_descr_is_number(own) && descryi_descr_is_number(descr) &&
                    descryi_np.can_cast_type_to(own, descr, SAME_KIND_CASTING))) {
    return refuse_result_type(function, result, own, descr);
  }
  if (!(descryi_array_flags(out) & DESCRYI_ARRAY_WRITEABLE)) {
    return descryi_raise_function_out_read_only(function->name, result);
  }
  return matches;
}

// NumPy casts numbers; the array is borrowed meanwhile.
static int cast_to(PyObject* out, PyObject* made, PyObject* mask) {
  int result = -1;
  descry_borrow borrow = {0};
  if (descry_borrow_exclusive(&borrow, out) < 0) return -1;
  PyObject* numpy = PyImport_ImportModule("numpy");
  PyObject* copyto = numpy ? PyObject_GetAttrString(numpy, "copyto") : NULL;
  PyObject* args = copyto ? Py_BuildValue("(OOs)", out, made, "same_kind") : NULL;
  PyObject* kwargs = args ? Py_BuildValue("{s:O}", "where", mask ? mask : Py_True) : NULL;
  PyObject* none = kwargs ? PyObject_Call(copyto, args, kwargs) : NULL;
  if (none) result = 0;
  Py_XDECREF(numpy);
  Py_XDECREF(copyto);
  Py_XDECREF(args);
  Py_XDECREF(kwargs);
  Py_XDECREF(none);
  descry_borrow_release(&borrow);
  return result;
}

static int copy_to(PyObject* out, PyObject* made, const descry_type* type, PyObject* mask) {
  int result = -1;
  descry_view to = {0}, from = {0}, through = {0};
  if (descry_view_acquire(&to, out, type, DESCRY_ANY_NDIM, DESCRY_WRITE | DESCRY_UNALIGNED) == 0 &&
      descry_view_acquire(&from, made, type, DESCRY_ANY_NDIM, DESCRY_READ) == 0 &&
      (!mask || descry_view_acquire(&through, mask, DESCRY_TYPE(bool_), DESCRY_ANY_NDIM,
                                    DESCRY_READ) == 0)) {
    result = descryi_copy_elements(&to, &from, mask ? &through : NULL);
  }
  descry_view_release(&to);
  descry_view_release(&from);
  descry_view_release(&through);
  return result;
}

int descryi_out_copy(PyObject* out, PyObject* made, const descry_type* type, PyObject* mask) {
  PyObject* own = descryi_dtype_borrow(type);
  if (!own) return -1;
  if (descryi_type_inner_ndim(type, own)) own = descryi_innermost(own);
  const int matches = descryi_match(type, own, descryi_as_array(out)->descr, DESCRY_EQUIVALENT);
  if (matches < 0) return -1;
  return matches ? copy_to(out, made, type, mask) : cast_to(out, made, mask);
}

PyObject* descryi_scalar_of(PyObject* array) {
  if (!array || descryi_as_array(array)->nd > 0) return array;
  PyObject* empty = PyTuple_New(0);
  PyObject* scalar = empty ? PyObject_GetItem(array, empty) : NULL;
  Py_XDECREF(empty);
  Py_DECREF(array);
  return scalar;
}

PyObject* descryi_mask_of(PyObject* where) {
  if (!where || where == Py_True) return NULL;
  PyObject* descr = descryi_dtype_borrow(DESCRY_TYPE(bool_));
  if (!descr) return NULL;
  Py_INCREF(descr);
  return descryi_np.from_any(where, descr, 0, 0, 0, NULL);
}
