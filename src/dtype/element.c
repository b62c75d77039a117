// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/element.h"

#include <string.h>

#include "src/base/numpy.h"
#include "src/declare/field_form.h"
#include "src/dtype/messages.h"

// Returns a new reference to what np.dtype makes of `spec`. Steals `spec`; NULL passes through.
static PyObject* convert_spec(PyObject* spec) {
  PyObject* dtype = spec ? descryi_descr_convert(spec) : NULL;
  Py_XDECREF(spec);
  return dtype;
}

// bfloat16 is registered with NumPy by the module ml_dtypes.
static PyObject* build_from_ml_dtypes(const descry_type* type) {
  PyObject* module = PyImport_ImportModule("ml_dtypes");
  if (!module) {
    if (!PyErr_ExceptionMatches(PyExc_ImportError)) return NULL;
    PyObject* cause = descryi_error_take();
    descryi_raise_ml_dtypes_missing(type->name, cause);
    descryi_set_cause(cause);
    return NULL;
  }
  PyObject* scalar = PyObject_GetAttrString(module, type->code);
  Py_DECREF(module);
  return convert_spec(scalar);
}

PyObject* descryi_build_element(const descry_type* type) {
  if (descryi_type_is_flexible(type)) {
    descryi_raise_element_without_size(type->name);
    return NULL;
  }
  if (strcmp(type->code, "bfloat16") == 0) return build_from_ml_dtypes(type);
  return convert_spec(PyUnicode_FromString(type->code));
}

PyObject* descryi_object_class(const descry_type* type) {
  if (type->class_ptr && *type->class_ptr) return (PyObject*)*type->class_ptr;
  descryi_raise_class_not_made(type->name);
  return NULL;
}

// As PyDataType_SET_ELSIZE does it: a quarter of the time that np.dtype("S8") takes.
static PyObject* build_sized(int type_num, size_t itemsize) {
  PyObject* unsized = descryi_np.descr_from_type(type_num);
  PyObject* dtype = unsized ? descryi_np.descr_new(unsized) : NULL;
  Py_XDECREF(unsized);
  if (dtype) descryi_descr_set_itemsize(dtype, (Py_ssize_t)itemsize);
  return dtype;
}

// A string or opaque bytes, of the size that its field gives it.
static PyObject* build_flexible(const descry_type* element, size_t itemsize) {
  if (strcmp(element->code, "S") == 0) return build_sized(DESCRYI_NPY_STRING, itemsize);
  if (strcmp(element->code, "V") == 0) return build_sized(DESCRYI_NPY_VOID, itemsize);
  const size_t length = strchr(element->code, 'U') ? itemsize / element->size : itemsize;
  return convert_spec(PyUnicode_FromFormat("%s%zu", element->code, length));
}

// Returns a new tuple of the first `ndim` lengths, or NULL with an exception set.
static PyObject* shape_tuple(const size_t* shape, size_t ndim) {
  PyObject* tuple = PyTuple_New((Py_ssize_t)ndim);
  for (size_t i = 0; tuple && i < ndim; ++i) {
    PyObject* length = PyLong_FromSize_t(shape[i]);
    if (!length || PyTuple_SetItem(tuple, (Py_ssize_t)i, length) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

static PyObject* build_subarray(PyObject* base, const size_t* shape, size_t ndim) {
  PyObject* lengths = shape_tuple(shape, ndim);
  PyObject* dtype = lengths ? convert_spec(Py_BuildValue("(OO)", base, lengths)) : NULL;
  Py_XDECREF(lengths);
  return dtype;
}

PyObject* descryi_build_field(const descry_field* field, PyObject* base) {
  const descryi_field_form form = descryi_field_form_of(field);
  PyObject* element = base;
  Py_XINCREF(element);
  if (!element) element = build_flexible(field->element, form.itemsize);
  if (!element || form.ndim == 0) return element;
  PyObject* dtype = build_subarray(element, field->shape, form.ndim);
  Py_DECREF(element);
  return dtype;
}
