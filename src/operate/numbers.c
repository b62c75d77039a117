// SPDX-License-Identifier: BSD-3-Clause
// What NumPy computes with numbers.
#include <descry/operate.h>

#include "src/dtype/dtype.h"
#include "src/operate/messages.h"
#include "src/operate/operand.h"

enum { KEEP_ORDER = 2 };

// Opens an array of numbers. Returns 0, or -1 with an exception set and nothing held.
static int open_numbers(const char* function, PyObject* array, descry_borrow* borrow) {
  *borrow = (descry_borrow){0};
  if (descryi_operand_check(array) < 0) return -1;
  PyObject* const descr = descryi_as_array(array)->descr;
  if (!descryi_descr_is_number(descr)) return descryi_raise_operate_numbers(function, descr);
  return descry_borrow_shared(borrow, array);
}

PyObject* descry_cast(const descry_type* type, PyObject* array) {
  descry_borrow borrow;
  PyObject* own = descryi_dtype_borrow(type);
  if (!own) return NULL;
  if (!descryi_descr_is_number(own)) {
    descryi_raise_operate_cast_type(type->name);
    return NULL;
  }
  if (open_numbers("descry_cast", array, &borrow) < 0) return NULL;
  const int flags = descryi_array_flags(array);
  const bool fortran =
      (flags & DESCRYI_ARRAY_F_CONTIGUOUS) && !(flags & DESCRYI_ARRAY_C_CONTIGUOUS);
  Py_INCREF(own);
  PyObject* result = descryi_np.cast_to_type(array, own, fortran);
  descry_borrow_release(&borrow);
  return result;
}

static PyObject* multiply(const char* function, PyObject* (*slot)(PyObject*, PyObject*),
                          PyObject* one, PyObject* other) {
  descry_borrow first, second;
  PyObject* result = NULL;
  if (open_numbers(function, one, &first) < 0) return NULL;
  if (open_numbers(function, other, &second) == 0) {
    result = slot(one, other);
    descry_borrow_release(&second);
  }
  descry_borrow_release(&first);
  return result ? descryi_np.return_array(result) : NULL;
}

PyObject* descry_inner(PyObject* one, PyObject* other) {
  if (descryi_numpy_ensure() < 0) return NULL;
  return multiply("descry_inner", descryi_np.inner_product, one, other);
}

PyObject* descry_dot(PyObject* one, PyObject* other) {
  if (descryi_numpy_ensure() < 0) return NULL;
  return multiply("descry_dot", descryi_np.matrix_product, one, other);
}

PyObject* descry_einsum(const char* subscripts, int n, PyObject* const* arrays) {
  PyObject* result = NULL;
  int open = 0;
  if (n < 1) {
    descryi_raise_operate_no_arrays("descry_einsum", n);
    return NULL;
  }
  descry_borrow* borrows = descryi_calloc((size_t)n, sizeof *borrows);
  if (!borrows) return PyErr_NoMemory();
  while (open < n && open_numbers("descry_einsum", arrays[open], &borrows[open]) == 0) ++open;
  // NumPy reads both, whatever its own types say.
  if (open == n) {
    result = descryi_np.einstein_sum((char*)subscripts, n, (PyObject**)arrays, NULL, KEEP_ORDER,
                                     DESCRYI_SAFE_CASTING, NULL);
  }
  while (open > 0) descry_borrow_release(&borrows[--open]);
  PyMem_Free(borrows);
  return result ? descryi_np.return_array(result) : NULL;
}
