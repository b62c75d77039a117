// What every fresh array begins with. GIL held.
#ifndef DESCRY_SRC_ARRAY_FRESH_H_
#define DESCRY_SRC_ARRAY_FRESH_H_

#include <descry/type.h>

#include "src/base/python.h"

// Loads NumPy if need be and checks what was asked for. Returns a new reference to the dtype of
// `type`, with the number of elements in `*size`, or NULL with an exception set.
PyObject* descryi_fresh_dtype(const descry_type* type, int ndim, const Py_ssize_t* shape, int order,
                              Py_ssize_t* size);

#endif  // DESCRY_SRC_ARRAY_FRESH_H_
