// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/numpy.h"

#include <string.h>

#include "src/base/interpreter.h"
#include "src/base/messages.h"

descryi_numpy_api descryi_np;

enum {
  SLOT_ABI_VERSION = 0,
  SLOT_ARRAY_TYPE = 2,
  SLOT_DESCR_TYPE = 3,
  SLOT_GENERIC_TYPE = 10,
  SLOT_VOID_TYPE = 39,
  SLOT_FEATURE_VERSION = 211,
  SLOT_DEFAULT_HANDLER = 306
};
enum { ABI_1 = 0x01000009, ABI_2 = 0x02000000, FEATURE_1_22 = 0xf };

// Returns a new reference to a module that is imported, or NULL, with an exception set only if one
// came up.
static PyObject* imported(const char* name) {
  PyObject* key = PyUnicode_FromString(name);
  PyObject* module = key ? PyImport_GetModule(key) : NULL;
  Py_XDECREF(key);
  return module;
}

// Returns a new reference to the module that holds the function table, or NULL with an exception
// set. NumPy brings it under one of two names. The other one is not imported to see whether it is
// there: while a thread searches for a module, that name is locked, and in a child that another
// thread forks then it stays so for ever.
static PyObject* import_core(void) {
  PyObject* numpy = PyImport_ImportModule("numpy");
  if (!numpy) return NULL;
  Py_DECREF(numpy);
  PyObject* core = imported("numpy._core._multiarray_umath");
  if (core || PyErr_Occurred()) return core;
  return PyImport_ImportModule("numpy.core._multiarray_umath");
}

// Returns NumPy's function table, or NULL with an exception set. NumPy's modules are never
// unloaded.
static void** find_function_table(void) {
  void** table = NULL;
  PyObject* capsule = NULL;
  PyObject* core = import_core();
  if (!core) goto done;
  capsule = PyObject_GetAttrString(core, "_ARRAY_API");
  if (!capsule) goto done;
  table = (void**)PyCapsule_GetPointer(capsule, NULL);

done:
  Py_XDECREF(capsule);
  Py_XDECREF(core);
  return table;
}

// Checks that descry knows the ABI of the table, and notes which one it is.
static int check_version(void** table, descryi_numpy_api* api) {
  unsigned (*abi_version)(void);
  unsigned (*feature_version)(void);
  memcpy(&abi_version, &table[SLOT_ABI_VERSION], sizeof abi_version);
  memcpy(&feature_version, &table[SLOT_FEATURE_VERSION], sizeof feature_version);
  const unsigned abi = abi_version();
  const unsigned feature = feature_version();
  if ((abi != ABI_1 && abi != ABI_2) || feature < FEATURE_1_22) {
    return descryi_raise_numpy_unknown(abi, feature);
  }
  api->major = abi == ABI_1 ? 1 : 2;
  api->max_dims = abi == ABI_1 ? DESCRYI_MAXDIMS_1 : DESCRYI_MAXDIMS_2;
  return 0;
}

static void read_table(void** table, descryi_numpy_api* api) {
  api->array_type = (PyTypeObject*)table[SLOT_ARRAY_TYPE];
  api->descr_type = (PyTypeObject*)table[SLOT_DESCR_TYPE];
  api->generic_type = (PyTypeObject*)table[SLOT_GENERIC_TYPE];
  api->void_type = (PyTypeObject*)table[SLOT_VOID_TYPE];
  api->default_handler = *(PyObject**)table[SLOT_DEFAULT_HANDLER];
  // ISO C has no cast from an object pointer to a function pointer; the bytes are the same wherever
  // there is a dlsym.
#define DESCRYI_SLOT(index, result, name, parameters) \
  memcpy(&api->name, &table[index], sizeof api->name);
  DESCRYI_NUMPY_FUNCTIONS(DESCRYI_SLOT)
#undef DESCRYI_SLOT
}

// Finds out whether dicts have versions, by changing one in each of the ways that there are.
// Returns 0, or -1 with an exception set.
static int find_dict_versions(descryi_numpy_api* api) {
  PyObject* dict = PyDict_New();
  if (!dict) return -1;
  uint64_t versions[4] = {0};
  const uint64_t* const now = &((const descryi_dict*)dict)->version;
  int result = 0;
  for (int change = 0; change < 4 && result == 0; ++change) {
    if (change == 1) result = PyDict_SetItem(dict, Py_None, Py_True);
    if (change == 2) result = PyDict_SetItem(dict, Py_None, Py_False);
    if (change == 3) result = PyDict_DelItem(dict, Py_None);
    versions[change] = *now;
  }
  api->dict_versions =
      versions[0] < versions[1] && versions[1] < versions[2] && versions[2] < versions[3];
  Py_DECREF(dict);
  return result;
}

// Returns a borrowed reference to an attribute of sys, or None. An embedded interpreter looks for
// modules by them, and mostly in another place than its user thinks.
static PyObject* sys_attribute(const char* name) {
  PyObject* found = PySys_GetObject(name);
  return found ? found : Py_None;
}

// Replaces what went wrong with an ImportError that says what to do, and keeps it as the cause.
static int fail_import(void) {
  PyObject* cause = descryi_error_take();
  if (!cause || !PyErr_GivenExceptionMatches(cause, PyExc_Exception) ||
      PyErr_GivenExceptionMatches(cause, PyExc_MemoryError)) {
    descryi_error_restore(cause);
    return -1;
  }
  descryi_raise_numpy_missing(cause, sys_attribute("executable"), sys_attribute("prefix"));
  descryi_set_cause(cause);  // steals the reference
  return -1;
}

static void forget_numpy(void) {
  descryi_store_unsigned(&descryi_np.state, DESCRYI_NUMPY_ENDED);
  descryi_store_release(&descryi_np.interpreter, NULL);
}

// Makes the table everyone's. Of several threads that come here at once the first one writes; the
// others wait for the few stores that this takes.
static void publish(const descryi_numpy_api* api) {
  unsigned expected = DESCRYI_NUMPY_UNUSED;
  if (__atomic_compare_exchange_n(&descryi_np.state, &expected, DESCRYI_NUMPY_LOADING, false,
                                  __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    const size_t head = offsetof(descryi_numpy_api, major);
    memcpy((char*)&descryi_np + head, (const char*)api + head, sizeof *api - head);
    descryi_store_release(&descryi_np.interpreter, api->interpreter);
    descryi_store_unsigned(&descryi_np.state, DESCRYI_NUMPY_READY);
  }
  while (descryi_load_unsigned(&descryi_np.state) == DESCRYI_NUMPY_LOADING) {
  }
}

int descryi_numpy_load(void) {
  descryi_numpy_api api = {.state = DESCRYI_NUMPY_UNUSED};
  api.interpreter = PyInterpreterState_Get();
  const unsigned state = descryi_load_unsigned(&descryi_np.state);
  if (state == DESCRYI_NUMPY_ENDED) return descryi_raise_interpreter_ended();
  if (state == DESCRYI_NUMPY_READY) {
    if (api.interpreter == descryi_np.interpreter) return 0;
    return descryi_raise_interpreter_other();
  }

  if (descryi_check_same_python() < 0) return -1;
  void** table = find_function_table();
  if (!table) return fail_import();
  if (check_version(table, &api) < 0) return -1;
  read_table(table, &api);
  if (find_dict_versions(&api) < 0) return -1;
  if (descryi_at_interpreter_end(forget_numpy) < 0) return -1;
  publish(&api);
  return 0;
}

PyObject* descryi_descr_convert(PyObject* spec) {
  PyObject* descr = NULL;
  return descryi_np.descr_converter(spec, &descr) ? descr : NULL;
}
