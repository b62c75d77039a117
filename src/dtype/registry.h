// SPDX-License-Identifier: BSD-3-Clause
// The dtypes of all types, by the types' names and layouts, where all modules of an interpreter
// find them: each has its own copy of descry. GIL held (or thread state attached) where a comment
// does not say otherwise; no lock is held around Python.
#ifndef DESCRY_SRC_DTYPE_REGISTRY_H_
#define DESCRY_SRC_DTYPE_REGISTRY_H_

#include <descry/type.h>

#include "src/base/python.h"
#include "src/dtype/build.h"
#include "src/dtype/snapshot.h"

// One registered dtype. Knows no type, and never changes once others can see it: pointers to it are
// kept by every type that it is the dtype of, and another thread may be reading it while an entry
// whose dtype someone changed is replaced.
//
// It is freed with the last of the types that it was given to. Declared types are never freed.
typedef struct descryi_entry {
  PyObject* dtype;          // strong
  PyObject* held;           // strong: the class of a DESCRY_OBJECT, or NULL
  PyObject* capsule;        // that owns this; not a reference
  PyObject* key;            // strong
  size_t users;             // atomic: types that it was given to
  bool has_plain_elements;  // neither sub-arrays nor, at any depth, with objects
  bool has_parts;           // any of `dtypes` has; see snapshot.h
  Py_ssize_t count;
  descryi_snapshot_item dtypes[1];  // `count` of them: `dtype` and what is inside of it
} descryi_entry;

// Whether the dtype is as it was when it was registered, but for its parts; and whether it is so in
// all.
__attribute__((always_inline)) static inline bool descryi_entry_words_unchanged(
    const descryi_entry* entry) {
  return descryi_snapshot_words_unchanged(entry->dtypes, entry->count);
}
__attribute__((always_inline)) static inline bool descryi_entry_unchanged(
    const descryi_entry* entry) {
  return descryi_snapshot_items_unchanged(entry->dtypes, entry->count, entry->has_parts);
}

// What a type is registered under: its name and its layout, as bytes that are equal where both are.
// The dtypes of what is inside stand for it by their addresses: the registered dtype keeps them
// alive. Each of these returns new bytes, or NULL with an exception set.

// The key of a built-in element, or of an object of the class `object_class`.
PyObject* descryi_element_key(const descry_type* type, PyObject* object_class);

// The key of an alias or a transparent wrapper of elements of the dtype `base`, NULL for strings.
PyObject* descryi_target_key(const descry_type* type, PyObject* base);

// The key of a record. REQUIRES: every member has its `base`. Order in the list does not matter,
// except to members that begin together.
PyObject* descryi_record_key(const descryi_members* members);

// Returns the entry under `key` (bytes), for one more type; NULL with no exception set where there
// is none, or its dtype was changed; NULL with an exception set.
descryi_entry* descryi_registry_find(PyObject* key);

// Registers `dtype` under `key`, unless another thread did so meanwhile; `held`, which may be NULL,
// is kept as long as it is. Returns the entry that is registered now, for one more type, or NULL
// with an exception set.
descryi_entry* descryi_registry_add(PyObject* key, PyObject* dtype, PyObject* held);

// Says that a type that the entry was given to no longer is there. Once there is none the entry is
// freed, and leaves its dtype to the arrays that have it.
void descryi_entry_release(descryi_entry* entry);

// Remembers a type that is never freed under its name, unless there is one. Returns 0, or -1 with
// an exception set.
int descryi_registry_name(const descry_type* type);

// Returns the type under `name`, or NULL, with an exception set only if one came up.
const descry_type* descryi_registry_type(const char* name);

#endif  // DESCRY_SRC_DTYPE_REGISTRY_H_
