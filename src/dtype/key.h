// SPDX-License-Identifier: BSD-3-Clause
// What a type is registered under: its name and its layout, as bytes that are equal where both are.
// The dtypes of what is inside stand for it by their addresses: the registered dtype keeps them
// alive. GIL held.
#ifndef DESCRY_SRC_DTYPE_KEY_H_
#define DESCRY_SRC_DTYPE_KEY_H_

#include <descry/type.h>

#include "src/base/python.h"
#include "src/dtype/record.h"

// Each returns new bytes, or NULL with an exception set.

// The key of a built-in element, or of an object of the class `object_class`.
PyObject* descryi_element_key(const descry_type* type, PyObject* object_class);

// The key of an alias or a transparent wrapper of elements of the dtype `base`, NULL for strings.
PyObject* descryi_target_key(const descry_type* type, PyObject* base);

// The key of a record. REQUIRES: every member has its `base`. Order in the list does not matter,
// except to members that begin together.
PyObject* descryi_record_key(const descryi_members* members);

#endif  // DESCRY_SRC_DTYPE_KEY_H_
