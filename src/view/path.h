// SPDX-License-Identifier: BSD-3-Clause
// Ways through a declared type, by names and by offsets. GIL held, no NumPy.
#ifndef DESCRY_SRC_VIEW_PATH_H_
#define DESCRY_SRC_VIEW_PATH_H_

#include <descry/type.h>

#include "src/base/numpy_abi.h"
#include "src/base/python.h"

// A member of a type, at any depth: `ndim` dimensions of elements of `type`, `itemsize` bytes each.
typedef struct descryi_member_form {
  const descry_type* type;
  size_t offset;    // bytes from the start of the outermost element
  size_t itemsize;  // bytes
  int ndim;
  Py_ssize_t shape[DESCRYI_MAXDIMS_2];
  Py_ssize_t strides[DESCRYI_MAXDIMS_2];  // bytes
} descryi_member_form;

// Finds the member of `type` that `path` names, such as "pos.y". Returns 0, or -1 with KeyError,
// TypeError (a step below what is not a record) or ValueError (more dimensions than there can be).
int descryi_path_resolve(const descry_type* type, const char* path, descryi_member_form* member);

// Returns a new str: the path to the object slot at `offset`, such as "owner" or "pair[1].name",
// empty where it is the element itself; or NULL with an exception set.
PyObject* descryi_path_of_slot(const descry_type* type, size_t offset);

#endif  // DESCRY_SRC_VIEW_PATH_H_
