// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/foreign.h"

#include <descry/array.h>

#include "src/array/messages.h"

int descryi_foreign_init(descryi_elements* elements, const descry_type* type, PyObject* descr,
                         const void* data, int ndim, const Py_ssize_t* shape,
                         const Py_ssize_t* strides, unsigned flags) {
  const unsigned access = DESCRY_READ | DESCRY_WRITE;
  if (!(flags & access) || flags & ~(access | DESCRY_UNALIGNED)) {
    return descryi_raise_access_unknown(flags);
  }
  if (descryi_elements_init(elements, type, descr, data, ndim, shape, strides) < 0) return -1;
  if (!(flags & DESCRY_UNALIGNED) && descryi_elements_check_alignment(elements, type) < 0) {
    return -1;
  }
  if (!(flags & DESCRY_WRITE) || elements->natural) return 0;
  return descryi_elements_check_apart(elements, type);
}

// What stands for the memory of an empty array that has none: NumPy would allocate some where it is
// given NULL.
static union {
  char byte;
  double aligned;
} nothing;

// A base is set always: NumPy before 2.3 lets Python make a read-only array without one writeable.
PyObject* descryi_foreign_array(const descryi_elements* elements, PyObject* descr, PyObject* base,
                                unsigned flags) {
  void* const data = elements->data ? elements->data : &nothing.byte;
  const int array_flags = flags & DESCRY_WRITE ? DESCRYI_ARRAY_WRITEABLE : 0;
  Py_INCREF(descr);
  PyObject* array = descryi_np.new_from_descr(
      descryi_np.array_type, descr, elements->ndim, elements->shape,
      elements->natural ? NULL : elements->strides, data, array_flags, NULL);
  if (!array) {
    Py_DECREF(base);
  } else if (descryi_np.set_base_object(array, base) < 0) {
    Py_CLEAR(array);
  }
  return array;
}
