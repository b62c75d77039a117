// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/registry.h"

#include <descry/dtype.h>

#include "src/base/errors.h"
#include "src/base/lifetime.h"
#include "src/declare/same_layout.h"

// What the registry's capsule and `descryi_entry` look like. A copy of descry can use a registry
// whose `oldest` is not past what it knows and whose `newest` is not before: members are only ever
// appended, and a change that breaks this raises `oldest`.
#ifndef DESCRYI_REGISTRY_NEWEST
#define DESCRYI_REGISTRY_NEWEST 1u
#endif
#ifndef DESCRYI_REGISTRY_OLDEST
#define DESCRYI_REGISTRY_OLDEST 1u
#endif

typedef struct registry {
  unsigned oldest;
  unsigned newest;
  PyObject* entries;  // name to capsule of descryi_entry; borrowed from the interpreter's dict
} registry;

static const char kRegistryKey[] = "descry.registry";
static const char kEntriesKey[] = "descry.registry.entries";
static const char kEntryName[] = "descry.entry";

// Puts a new registry under `key` unless there is one. Returns a borrowed reference to the capsule
// that is there now, or NULL with an exception set. The struct outlives the interpreter for the
// modules that looked at it; only the capsule goes.
static PyObject* put_new_registry(PyObject* dict, PyObject* key, PyObject* entries) {
  registry* made = PyMem_Malloc(sizeof *made);
  if (!made) return PyErr_NoMemory();
  *made = (registry){DESCRYI_REGISTRY_OLDEST, DESCRYI_REGISTRY_NEWEST, entries};
  PyObject* capsule = PyCapsule_New(made, kRegistryKey, NULL);
  PyObject* found = capsule ? descryi_dict_set_default(dict, key, capsule) : NULL;
  if (!found || found != capsule) PyMem_Free(made);
  Py_XDECREF(capsule);
  Py_XDECREF(found);
  return found;
}

// Returns a borrowed reference to the dict of entries in `dict`, made if need be, or NULL with an
// exception set.
static PyObject* entries_in(PyObject* dict) {
  PyObject* key = PyUnicode_FromString(kEntriesKey);
  PyObject* fresh = key ? PyDict_New() : NULL;
  PyObject* entries = fresh ? descryi_dict_set_default(dict, key, fresh) : NULL;
  Py_XDECREF(fresh);
  Py_XDECREF(key);
  Py_XDECREF(entries);
  return entries;
}

// Returns a borrowed reference to the registry's capsule, made if need be, or NULL with an
// exception set.
static PyObject* registry_capsule(void) {
  PyObject* dict = descryi_interpreter_dict();
  PyObject* key = dict ? PyUnicode_FromString(kRegistryKey) : NULL;
  if (!key) return NULL;
  PyObject* capsule = descryi_dict_find(dict, key);
  if (!capsule && !PyErr_Occurred()) {
    PyObject* entries = entries_in(dict);
    if (entries) capsule = put_new_registry(dict, key, entries);
  }
  Py_DECREF(key);
  return capsule;
}

// Returns a borrowed reference to the dict of entries, or NULL with an exception set.
static PyObject* registry_entries(void) {
  PyObject* capsule = registry_capsule();
  if (!capsule) return NULL;
  const registry* shared = PyCapsule_GetPointer(capsule, kRegistryKey);
  if (!shared) return NULL;
  if (shared->oldest > DESCRYI_REGISTRY_NEWEST || shared->newest < DESCRYI_REGISTRY_OLDEST) {
    descryi_raise(DESCRYI_REGISTRY_UNKNOWN, shared->oldest, shared->newest, DESCRYI_REGISTRY_OLDEST,
                  DESCRYI_REGISTRY_NEWEST);
    return NULL;
  }
  return shared->entries;
}

// Returns the entry under `name`, valid or not, or NULL, with an exception set only if one came up.
static const descryi_entry* find_entry(const char* name) {
  const descryi_entry* entry = NULL;
  PyObject* entries = registry_entries();
  PyObject* key = entries ? PyUnicode_FromString(name) : NULL;
  PyObject* capsule = key ? descryi_dict_find(entries, key) : NULL;
  if (capsule) entry = PyCapsule_GetPointer(capsule, kEntryName);
  Py_XDECREF(key);
  return entry;
}

// Raises what two structs of one name deserve: both drawings.
static void raise_other_layout(const descry_type* registered, const descry_type* type) {
  PyObject* theirs = descry_layout(registered);
  PyObject* ours = theirs ? descry_layout(type) : NULL;
  if (ours) descryi_raise(DESCRYI_NAME_TAKEN, type->name, theirs, ours);
  Py_XDECREF(theirs);
  Py_XDECREF(ours);
}

const descryi_entry* descryi_registry_find(const descry_type* type) {
  const descryi_entry* entry = find_entry(type->name);
  if (!entry) return NULL;
  if (!descryi_types_same_layout(entry->type, type)) {
    raise_other_layout(entry->type, type);
    return NULL;
  }
  return descryi_guard_holds(&entry->guard) ? entry : NULL;
}

// Returns a capsule that holds a new entry, or NULL with an exception set. The entry goes with the
// capsule only until it is registered.
static PyObject* new_entry_capsule(const descry_type* type, PyObject* dtype, descryi_entry** out) {
  descryi_entry* entry = PyMem_Malloc(sizeof *entry);
  if (!entry) return PyErr_NoMemory();
  entry->type = type;
  entry->dtype = dtype;
  if (descryi_guard_init(&entry->guard, dtype) < 0) {
    PyMem_Free(entry);
    return NULL;
  }
  PyObject* capsule = PyCapsule_New(entry, kEntryName, NULL);
  if (!capsule) {
    descryi_guard_clear(&entry->guard);
    PyMem_Free(entry);
    return NULL;
  }
  Py_INCREF(dtype);
  *out = entry;
  return capsule;
}

static void free_entry(descryi_entry* entry) {
  descryi_guard_clear(&entry->guard);
  Py_DECREF(entry->dtype);
  PyMem_Free(entry);
}

// Puts the capsule in place: over an entry whose dtype was changed, or where there is none. Returns
// the entry that is there now.
static const descryi_entry* store(PyObject* entries, PyObject* key, PyObject* capsule,
                                  descryi_entry* entry) {
  PyObject* found = descryi_dict_set_default(entries, key, capsule);
  const descryi_entry* there = entry;
  if (found != capsule) there = found ? PyCapsule_GetPointer(found, kEntryName) : NULL;
  Py_XDECREF(found);
  if (!there || there == entry || descryi_guard_holds(&there->guard)) return there;
  return PyDict_SetItem(entries, key, capsule) < 0 ? NULL : entry;
}

const descryi_entry* descryi_registry_add(const descry_type* type, PyObject* dtype) {
  const descryi_entry* stored = NULL;
  descryi_entry* entry = NULL;
  PyObject* entries = registry_entries();
  PyObject* key = entries ? PyUnicode_FromString(type->name) : NULL;
  PyObject* capsule = key ? new_entry_capsule(type, dtype, &entry) : NULL;
  if (capsule) stored = store(entries, key, capsule, entry);
  if (entry && stored != entry) free_entry(entry);
  Py_XDECREF(capsule);
  Py_XDECREF(key);
  return stored;
}

const descry_type* descryi_registry_type(const char* name) {
  const descryi_entry* entry = find_entry(name);
  return entry ? entry->type : NULL;
}
