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
         (order == DESCRY_F_ORDER && descryi_descr_subarray(descr));
}

// Returns a new array that owns its memory, or NULL with an exception set. Object slots are NULL;
// other bytes are zero where `zeroed` is true or the type has objects. Steals a reference to
// `descr`, also on failure. REQUIRES: descryi_shape_size() took the shape.
PyObject* descryi_block_new(const descry_type* type, PyObject* descr, int ndim,
                            const Py_ssize_t* shape, int order, bool zeroed);

// Gives an array whose `size` elements, without gaps, are zeroed or bytewise copies of others
// references of its own; slots that are NULL become None. Returns `array`, or NULL with
// MemoryError. Steals a reference to `array` on failure.
PyObject* descryi_block_own(const descry_type* type, PyObject* array, Py_ssize_t size,
                            Py_ssize_t itemsize);

#endif  // DESCRY_SRC_ARRAY_BLOCK_H_
