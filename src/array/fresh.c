#include "src/array/fresh.h"

#include <descry/array.h>
#include <descry/dtype.h>
#include <string.h>

#include "src/array/block.h"
#include "src/base/errors.h"

PyObject* descryi_fresh_dtype(const descry_type* type, int ndim, const Py_ssize_t* shape, int order,
                              Py_ssize_t* size) {
  PyObject* descr = descry_dtype(type);
  if (!descr) return NULL;
  if (order != DESCRY_C_ORDER && order != DESCRY_F_ORDER) {
    descryi_raise(DESCRYI_ORDER_UNKNOWN, order);
  } else {
    *size = descryi_shape_size(type, descr, ndim, shape);
    if (*size >= 0) return descr;
  }
  Py_DECREF(descr);
  return NULL;
}

static PyObject* new_special(const descry_type* type, PyObject* descr, int ndim,
                             const Py_ssize_t* shape, int order, Py_ssize_t size) {
  const Py_ssize_t itemsize = descryi_descr_itemsize(descr);
  PyObject* array = descryi_block_new(type, descr, ndim, shape, order, true);
  return array ? descryi_block_own(type, array, size, itemsize) : NULL;
}

PyObject* descry_empty(const descry_type* type, int ndim, const Py_ssize_t* shape, int order) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, ndim, shape, order, &size);
  if (!descr) return NULL;
  if (descryi_block_is_special(type, descr, order)) {
    return new_special(type, descr, ndim, shape, order, size);
  }
  return descryi_np.empty(ndim, shape, descr, order);
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
  if (descryi_descr_has_objects(descr)) return descryi_np.empty(ndim, shape, descr, order);
  return descryi_np.zeros(ndim, shape, descr, order);
}
