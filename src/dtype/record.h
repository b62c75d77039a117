// SPDX-License-Identifier: BSD-3-Clause
// Builds the dtype of a record from the dtypes of its members. NumPy loaded, GIL held.
#ifndef DESCRY_SRC_DTYPE_RECORD_H_
#define DESCRY_SRC_DTYPE_RECORD_H_

#include <descry/type.h>

#include "src/base/python.h"

typedef struct descryi_member {
  const descry_field* field;
  PyObject* base;   // strong: the dtype of its element, or NULL for a string
  PyObject* dtype;  // strong
} descryi_member;

// The members of a record that is being built, sorted by offset.
typedef struct descryi_members {
  const descry_type* type;
  Py_ssize_t count;
  descryi_member* items;
} descryi_members;

// Sorts the members of `type`, of which none has a dtype yet. Returns 0, or -1 with a TypeError
// that names type and field where no dtype can hold them, and nothing to clear.
int descryi_members_init(descryi_members* members, const descry_type* type);

void descryi_members_clear(descryi_members* members);

// Returns a new reference to the dtype of the record, its fields in the order of their offsets, or
// NULL with an exception set. Offsets and itemsize are checked against the declaration after NumPy
// has laid them out. REQUIRES: every member has its `base`.
PyObject* descryi_build_record(descryi_members* members);

#endif  // DESCRY_SRC_DTYPE_RECORD_H_
