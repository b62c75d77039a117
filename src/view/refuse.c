// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/refuse.h"

#include "src/base/errors.h"

int descryi_refuse_object(const descry_type* type, int ndim, PyObject* object) {
  PyObject* name = PyObject_GetAttrString((PyObject*)Py_TYPE(object), "__name__");
  if (name && ndim < 0) {
    descryi_raise(DESCRYI_VIEW_NO_ARRAY, type->name, type->size, name);
  } else if (name) {
    descryi_raise(DESCRYI_VIEW_NO_ARRAY_ND, ndim, type->name, type->size, name);
  }
  Py_XDECREF(name);
  return -1;
}

int descryi_refuse_rank(const descry_type* type, int ndim, int inner, int got) {
  if (!inner) return descryi_raise(DESCRYI_VIEW_RANK, ndim, type->name, type->size, got);
  if (ndim < 0) ndim = 0;  // at least
  return descryi_raise(DESCRYI_VIEW_INNER_RANK, ndim, type->name, type->size, inner, got);
}
