// SPDX-License-Identifier: BSD-3-Clause
// The members of a record that is being built: sorted by offset, each with its dtype, and checked
// for what no dtype can hold.
#ifndef DESCRY_SRC_DTYPE_MEMBERS_H_
#define DESCRY_SRC_DTYPE_MEMBERS_H_

#include "src/dtype/build.h"

typedef struct descryi_member {
  const descry_field* field;
  PyObject* dtype;  // strong
} descryi_member;

typedef struct descryi_members {
  const descry_type* type;
  Py_ssize_t count;
  descryi_member* items;
} descryi_members;

// Builds the members of `type`. Returns 0, or -1 with an exception set (TypeError names type and
// field) and nothing to clear.
int descryi_members_init(descryi_members* members, const descry_type* type,
                         const descryi_chain* chain);

// Raises TypeError where a name or a title stands twice. NumPy looks for that itself, but does not
// say in which type.
int descryi_members_check_names(const descryi_members* members);

void descryi_members_clear(descryi_members* members);

#endif  // DESCRY_SRC_DTYPE_MEMBERS_H_
