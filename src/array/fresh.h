// SPDX-License-Identifier: BSD-3-Clause
// Arrays in fresh memory. GIL held; NumPy loaded where a comment does not say otherwise.
#ifndef DESCRY_SRC_ARRAY_FRESH_H_
#define DESCRY_SRC_ARRAY_FRESH_H_

#include <descry/array.h>

#include "src/array/elements.h"
#include "src/array/object_slots.h"
#include "src/dtype/dtype.h"

// Raises the ValueError for what is no order. Returns -1.
int descryi_fresh_refuse_order(int order);

// Loads NumPy if need be and checks what was asked for. Returns a new reference to the dtype of
// `type`, with the number of elements in `*size`, or NULL with an exception set.
static inline PyObject* descryi_fresh_dtype(const descry_type* type, int ndim,
                                            const Py_ssize_t* shape, int order, Py_ssize_t* size) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  const bool known = order == DESCRY_C_ORDER || order == DESCRY_F_ORDER || order == 0;
  *size = known ? descryi_shape_size(type, descr, ndim, shape) : descryi_fresh_refuse_order(order);
  if (*size < 0) return NULL;
  Py_INCREF(descr);
  return descr;
}

// Returns a new array that owns its memory, or NULL with an exception set. Object slots are NULL;
// other bytes are zero where `zeroed` is true or the type has objects. Steals a reference to
// `descr`, also on failure. REQUIRES: descryi_shape_size() took the shape.
PyObject* descryi_fresh_new(const descry_type* type, PyObject* descr, int ndim,
                            const Py_ssize_t* shape, int order, bool zeroed);

// The same with strides, which leave no gaps but may have the axes in any order.
PyObject* descryi_fresh_new_strided(const descry_type* type, PyObject* descr, int ndim,
                                    const Py_ssize_t* shape, const Py_ssize_t* strides,
                                    bool zeroed);

// Whether elements of `descr` are texts of no characters, S0 or U0.
bool descryi_is_empty_text(PyObject* descr);

// Returns a new array of such texts, or NULL with an exception set. NumPy makes them S1 and U1 in
// memory of its own; here the memory is that of an array of V0. Steals a reference to `descr`, also
// on failure.
PyObject* descryi_fresh_empty_texts(PyObject* descr, int ndim, const Py_ssize_t* shape);

// The slow part of descryi_fresh_own().
PyObject* descryi_fresh_own_objects(const descry_type* type, PyObject* array, Py_ssize_t size);

// Gives an array whose `size` elements, without gaps, are zeroed or bytewise copies of others
// references of its own; slots that are NULL become None. Returns `array`, or NULL with
// MemoryError. Steals a reference to `array` on failure.
static inline PyObject* descryi_fresh_own(const descry_type* type, PyObject* array,
                                          Py_ssize_t size) {
  const bool has_objects = descryi_descr_has_objects(descryi_as_array(array)->descr);
  return has_objects ? descryi_fresh_own_objects(type, array, size) : array;
}

#endif  // DESCRY_SRC_ARRAY_FRESH_H_
