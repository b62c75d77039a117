// SPDX-License-Identifier: BSD-3-Clause
// Arrays over memory that is not NumPy's. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_ARRAY_WRAP_H_
#define DESCRY_SRC_ARRAY_WRAP_H_

#include "src/array/elements.h"

// Describes memory of the caller's that is to become an array, and checks it: access, shape,
// alignment, and for writing that no two elements overlap. Returns 0, or -1 with ValueError.
int descryi_wrap_init(descryi_elements* elements, const descry_type* type, PyObject* descr,
                      const void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides, unsigned flags);

// Returns a new array over the elements, which `base` keeps alive, or NULL with an exception set.
// Steals a reference to `base`, also on failure. REQUIRES: descryi_wrap_init() took them.
PyObject* descryi_wrap_array(const descryi_elements* elements, PyObject* descr, PyObject* base,
                             unsigned flags);

#endif  // DESCRY_SRC_ARRAY_WRAP_H_
