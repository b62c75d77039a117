// The hot path of descry_dtype(), for the stages whose own calls must cost little. GIL held.
#ifndef DESCRY_SRC_DTYPE_CACHED_H_
#define DESCRY_SRC_DTYPE_CACHED_H_

#include <descry/dtype.h>

#include "src/base/atomic.h"
#include "src/base/numpy.h"
#include "src/dtype/registry.h"

// state[0] of a type's slot is its `descryi_entry`; the others belong to later stages.
static inline void** descryi_slot_entry(const descry_type* type) { return &type->slot->state[0]; }

// Returns the entry that the slot has, if it can be used, or NULL.
static inline const descryi_entry* descryi_entry_cached(const descry_type* type) {
  const descryi_entry* entry = descryi_load_acquire(descryi_slot_entry(type));
  return entry && descryi_numpy_is_ready() && descryi_guard_holds(&entry->guard) ? entry : NULL;
}

// As descry_dtype(), but the reference is borrowed: entries are never freed.
static inline PyObject* descryi_dtype_borrow(const descry_type* type) {
  const descryi_entry* entry = descryi_entry_cached(type);
  if (entry) return entry->dtype;
  PyObject* dtype = descry_dtype(type);
  Py_XDECREF(dtype);
  return dtype;
}

#endif  // DESCRY_SRC_DTYPE_CACHED_H_
