// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/block.h"

#include <stdlib.h>
#include <string.h>

static Py_ssize_t count_bytes(const descry_type* type, int ndim, const Py_ssize_t* shape) {
  Py_ssize_t bytes = (Py_ssize_t)type->size;
  for (int axis = 0; axis < ndim; ++axis) bytes *= shape[axis];
  return bytes;
}

static void free_memory(void* data, void* context) {
  (void)context;
  free(data);
}

static PyObject* new_over_aligned(const descry_type* type, int ndim, const Py_ssize_t* shape,
                                  const Py_ssize_t* strides) {
  const size_t bytes = (size_t)count_bytes(type, ndim, shape);
  void* data = NULL;
  if (posix_memalign(&data, type->alignment, bytes ? bytes : 1) != 0) return PyErr_NoMemory();
  memset(data, 0, bytes);
  PyObject* array = descry_adopt(type, data, ndim, shape, strides, free_memory, NULL, DESCRY_WRITE);
  if (!array) free(data);
  return array;
}

// With objects in it, new_from_descr() zeroes the memory itself.
PyObject* descryi_block_new_strided(const descry_type* type, PyObject* descr, int ndim,
                                    const Py_ssize_t* shape, const Py_ssize_t* strides,
                                    bool zeroed) {
  if (type->alignment > alignof(max_align_t)) {
    PyObject* array = new_over_aligned(type, ndim, shape, strides);
    Py_DECREF(descr);
    return array;
  }
  const size_t bytes = (size_t)count_bytes(type, ndim, shape);
  PyObject* array =
      descryi_np.new_from_descr(descryi_np.array_type, descr, ndim, shape, strides, NULL, 0, NULL);
  if (array && zeroed) memset(descryi_as_array(array)->data, 0, bytes);
  return array;
}

PyObject* descryi_block_new(const descry_type* type, PyObject* descr, int ndim,
                            const Py_ssize_t* shape, int order, bool zeroed) {
  if (descryi_block_is_special(type, descr, order)) {
    Py_ssize_t strides[DESCRYI_MAXDIMS_2];
    descryi_strides_set(strides, ndim, shape, (Py_ssize_t)type->size, order);
    return descryi_block_new_strided(type, descr, ndim, shape, strides, zeroed);
  }
  if (zeroed && !descryi_descr_has_objects(descr)) {
    return descryi_np.zeros(ndim, shape, descr, order == DESCRY_F_ORDER);
  }
  return descryi_np.new_from_descr(descryi_np.array_type, descr, ndim, shape, NULL, NULL,
                                   order == DESCRY_F_ORDER, NULL);
}

PyObject* descryi_block_own_objects(const descry_type* type, PyObject* array, Py_ssize_t size) {
  descryi_array* const parts = descryi_as_array(array);
  const Py_ssize_t itemsize = (Py_ssize_t)type->size;
  descryi_slots slots;
  if (descryi_slots_init(&slots, type, parts->descr) < 0) {
    memset(parts->data, 0, (size_t)(size * itemsize));  // they are the references of others
    descryi_drop(array);
    return NULL;
  }
  descryi_slots_own_all(&slots, parts->data, size, itemsize);
  descryi_slots_clear(&slots);
  return array;
}
