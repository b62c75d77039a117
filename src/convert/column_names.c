// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/column_names.h"

// Returns a new reference to an attribute, or NULL, with an exception set only if one came up.
static PyObject* find_attribute(PyObject* object, const char* name) {
  PyObject* value = PyObject_GetAttrString(object, name);
  if (!value && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear();
  return value;
}

// Returns a new list of the names in an attribute, or NULL, as above. `columns` of a table of
// pyarrow are no names, but that has `column_names`.
static PyObject* names_in(PyObject* object, const char* attribute) {
  PyObject* names = find_attribute(object, attribute);
  PyObject* list = names && !PyCallable_Check(names) ? PySequence_List(names) : NULL;
  Py_XDECREF(names);
  return list;
}

// Returns a new list of the keys of a mapping, or NULL, as above. A pandas Series has keys, too:
// where there is an array to be had, they are those of rows.
static PyObject* keys_of(PyObject* mapping) {
  PyObject* const array = find_attribute(mapping, "__array__");
  Py_XDECREF(array);
  if (array || PyErr_Occurred()) return NULL;
  PyObject* const keys = find_attribute(mapping, "keys");
  Py_XDECREF(keys);
  return keys ? PyMapping_Keys(mapping) : NULL;
}

PyObject* descryi_column_names(PyObject* object) {
  if (PyDict_CheckExact(object)) return PyDict_Keys(object);
  if (descryi_is_array(object)) {
    PyObject* const names = descryi_descr_names(descryi_as_array(object)->descr);
    return names ? PySequence_List(names) : NULL;
  }
  if (PyList_Check(object) || PyTuple_Check(object) || descryi_is_scalar(object)) return NULL;
  if (!PyMapping_Check(object) || PyUnicode_Check(object) || PyBytes_Check(object)) return NULL;
  PyObject* names = names_in(object, "column_names");
  if (!names && !PyErr_Occurred()) names = names_in(object, "columns");
  if (!names && !PyErr_Occurred()) names = keys_of(object);
  return names;
}

int descryi_column_source_init(descryi_column_source* source, PyObject* columns, PyObject* names) {
  source->names = names;
  source->unused = PySet_New(names);
  if (!source->unused) {
    Py_DECREF(names);
    return -1;
  }
  Py_INCREF(columns);
  source->columns = columns;
  return 0;
}

void descryi_column_source_clear(descryi_column_source* source) {
  Py_CLEAR(source->columns);
  Py_CLEAR(source->names);
  Py_CLEAR(source->unused);
}

int descryi_column_find(descryi_column_source* source, PyObject* name, PyObject** column) {
  *column = NULL;
  const int found = PySet_Discard(source->unused, name);
  if (found <= 0) return found;
  *column = PyObject_GetItem(source->columns, name);
  return *column ? 0 : -1;
}

int descryi_column_has_prefix(const descryi_column_source* source, PyObject* prefix) {
  for (Py_ssize_t i = 0; i < PyList_Size(source->names); ++i) {
    PyObject* const name = PyList_GetItem(source->names, i);
    if (!PyUnicode_Check(name)) continue;
    const Py_ssize_t length = PyUnicode_GetLength(name);
    if (length < 0) return -1;
    const Py_ssize_t found = PyUnicode_Tailmatch(name, prefix, 0, length, -1);
    if (found) return found < 0 ? -1 : 1;
  }
  return 0;
}

int descryi_column_unused(const descryi_column_source* source, PyObject** name) {
  *name = NULL;
  if (PySet_Size(source->unused) == 0) return 0;
  for (Py_ssize_t i = 0; i < PyList_Size(source->names); ++i) {
    PyObject* const each = PyList_GetItem(source->names, i);
    const int unused = PySet_Contains(source->unused, each);
    if (unused < 0) return -1;
    if (unused) *name = each;
    if (unused) return 0;
  }
  return 0;
}
