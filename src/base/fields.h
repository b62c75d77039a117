// SPDX-License-Identifier: BSD-3-Clause
// Reads the fields of a dtype, and the shape of a sub-array; makes tuples of lengths. GIL held.
#ifndef DESCRY_SRC_BASE_FIELDS_H_
#define DESCRY_SRC_BASE_FIELDS_H_

#include "src/base/numpy.h"
#include "src/base/python.h"

// Where a reader of fields is, which takes one after the other with less work than looking each up
// by its name. Nothing to release; valid until someone changes the dtype.
typedef struct descryi_fields {
  PyObject* names;
  PyObject* dict;
  Py_ssize_t count;     // fields in all
  Py_ssize_t index;     // of the field that is read next
  Py_ssize_t position;  // in `dict`, for PyDict_Next
  bool keys_seen;       // whether the next one is known
  bool keys_are_plain;  // all of `dict` are str
} descryi_fields;

// One field, all references borrowed.
typedef struct descryi_field {
  PyObject* name;
  PyObject* descr;
  PyObject* offset;  // an int
  PyObject* title;   // or NULL
} descryi_field;

// Stands before the first field. REQUIRES: `record` is a dtype with names.
static inline descryi_fields descryi_fields_of(PyObject* record) {
  PyObject* names = descryi_descr_names(record);
  const descryi_fields fields = {
      names, descryi_descr_fields(record), descryi_tuple_size(names), 0, 0, false, false};
  return fields;
}

// Whether each key of a dict is a str, and of no other class. Such keys can be looked up without
// Python code.
static inline bool descryi_has_plain_keys(PyObject* dict) {
  Py_ssize_t position = 0;
  PyObject *key, *value;
  while (PyDict_Next(dict, &position, &key, &value)) {
    if (!PyUnicode_CheckExact(key)) return false;
  }
  return true;
}

// Returns a borrowed reference to the entry of `name`, or NULL with an exception set. A class that
// is derived from str might have an __eq__, which could free what its caller is looking at: it
// counts as not found.
static inline PyObject* descryi_fields_look_up(descryi_fields* fields, PyObject* name) {
  if (!fields->keys_seen) fields->keys_are_plain = descryi_has_plain_keys(fields->dict);
  fields->keys_seen = true;
  const bool is_plain = fields->keys_are_plain && PyUnicode_CheckExact(name);
  PyObject* entry = is_plain ? descryi_dict_find(fields->dict, name) : NULL;
  if (!entry && !PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, name);
  return entry;
}

// Reads the next field. Returns 1, 0 at the end, -1 with an exception set.
//
// NumPy fills the dict in the order of the names, with the very same str objects, and puts titles
// between them, of whatever class (np.str_, say). Stepping through it needs no look-up; where a
// dict is in another order there is still that.
static inline int descryi_fields_next(descryi_fields* fields, descryi_field* out) {
  if (fields->index == fields->count) return 0;
  PyObject* name = descryi_tuple_item(fields->names, fields->index++);
  PyObject *key, *entry = NULL;
  while (PyDict_Next(fields->dict, &fields->position, &key, &entry) && key != name) entry = NULL;
  if (!entry) entry = descryi_fields_look_up(fields, name);
  if (!entry) return -1;
  if (!PyTuple_CheckExact(entry) || descryi_tuple_size(entry) < 2) {
    PyErr_BadInternalCall();
    return -1;
  }
  out->name = name;
  out->descr = descryi_tuple_item(entry, 0);
  out->offset = descryi_tuple_item(entry, 1);
  out->title = descryi_tuple_size(entry) > 2 ? descryi_tuple_item(entry, 2) : NULL;
  return 1;
}

// Reads the field at `index`. Returns as descryi_fields_next().
static inline int descryi_fields_at(PyObject* record, Py_ssize_t index, descryi_field* out) {
  descryi_fields fields = descryi_fields_of(record);
  if (index >= fields.count) return 0;
  fields.index = index;
  return descryi_fields_next(&fields, out);
}

// Returns the offset in bytes, or -1 with an exception set.
static inline Py_ssize_t descryi_field_offset(const descryi_field* field) {
  return PyLong_AsSsize_t(field->offset);
}

// Returns the length of a sub-array along `axis`, or -1 with an exception set. `shape` is a tuple
// of ints.
static inline Py_ssize_t descryi_subarray_length(PyObject* shape, Py_ssize_t axis) {
  return PyLong_AsSsize_t(descryi_tuple_item(shape, axis));
}

// Returns the dimensions that a dtype adds to an array of it: those of the sub-array that it is,
// and of sub-arrays directly inside of it, as far as descryi_innermost() goes; 0 for any other
// dtype.
static inline int descryi_inner_ndim(PyObject* descr) {
  int ndim = 0;
  const descryi_subarray* sub;
  for (int i = 0; i < DESCRYI_MAXDIMS_2 && (sub = descryi_descr_subarray(descr)); ++i) {
    ndim += (int)descryi_tuple_size(sub->shape);
    descr = sub->base;
  }
  return ndim;
}

// Returns the number of elements of a sub-array, or -1 with an exception set.
static inline Py_ssize_t descryi_subarray_size(PyObject* shape) {
  Py_ssize_t size = 1;
  for (Py_ssize_t axis = 0; axis < descryi_tuple_size(shape); ++axis) {
    const Py_ssize_t length = descryi_subarray_length(shape, axis);
    if (length < 0) return -1;
    size *= length;
  }
  return size;
}

// Returns a new tuple of the integers, or NULL with an exception set.
static inline PyObject* descryi_tuple_of(int count, const Py_ssize_t* values) {
  PyObject* tuple = PyTuple_New(count);
  for (int i = 0; tuple && i < count; ++i) {
    PyObject* value = PyLong_FromSsize_t(values[i]);
    if (!value || PyTuple_SetItem(tuple, i, value) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

#endif  // DESCRY_SRC_BASE_FIELDS_H_
