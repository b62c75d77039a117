// SPDX-License-Identifier: BSD-3-Clause
// What a field's element is called in drawings. GIL held, no NumPy.
#ifndef DESCRY_SRC_DTYPE_ELEMENT_LABEL_H_
#define DESCRY_SRC_DTYPE_ELEMENT_LABEL_H_

#include <descry/type.h>

#include "src/base/python.h"

// Returns a new str such as "float32 (3, 2)", "datetime64[ns]", "uint16, big-endian", "S12" or
// "vec3", or NULL with an exception set.
PyObject* descryi_element_label(const descry_field* field);

#endif  // DESCRY_SRC_DTYPE_ELEMENT_LABEL_H_
