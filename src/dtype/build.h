// SPDX-License-Identifier: BSD-3-Clause
// Builds dtypes: of built-in elements, objects, fields, and records of members that have theirs.
// NumPy loaded, GIL held.
#ifndef DESCRY_SRC_DTYPE_BUILD_H_
#define DESCRY_SRC_DTYPE_BUILD_H_

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

typedef struct descryi_member {
  const descry_field* field;
  PyObject* base;   // strong: the dtype of its element, or NULL for a string
  PyObject* dtype;  // strong
} descryi_member;

// The members of a record that is being built, in the order that its dtype has them: by offset,
// since a struct may be declared in any order; as listed where the type was made at run time.
typedef struct descryi_members {
  const descry_type* type;
  Py_ssize_t count;
  descryi_member* items;
} descryi_members;

// Orders the members of `type`, of which none has a dtype yet. Returns 0, or -1 with a TypeError
// that names type and field where no dtype can hold them, and nothing to clear.
int descryi_members_init(descryi_members* members, const descry_type* type);

// Returns 0 where the members account for all of the record's bytes, or need not; else -1 with a
// TypeError. REQUIRES: no type inside the record's contains itself.
int descryi_members_check_coverage(const descryi_members* members);

void descryi_members_clear(descryi_members* members);

// Returns a new reference to the dtype of the record, its fields in the order of `members`, or
// NULL with an exception set. Offsets and itemsize are checked against the declaration after NumPy
// has laid them out. REQUIRES: every member has its `base`.
PyObject* descryi_build_record(descryi_members* members);

#endif  // DESCRY_SRC_DTYPE_BUILD_H_
