// SPDX-License-Identifier: BSD-3-Clause
// Builds a type's dtype, whatever kind it is. NumPy loaded, GIL held.
#ifndef DESCRY_SRC_DTYPE_BUILD_H_
#define DESCRY_SRC_DTYPE_BUILD_H_

#include <descry/type.h>

#include "src/base/python.h"

// The types that are being built, innermost first: what a cycle runs through.
typedef struct descryi_chain {
  const descry_type* type;
  const struct descryi_chain* outer;
} descryi_chain;

// Returns a new reference to a dtype for `type`, or NULL with an exception set. `chain` begins with
// `type`; types inside it are looked up with descryi_dtype_get() and so registered.
PyObject* descryi_build(const descry_type* type, const descryi_chain* chain);

// Returns a new reference to the dtype of a field: of its element, as often as its shape says.
PyObject* descryi_build_field(const descry_field* field, const descryi_chain* chain);

// As descry_dtype(), for a type inside the ones of `outer` (NULL for none). TypeError with the path
// where `type` is among them.
PyObject* descryi_dtype_get(const descry_type* type, const descryi_chain* outer);

#endif  // DESCRY_SRC_DTYPE_BUILD_H_
