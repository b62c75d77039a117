// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/rust_install.h"

#include "src/base/errors.h"
#include "src/base/numpy.h"

// Returns a new reference to the dict of the module in which Rust looks, or NULL with an exception
// set.
static PyObject* module_dict(void) {
  const char* name = descryi_np.major == 1 ? "numpy.core.multiarray" : "numpy._core.multiarray";
  PyObject* module = PyImport_ImportModule(name);
  PyObject* dict = module ? PyModule_GetDict(module) : NULL;
  Py_XINCREF(dict);
  Py_XDECREF(module);
  return dict;
}

// Returns a new reference to the capsule in use now, `own` in a new one or another's, or NULL with
// an exception set.
static PyObject* find_or_put(descryi_rust_api* own) {
  PyObject* found = NULL;
  PyObject* dict = module_dict();
  PyObject* key = dict ? PyUnicode_FromString(DESCRYI_RUST_NAME) : NULL;
  PyObject* capsule = key ? PyCapsule_New(own, DESCRYI_RUST_NAME, NULL) : NULL;
  if (capsule) found = descryi_dict_set_default(dict, key, capsule);
  Py_XDECREF(capsule);
  Py_XDECREF(key);
  Py_XDECREF(dict);
  return found;
}

const descryi_rust_api* descryi_rust_install(descryi_rust_api* own) {
  PyObject* capsule = find_or_put(own);
  if (!capsule) return NULL;
  const descryi_rust_api* api = PyCapsule_GetPointer(capsule, DESCRYI_RUST_NAME);
  if (api && api->version >= 1)
    return api;  // with the reference: its owner frees the table with the capsule

  if (api) descryi_raise(DESCRYI_BORROW_RUST_UNKNOWN, (unsigned long long)api->version);
  Py_DECREF(capsule);
  return NULL;
}
