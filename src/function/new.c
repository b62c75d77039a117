// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>
#include <descry/dtype.h>
#include <descry/schema.h>
#include <string.h>

#include "src/array/object_slots.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/function/function.h"
#include "src/function/messages.h"

int descryi_function_check(const descry_function_spec* spec) {
  const int nin = spec->nin, nout = spec->nout;
  const bool fits = nin >= 1 && nout >= 1 && nin <= DESCRY_FUNCTION_OPERANDS &&
                    nout <= DESCRY_FUNCTION_OPERANDS && nin + nout <= DESCRY_FUNCTION_OPERANDS;
  if (!fits) {
    return descryi_raise_function_counts(spec->name, DESCRY_FUNCTION_OPERANDS, nin, nout);
  }
  if (spec->flags & ~(unsigned)(DESCRY_NEEDS_GIL | DESCRY_IN_PLACE)) {
    return descryi_raise_function_flags(spec->name, spec->flags);
  }
  for (int k = 0; k < nin + nout; ++k) {
    if (descry_register(spec->types[k]) < 0) return -1;
  }
  return 0;
}

// Adds the signature, which descryi_function_check() took. Returns 0, or -1 with an exception set.
static int add_signature(descryi_function* function, const descry_function_spec* spec) {
  PyObject* identity = NULL;
  unsigned objects = 0;
  for (int k = 0; k < spec->nin; ++k) {
    PyObject* dtype = descryi_dtype_borrow(spec->types[k]);
    if (!dtype) return -1;
    if (descryi_descr_has_objects(dtype)) objects |= 1u << k;
  }
  const size_t count = (size_t)function->count;
  if (spec->identity) {
    identity = descry_full(spec->types[spec->nin], 0, NULL, DESCRY_C_ORDER, spec->identity);
    if (!identity) return -1;
  }
  descryi_signature* grown =
      PyMem_Realloc(function->signatures, (count + 1) * sizeof *function->signatures);
  if (!grown) {
    Py_XDECREF(identity);
    PyErr_NoMemory();
    return -1;
  }
  function->signatures = grown;
  descryi_signature* const signature = &grown[count];
  for (int k = 0; k < spec->nin + spec->nout; ++k) {
    signature->types[k] = descry_type_retain(spec->types[k]);
  }
  signature->objects = objects;
  signature->kernel = spec->kernel;
  signature->context = spec->context;
  signature->flags = spec->flags;
  signature->identity = identity;
  ++function->count;
  return 0;
}

PyObject* descryi_function_parameters(int nin) {
  PyObject* text = PyUnicode_FromString(nin == 1 ? "(x" : "(x1");
  for (int k = 1; text && k < nin; ++k) {
    PyObject* longer = PyUnicode_FromFormat("%U, x%d", text, k + 1);
    Py_DECREF(text);
    text = longer;
  }
  PyObject* whole =
      text ? PyUnicode_FromFormat("%U, /, *, out=None, where=True, threads=1)", text) : NULL;
  Py_XDECREF(text);
  return whole;
}

// Returns the doc with the parameters in front, which is what help() shows.
static PyObject* full_doc(const descry_function_spec* spec) {
  PyObject* parameters = descryi_function_parameters(spec->nin);
  if (!parameters) return NULL;
  PyObject* doc = PyUnicode_FromFormat("%s%U%s%s", spec->name, parameters, spec->doc ? "\n\n" : "",
                                       spec->doc ? spec->doc : "");
  Py_DECREF(parameters);
  return doc;
}

// Returns a function that has nothing yet but its class, or NULL with an exception set.
static descryi_function* allocate(void) {
  PyTypeObject* class = descryi_function_class();
  if (!class) return NULL;
  allocfunc call;
  void* const slot = PyType_GetSlot(class, Py_tp_alloc);
  memcpy(&call, &slot, sizeof call);
  return (descryi_function*)call(class, 0);
}

PyObject* descry_function_new(const descry_function_spec* spec) {
  if (descryi_function_check(spec) < 0) return NULL;
  descryi_function* function = allocate();
  if (!function) return NULL;
  function->nin = spec->nin;
  function->nout = spec->nout;
  function->name = PyUnicode_FromString(spec->name);
  function->doc = function->name ? full_doc(spec) : NULL;
  function->out_keyword = PyUnicode_InternFromString("out");
  Py_INCREF(Py_None);
  function->module = Py_None;
#if !DESCRYI_LIMITED
  function->vectorcall = descryi_function_vectorcall;
#endif
  if (function->doc && function->out_keyword && add_signature(function, spec) == 0)
    return (PyObject*)function;
  Py_DECREF(function);
  return NULL;
}

int descry_function_add(PyObject* object, const descry_function_spec* spec) {
  if (descryi_function_check(spec) < 0) return -1;
  PyTypeObject* class = descryi_function_class();
  if (!class) return -1;
  if (Py_TYPE(object) != class) return descryi_raise_function_other((PyObject*)Py_TYPE(object));
  descryi_function* function = (descryi_function*)object;
  if (spec->nin != function->nin || spec->nout != function->nout) {
    return descryi_raise_function_signature(function->name, function->nin, function->nout,
                                            spec->nin, spec->nout);
  }
  return add_signature(function, spec);
}

// Returns the module's function of that name (a new reference), or NULL, with an exception only if
// one came up.
static PyObject* find_function(PyObject* module, const char* name) {
  PyObject* dict = PyModule_GetDict(module);
  PyObject* key = dict ? PyUnicode_FromString(name) : NULL;
  PyObject* found = key ? descryi_dict_find(dict, key) : NULL;
  Py_XDECREF(key);
  PyTypeObject* class = found ? descryi_function_class() : NULL;
  if (!class || Py_TYPE(found) != class) return NULL;
  Py_INCREF(found);
  return found;
}

static int add_function(PyObject* module, descryi_function* function) {
  PyObject* name = PyObject_GetAttrString(module, "__name__");
  if (!name) return -1;
  Py_DECREF(function->module);
  function->module = name;
  PyObject* dict = PyModule_GetDict(module);
  return dict ? PyDict_SetItem(dict, function->name, (PyObject*)function) : -1;
}

int descry_module_add_function(PyObject* module, const descry_function_spec* spec) {
  int result = -1;
  PyObject* function = descryi_function_class() ? find_function(module, spec->name) : NULL;
  if (function) {
    result = descry_function_add(function, spec);
  } else if (!PyErr_Occurred()) {
    function = descry_function_new(spec);
    if (function) result = add_function(module, (descryi_function*)function);
  }
  Py_XDECREF(function);
  return result;
}
