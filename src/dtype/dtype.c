#include <descry/dtype.h>

#include "src/base/atomic.h"
#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/dtype/build.h"
#include "src/dtype/registry.h"

// state[0] of a type's slot is its `descryi_entry`; the others belong to later stages.
static inline void** slot_entry(const descry_type* type) { return &type->slot->state[0]; }

// Returns "a -> b -> a", the way from the type that contains itself back to it.
static PyObject* cycle_path(const descry_type* type, const descryi_chain* chain) {
  PyObject* path = PyUnicode_FromString(type->name);
  for (; path; chain = chain->outer) {
    PyObject* longer = PyUnicode_FromFormat("%s -> %U", chain->type->name, path);
    Py_DECREF(path);
    path = longer;
    if (chain->type == type) break;
  }
  return path;
}

static int check_cycle(const descry_type* type, const descryi_chain* outer) {
  for (const descryi_chain* link = outer; link; link = link->outer) {
    if (link->type != type) continue;
    PyObject* path = cycle_path(type, outer);
    if (path) descryi_raise(DESCRYI_TYPE_CYCLE, type->name, path);
    Py_XDECREF(path);
    return -1;
  }
  return 0;
}

// Finds or makes the entry of `type`. Of threads that build at once the first to register wins.
static const descryi_entry* make_entry(const descry_type* type, const descryi_chain* outer) {
  if (check_cycle(type, outer) < 0) return NULL;
  const descryi_entry* entry = descryi_registry_find(type);
  if (entry || PyErr_Occurred()) return entry;
  const descryi_chain chain = {type, outer};
  PyObject* dtype = descryi_build(type, &chain);
  if (!dtype) return NULL;
  entry = descryi_registry_add(type, dtype);
  Py_DECREF(dtype);
  return entry;
}

// Returns the entry that the slot has, if it can be used, or NULL.
static inline const descryi_entry* cached_entry(const descry_type* type) {
  const descryi_entry* entry = descryi_load_acquire(slot_entry(type));
  return entry && descryi_numpy_is_ready() && descryi_guard_holds(&entry->guard) ? entry : NULL;
}

PyObject* descryi_dtype_get(const descry_type* type, const descryi_chain* outer) {
  const descryi_entry* entry = cached_entry(type);
  if (!entry) {
    if (descryi_numpy_ensure() < 0) return NULL;
    entry = make_entry(type, outer);
    if (!entry) return NULL;
    descryi_store_release(slot_entry(type), (void*)entry);
  }
  Py_INCREF(entry->dtype);
  return entry->dtype;
}

PyObject* descry_dtype(const descry_type* type) {
  const descryi_entry* entry = cached_entry(type);
  if (!entry) return descryi_dtype_get(type, NULL);
  Py_INCREF(entry->dtype);
  return entry->dtype;
}

int descry_register(const descry_type* type) {
  PyObject* dtype = descry_dtype(type);
  Py_XDECREF(dtype);
  return dtype ? 0 : -1;
}

const descry_type* descry_find(const char* name) { return descryi_registry_type(name); }

int descry_module_add_dtype(PyObject* module, const descry_type* type) {
  PyObject* dtype = descry_dtype(type);
  if (!dtype) return -1;
  const int result = PyObject_SetAttrString(module, type->name, dtype);
  Py_DECREF(dtype);
  return result;
}
