// SPDX-License-Identifier: BSD-3-Clause
// Builds dtypes that are no records: built-in elements, objects, strings, sub-arrays. NumPy loaded,
// GIL held.
#ifndef DESCRY_SRC_DTYPE_ELEMENT_H_
#define DESCRY_SRC_DTYPE_ELEMENT_H_

#include <descry/type.h>

#include "src/base/python.h"

// Returns a new reference to the dtype of a built-in tag that has a size, or NULL with an exception
// set.
PyObject* descryi_build_element(const descry_type* type);

// Returns a borrowed reference to the class of a DESCRY_OBJECT, or NULL with an ImportError where
// it is not made yet.
PyObject* descryi_object_class(const descry_type* type);

// Returns a new reference to the dtype of a field: `base`, or a string of the field's size where
// `base` is NULL, as often as the field's shape says. NULL with an exception set on failure.
PyObject* descryi_build_field(const descry_field* field, PyObject* base);

#endif  // DESCRY_SRC_DTYPE_ELEMENT_H_
