// SPDX-License-Identifier: BSD-3-Clause
// What built-in elements are called: in elements.inc, in messages and in drawings. GIL held.
#ifndef DESCRY_SRC_DTYPE_ELEMENT_H_
#define DESCRY_SRC_DTYPE_ELEMENT_H_

#include <descry/type.h>

#include "src/base/python.h"

// Returns the element that the dtype is, or NULL: with no exception set where there is none.
// REQUIRES: the dtype is neither a record nor a sub-array, NumPy is loaded.
const descry_type* descryi_element_of_dtype(PyObject* dtype);

// Returns a new str that names such a dtype as descry's tags and NumPy do: "float64", "S12",
// "datetime64[ns]", "big-endian uint32"; or NULL with an exception set. REQUIRES: as above.
PyObject* descryi_element_name(PyObject* dtype);

// Returns a new str: what the element of a field is called beside the field's name, such as
// "float32 (3, 2)", "datetime64[ns]", "uint16, big-endian", "S12" or "vec3"; or NULL with an
// exception set. Needs no NumPy.
PyObject* descryi_element_label(const descry_field* field);

#endif  // DESCRY_SRC_DTYPE_ELEMENT_H_
