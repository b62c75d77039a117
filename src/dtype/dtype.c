// SPDX-License-Identifier: BSD-3-Clause
#include <descry/dtype.h>

#include "src/base/atomic.h"
#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/dtype/build.h"
#include "src/dtype/cached.h"

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

PyObject* descryi_dtype_get(const descry_type* type, const descryi_chain* outer) {
  const descryi_entry* entry = descryi_entry_cached(type);
  if (!entry) {
    if (descryi_numpy_ensure() < 0) return NULL;
    entry = make_entry(type, outer);
    if (!entry) return NULL;
    descryi_store_release(descryi_entry_place(type), (void*)entry);
  }
  Py_INCREF(entry->dtype);
  return entry->dtype;
}

PyObject* descry_dtype(const descry_type* type) {
  const descryi_entry* entry = descryi_entry_cached(type);
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
