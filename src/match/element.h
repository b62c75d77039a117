// SPDX-License-Identifier: BSD-3-Clause
// Elements: dtypes without fields and sub-array, and what dtypes of any kind are called in
// messages. GIL held.
#ifndef DESCRY_SRC_MATCH_ELEMENT_H_
#define DESCRY_SRC_MATCH_ELEMENT_H_

#include <stdbool.h>

#include "src/base/numpy.h"
#include "src/base/python.h"

// Returns whether two dtypes stand for the same element: kind, itemsize, byte order, and of
// datetimes the unit and its count. `l` and `q` are the same, fields of an int dtype don't matter.
// REQUIRES: neither is a record or a sub-array.
bool descryi_element_equals(PyObject* one, PyObject* other);

// Whether the dtype is that of byte strings, `S`.
static inline bool descryi_element_is_string(PyObject* element) {
  return descryi_descr_type_num(element) == DESCRYI_NPY_STRING;
}

// Returns a new str that names the element as descry's tags and NumPy do: "float64", "S12",
// "datetime64[ns]", "big-endian uint32"; or NULL with an exception set.
PyObject* descryi_element_name(PyObject* element);

#endif  // DESCRY_SRC_MATCH_ELEMENT_H_
