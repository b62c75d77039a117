// SPDX-License-Identifier: BSD-3-Clause
// Where the modules of an interpreter meet: one dict of all registered types, behind a versioned
// capsule in the interpreter's dict, so that each module's own copy of descry finds the same one.
// GIL held (or thread state attached); no lock is held around Python.
#ifndef DESCRY_SRC_DTYPE_REGISTRY_H_
#define DESCRY_SRC_DTYPE_REGISTRY_H_

#include <descry/type.h>

#include "src/base/python.h"
#include "src/dtype/guard.h"

// One registered type. Never changed once others can see it, and never freed: pointers to it are
// kept by every module, and another thread may be reading it when a renamed dtype's entry is
// replaced.
typedef struct descryi_entry {
  const descry_type* type;  // of the module that came first
  PyObject* dtype;          // strong
  descryi_guard guard;      // of `dtype`
} descryi_entry;

// Returns the valid entry under the type's name, NULL with no exception set where there is none (or
// its dtype was changed), or NULL with an exception set. TypeError where another layout has the
// name.
const descryi_entry* descryi_registry_find(const descry_type* type);

// Registers `dtype` as that of `type`, unless another thread did so meanwhile. Returns the entry
// that is registered now, or NULL with an exception set. Keeps a reference to `dtype` for good.
const descryi_entry* descryi_registry_add(const descry_type* type, PyObject* dtype);

// Returns the type under `name`, or NULL, with an exception set only if one came up.
const descry_type* descryi_registry_type(const char* name);

#endif  // DESCRY_SRC_DTYPE_REGISTRY_H_
