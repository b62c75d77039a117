// SPDX-License-Identifier: BSD-3-Clause
// Builds the dtype of a record. NumPy loaded, GIL held.
#ifndef DESCRY_SRC_DTYPE_RECORD_H_
#define DESCRY_SRC_DTYPE_RECORD_H_

#include "src/dtype/build.h"

// Returns a new reference to the dtype of a DESCRY_KIND_RECORD, its fields in the order of their
// offsets, or NULL with an exception set. Offsets and itemsize are checked against the declaration
// after NumPy has laid them out.
PyObject* descryi_build_record(const descry_type* type, const descryi_chain* chain);

#endif  // DESCRY_SRC_DTYPE_RECORD_H_
