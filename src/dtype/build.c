// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/build.h"

#include <limits.h>
#include <string.h>

#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/declare/field_form.h"
#include "src/dtype/record.h"

// Returns a new reference to what np.dtype makes of `spec`. Steals `spec`; NULL passes through.
static PyObject* convert(PyObject* spec) {
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
    descryi_raise(DESCRYI_ML_DTYPES_MISSING, type->name, cause);
    descryi_set_cause(cause);
    return NULL;
  }
  PyObject* scalar = PyObject_GetAttrString(module, type->code);
  Py_DECREF(module);
  return convert(scalar);
}

static PyObject* build_element(const descry_type* type) {
  if (descryi_type_is_flexible(type)) {
    descryi_raise(DESCRYI_ELEMENT_WITHOUT_SIZE, type->name, type->name);
    return NULL;
  }
  if (strcmp(type->code, "bfloat16") == 0) return build_from_ml_dtypes(type);
  return convert(PyUnicode_FromString(type->code));
}

static PyObject* build_object(const descry_type* type) {
  if (!type->class_ptr || !*type->class_ptr) {
    descryi_raise(DESCRYI_CLASS_NOT_MADE, type->name);
    return NULL;
  }
  Py_INCREF((PyObject*)*type->class_ptr);  // for good, as the dtype: views look at it
  return descryi_np.descr_from_type(DESCRYI_NPY_OBJECT);
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
  return convert(PyUnicode_FromFormat("%s%zu", element->code, length));
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
  PyObject* dtype = lengths ? convert(Py_BuildValue("(OO)", base, lengths)) : NULL;
  Py_XDECREF(lengths);
  return dtype;
}

PyObject* descryi_build_field(const descry_field* field, const descryi_chain* chain) {
  if (descry_field_size(field) > INT_MAX) {
    descryi_raise(DESCRYI_TOO_LARGE, chain->type->name, descry_field_size(field));
    return NULL;
  }
  const descryi_field_form form = descryi_field_form_of(field);
  PyObject* base = descryi_type_is_flexible(field->element)
                       ? build_flexible(field->element, form.itemsize)
                       : descryi_dtype_get(field->element, chain);
  if (!base || form.ndim == 0) return base;
  PyObject* dtype = build_subarray(base, field->shape, form.ndim);
  Py_DECREF(base);
  return dtype;
}

PyObject* descryi_build(const descry_type* type, const descryi_chain* chain) {
  switch (type->kind) {
    case DESCRY_KIND_ELEMENT:
      return build_element(type);
    case DESCRY_KIND_RECORD:
      return descryi_build_record(type, chain);
    case DESCRY_KIND_OBJECT:
      return build_object(type);
    default:
      return descryi_build_field(type->fields, chain);
  }
}
