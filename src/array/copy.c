#include <descry/array.h>
#include <descry/dtype.h>

#include "src/array/block.h"

PyObject* descry_copy(const descry_type* type, const void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides) {
  PyObject* descr = descry_dtype(type);
  if (!descr) return NULL;
  descryi_elements elements;
  if (descryi_elements_init(&elements, type, descr, data, ndim, shape, strides) < 0) {
    Py_DECREF(descr);
    return NULL;
  }
  PyObject* array = descryi_block_new(type, descr, ndim, shape, DESCRY_C_ORDER, false);
  if (!array) return NULL;
  descryi_elements_gather(&elements, descryi_as_array(array)->data);
  return descryi_block_own(type, array, elements.size, elements.itemsize);
}
