// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>

#include "src/array/foreign.h"
#include "src/array/owner.h"
#include "src/dtype/cached.h"

PyObject* descry_wrap(const descry_type* type, void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides, PyObject* owner, unsigned flags) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  descryi_elements elements;
  if (descryi_foreign_init(&elements, type, descr, data, ndim, shape, strides, flags) < 0) {
    return NULL;
  }
  PyObject* base = descryi_owner_base(owner, &elements, type, flags);
  return base ? descryi_foreign_array(&elements, descr, base, flags) : NULL;
}
