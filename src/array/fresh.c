// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/fresh.h"

#include <descry/array.h>
#include <string.h>

#include "src/array/block.h"
#include "src/array/messages.h"

int descryi_fresh_refuse_order(int order) { return descryi_raise_order_unknown(order); }

static PyObject* new_special(const descry_type* type, PyObject* descr, int ndim,
                             const Py_ssize_t* shape, int order, Py_ssize_t size) {
  PyObject* array = descryi_block_new(type, descr, ndim, shape, order, true);
  return array ? descryi_block_own(type, array, size) : NULL;
}

PyObject* descry_empty(const descry_type* type, int ndim, const Py_ssize_t* shape, int order) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, ndim, shape, order, &size);
  if (!descr) return NULL;
  if (descryi_block_is_special(type, descr, order)) {
    return new_special(type, descr, ndim, shape, order, size);
  }
  return descryi_np.empty(ndim, shape, descr, order == DESCRY_F_ORDER);
}

// NumPy zeroes memory that is to hold objects whenever it allocates some; its `zeros` puts the int
// 0 there, its `empty` None.
PyObject* descry_zeros(const descry_type* type, int ndim, const Py_ssize_t* shape, int order) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, ndim, shape, order, &size);
  if (!descr) return NULL;
  if (descryi_block_is_special(type, descr, order)) {
    return new_special(type, descr, ndim, shape, order, size);
  }
  if (descryi_descr_has_objects(descr))
    return descryi_np.empty(ndim, shape, descr, order == DESCRY_F_ORDER);
  return descryi_np.zeros(ndim, shape, descr, order == DESCRY_F_ORDER);
}
