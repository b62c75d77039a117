// SPDX-License-Identifier: BSD-3-Clause
// The hot path of descry_dtype(), for the stages whose own calls must cost little. GIL held.
#ifndef DESCRY_SRC_DTYPE_DTYPE_H_
#define DESCRY_SRC_DTYPE_DTYPE_H_

#include <descry/dtype.h>

#include "src/base/numpy.h"
#include "src/base/threads.h"
#include "src/dtype/registry.h"

// Where a type keeps its `descryi_entry`.
static inline void** descryi_entry_place(const descry_type* type) { return &type->state->entry; }

// Returns the entry that the type has, if it can be used, or NULL.
static inline const descryi_entry* descryi_entry_cached(const descry_type* type) {
  const descryi_entry* entry =
      (const descryi_entry*)descryi_load_acquire(descryi_entry_place(type));
  return entry && descryi_numpy_is_ready() && descryi_entry_unchanged(entry) ? entry : NULL;
}

// As descry_dtype(), but the reference is borrowed: the entry is not freed before the type.
static inline PyObject* descryi_dtype_borrow(const descry_type* type) {
  const descryi_entry* entry = descryi_entry_cached(type);
  if (entry) return entry->dtype;
  PyObject* dtype = descry_dtype(type);
  Py_XDECREF(dtype);
  return dtype;
}

// Imports NumPy if need be. Returns 0 where `dtype` is a dtype, -1 with an exception set
// (TypeError) where it is not.
int descryi_check_dtype(PyObject* dtype);

#endif  // DESCRY_SRC_DTYPE_DTYPE_H_
