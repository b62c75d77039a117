// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>

#include "src/array/block.h"
#include "src/dtype/cached.h"

PyObject* descry_copy(const descry_type* type, const void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  descryi_elements elements;
  if (descryi_elements_init(&elements, type, descr, data, ndim, shape, strides) < 0) return NULL;
  Py_INCREF(descr);
  PyObject* array = descryi_block_new(type, descr, ndim, shape, DESCRY_C_ORDER, false);
  if (!array) return NULL;
  descryi_elements_gather(&elements, descryi_as_array(array)->data);
  return descryi_block_own(type, array, elements.size);
}
