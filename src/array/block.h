// SPDX-License-Identifier: BSD-3-Clause
// Fresh memory for elements. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_ARRAY_BLOCK_H_
#define DESCRY_SRC_ARRAY_BLOCK_H_

#include <descry/array.h>
#include <stdalign.h>

#include "src/array/elements.h"
#include "src/array/slots.h"

// Whether NumPy cannot make the arrays of a type as they must be: its memory is aligned for
// max_align_t only, and in Fortran order it would tear the elements of a sub-array dtype apart.
static inline bool descryi_block_is_special(const descry_type* type, PyObject* descr, int order) {
  return type->alignment > alignof(max_align_t) ||
         (order == DESCRY_F_ORDER && descryi_type_inner_ndim(type, descr) > 0);
}

// Returns a new array that owns its memory, or NULL with an exception set. Object slots are NULL;
// other bytes are zero where `zeroed` is true or the type has objects. Steals a reference to
// `descr`, also on failure. REQUIRES: descryi_shape_size() took the shape.
PyObject* descryi_block_new(const descry_type* type, PyObject* descr, int ndim,
                            const Py_ssize_t* shape, int order, bool zeroed);

// The same with strides, which leave no gaps but may have the axes in any order.
PyObject* descryi_block_new_strided(const descry_type* type, PyObject* descr, int ndim,
                                    const Py_ssize_t* shape, const Py_ssize_t* strides,
                                    bool zeroed);

// The slow part of descryi_block_own().
PyObject* descryi_block_own_objects(const descry_type* type, PyObject* array, Py_ssize_t size);

// Gives an array whose `size` elements, without gaps, are zeroed or bytewise copies of others
// references of its own; slots that are NULL become None. Returns `array`, or NULL with
// MemoryError. Steals a reference to `array` on failure.
static inline PyObject* descryi_block_own(const descry_type* type, PyObject* array,
                                          Py_ssize_t size) {
  const bool has_objects = descryi_descr_has_objects(descryi_as_array(array)->descr);
  return has_objects ? descryi_block_own_objects(type, array, size) : array;
}

#endif  // DESCRY_SRC_ARRAY_BLOCK_H_
