// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/record.h"

#include <descry/flags.h>

PyObject* descryi_sequence_item(PyObject* sequence, Py_ssize_t index) {
  PyObject* item;
  if (PyTuple_CheckExact(sequence)) {
    item = descryi_tuple_item(sequence, index);
  } else if (PyList_CheckExact(sequence)) {
    item = PyList_GetItem(sequence, index);
  } else {
    return PySequence_GetItem(sequence, index);
  }
  Py_XINCREF(item);
  return item;
}

int descryi_read_field(const descryi_rule* field, PyObject* value, char* record,
                       descryi_reading* reading) {
  if (!value) return -1;
  const int result = field->read(field, value, record + field->offset, reading);
  Py_DECREF(value);
  if (result == 0) return 0;
  Py_INCREF(field->name);
  return descryi_refuse_inside(reading, field->name);
}

// A tuple keeps its items, and its reader's caller keeps the tuple.
static int read_tuple(const descryi_rule* rule, PyObject* row, char* element,
                      descryi_reading* reading) {
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    PyObject* value = descryi_tuple_item(row, (Py_ssize_t)i);
    if (field->read(field, value, element + field->offset, reading) == 0) continue;
    Py_INCREF(field->name);
    return descryi_refuse_inside(reading, field->name);
  }
  return 0;
}

int descryi_check_unchanged(PyObject* list, Py_ssize_t before, descryi_reading* reading) {
  const Py_ssize_t now = PyTuple_CheckExact(list) ? before : PyObject_Size(list);
  if (now == before) return 0;
  if (now < 0) return -1;
  return descryi_refuse_because(
      reading, PyExc_RuntimeError,
      PyUnicode_FromFormat("the values changed while they were read: there were %zd, and now there "
                           "are %zd",
                           before, now));
}

static int read_list(const descryi_rule* rule, PyObject* row, char* element,
                     descryi_reading* reading) {
  const Py_ssize_t count = (Py_ssize_t)rule->count;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* value = descryi_sequence_item(row, i);
    if (descryi_read_field(&rule->parts[i], value, element, reading) < 0 ||
        descryi_check_unchanged(row, count, reading) < 0) {
      return -1;
    }
  }
  return 0;
}

int descryi_check_row_length(const descryi_rule* rule, PyObject* row, descryi_reading* reading) {
  const Py_ssize_t count = PyTuple_CheckExact(row) ? descryi_tuple_size(row) : PyObject_Size(row);
  if (count < 0) return -1;
  if ((size_t)count == rule->value_count) return 0;
  return descryi_refuse_because(
      reading, PyExc_ValueError,
      PyUnicode_FromFormat("expected %zu value%s for %s, got %zd", rule->value_count,
                           rule->value_count == 1 ? "" : "s", rule->type->name, count));
}

static int read_sequence(const descryi_rule* rule, PyObject* row, char* element,
                         descryi_reading* reading) {
  if (descryi_check_row_length(rule, row, reading) < 0) return -1;
  return PyTuple_CheckExact(row) ? read_tuple(rule, row, element, reading)
                                 : read_list(rule, row, element, reading);
}

int descryi_refuse_missing(const descryi_rule* rule, const descryi_rule* field,
                           descryi_reading* reading) {
  if (reading->flags & DESCRY_MISSING_IS_ZERO) return 0;
  return descryi_refuse_because(reading, PyExc_ValueError,
                                PyUnicode_FromFormat("expected a value for '%U' of %s, got none",
                                                     field->name, rule->type->name));
}

// Whether `name` is one of the record's fields; -1 with an exception set.
static int is_field(const descryi_rule* rule, PyObject* name) {
  for (size_t i = 0; i < rule->count; ++i) {
    const int same = PyObject_RichCompareBool(rule->parts[i].name, name, Py_EQ);
    if (same != 0) return same;
  }
  return 0;
}

int descryi_refuse_extra(const descryi_rule* rule, PyObject* names, descryi_reading* reading) {
  PyObject* iterator = PyObject_GetIter(names);
  if (!iterator) return -1;
  int known = 1;
  PyObject* name = NULL;
  while (known == 1 && (name = PyIter_Next(iterator))) {
    known = is_field(rule, name);
    if (known == 0) {
      descryi_refuse_because(reading, PyExc_ValueError,
                             PyUnicode_FromFormat("%s has no field %R", rule->type->name, name));
    }
    Py_DECREF(name);
  }
  Py_DECREF(iterator);
  return known == 1 && !PyErr_Occurred() ? 0 : -1;
}

static int read_dict(const descryi_rule* rule, PyObject* row, char* element,
                     descryi_reading* reading) {
  Py_ssize_t found = 0;
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    PyObject* value = descryi_dict_find(row, field->name);
    if (value) {
      ++found;
      Py_INCREF(value);
      if (descryi_read_field(field, value, element, reading) < 0) return -1;
    } else if (PyErr_Occurred() || descryi_refuse_missing(rule, field, reading) < 0) {
      return -1;
    }
  }
  if (PyDict_Size(row) == found || reading->flags & DESCRY_EXTRA_IGNORED) return 0;
  return descryi_refuse_extra(rule, row, reading);
}

// Any other mapping, and np.void: by `row[name]`.
static int read_mapping(const descryi_rule* rule, PyObject* row, char* element,
                        descryi_reading* reading, PyObject* names) {
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    PyObject* value = PyObject_GetItem(row, field->name);
    if (value) {
      if (descryi_read_field(field, value, element, reading) < 0) return -1;
    } else {
      if (!PyErr_ExceptionMatches(PyExc_LookupError) && !PyErr_ExceptionMatches(PyExc_ValueError)) {
        return -1;
      }
      PyErr_Clear();
      if (descryi_refuse_missing(rule, field, reading) < 0) return -1;
    }
  }
  return reading->flags & DESCRY_EXTRA_IGNORED ? 0 : descryi_refuse_extra(rule, names, reading);
}

static int read_void(const descryi_rule* rule, PyObject* row, char* element,
                     descryi_reading* reading) {
  PyObject* names = descryi_descr_names(descryi_as_void(row)->descr);
  if (!names) return descryi_refuse_value(reading, rule, PyExc_TypeError, row, NULL);
  Py_INCREF(names);
  const int result = read_mapping(rule, row, element, reading, names);
  Py_DECREF(names);
  return result;
}

// Reads an array without dimensions as the record in it: what np.ma makes of a row is such an
// array.
static int read_array(const descryi_rule* rule, PyObject* row, char* element,
                      descryi_reading* reading) {
  const descryi_array* array = descryi_as_array(row);
  if (array->nd > 0 || !descryi_descr_is_record(array->descr)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, row, NULL);
  }
  if (descryi_refuse_masked(reading, rule, row) < 0) return -1;
  PyObject* scalar = descryi_np.scalar(array->data, array->descr, row);
  if (!scalar) return -1;
  const int result = read_void(rule, scalar, element, reading);
  Py_DECREF(scalar);
  return result;
}

static int read_attributes(const descryi_rule* rule, PyObject* row, char* element,
                           descryi_reading* reading) {
  size_t found = 0;
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    PyObject* value = PyObject_GetAttr(row, field->name);
    if (value) {
      ++found;
      if (descryi_read_field(field, value, element, reading) < 0) return -1;
    } else {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
      PyErr_Clear();
      if (found == 0) break;
      if (descryi_refuse_missing(rule, field, reading) < 0) return -1;
    }
  }
  return found ? 0 : descryi_refuse_value(reading, rule, PyExc_TypeError, row, NULL);
}

bool descryi_is_plain(PyObject* value) {
  return value == Py_None || PyUnicode_Check(value) || PyBytes_Check(value) ||
         PyNumber_Check(value) || PyType_Check(value);
}

int descryi_read_record(const descryi_rule* rule, PyObject* row, char* element,
                        descryi_reading* reading) {
  if (PyTuple_Check(row) || PyList_Check(row)) return read_sequence(rule, row, element, reading);
  if (PyDict_CheckExact(row)) return read_dict(rule, row, element, reading);
  if (descryi_is_void(row)) return read_void(rule, row, element, reading);
  if (descryi_is_array(row)) return read_array(rule, row, element, reading);
  if (descryi_is_plain(row)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, row, NULL);
  }
  if (!PyMapping_Check(row)) return read_attributes(rule, row, element, reading);
  PyObject* keys = PyObject_CallMethod(row, "keys", NULL);
  if (!keys && !PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
  if (!keys) PyErr_Clear();
  const int result = keys ? read_mapping(rule, row, element, reading, keys)
                          : read_attributes(rule, row, element, reading);
  Py_XDECREF(keys);
  return result;
}

static PyObject* write_dict(const descryi_rule* rule, const char* element) {
  PyObject* dict = PyDict_New();
  for (size_t i = 0; dict && i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    PyObject* value = field->write(field, element + field->offset, DESCRYI_ROW_DICT);
    if (!value || PyDict_SetItem(dict, field->name, value) < 0) Py_CLEAR(dict);
    Py_XDECREF(value);
  }
  return dict;
}

PyObject* descryi_write_record(const descryi_rule* rule, const char* element,
                               descryi_row_form form) {
  if (form == DESCRYI_ROW_DICT) return write_dict(rule, element);
  PyObject* tuple = PyTuple_New((Py_ssize_t)rule->count);
  for (size_t i = 0; tuple && i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    PyObject* value = field->write(field, element + field->offset, form);
    if (value) {
      descryi_tuple_fill(tuple, (Py_ssize_t)i, value);
    } else {
      Py_CLEAR(tuple);
    }
  }
  if (tuple) PyObject_GC_UnTrack(tuple);
  return tuple;
}

static bool is_sequence(PyObject* value) {
  return PyTuple_Check(value) || PyList_Check(value) || descryi_is_array(value) ||
         (PySequence_Check(value) && !PyUnicode_Check(value) && !PyBytes_Check(value) &&
          !PyDict_Check(value));
}

// Bytes from one item of an axis to the next.
static size_t step_of(const descryi_rule* rule, int axis) {
  size_t step = rule->parts->itemsize;
  for (int inner = axis + 1; inner < rule->ndim; ++inner) step *= (size_t)rule->shape[inner];
  return step;
}

static int refuse_length(const descryi_rule* rule, int axis, PyObject* value, Py_ssize_t length,
                         descryi_reading* reading) {
  if (length < 0) {
    PyErr_Clear();
    return descryi_refuse_value(reading, rule->parts, PyExc_TypeError, value,
                                "where a sequence is expected");
  }
  return descryi_refuse_because(
      reading, PyExc_ValueError,
      PyUnicode_FromFormat("expected %zd values, got %zd", rule->shape[axis], length));
}

// The last axis of a tuple, which keeps its items, and the caller the tuple.
static int read_items(const descryi_rule* rule, Py_ssize_t length, PyObject* tuple, char* element,
                      descryi_reading* reading) {
  const descryi_rule* const part = rule->parts;
  for (Py_ssize_t i = 0; i < length; ++i, element += part->itemsize) {
    if (part->read(part, descryi_tuple_item(tuple, i), element, reading) == 0) continue;
    return descryi_refuse_inside(reading, PyUnicode_FromFormat("[%zd]", i));
  }
  return 0;
}

static Py_ssize_t sequence_length(PyObject* value) {
  if (PyTuple_CheckExact(value)) return descryi_tuple_size(value);
  return is_sequence(value) ? PyObject_Size(value) : -1;
}

static int read_axis(const descryi_rule* rule, int axis, PyObject* value, char* element,
                     descryi_reading* reading) {
  if (axis == rule->ndim) return rule->parts->read(rule->parts, value, element, reading);
  const Py_ssize_t length = sequence_length(value);
  if (length != rule->shape[axis]) return refuse_length(rule, axis, value, length, reading);
  if (axis + 1 == rule->ndim && PyTuple_CheckExact(value)) {
    return read_items(rule, length, value, element, reading);
  }
  const size_t step = step_of(rule, axis);
  for (Py_ssize_t i = 0; i < length; ++i) {
    PyObject* item = descryi_sequence_item(value, i);
    if (!item) return -1;
    const int result = read_axis(rule, axis + 1, item, element + (size_t)i * step, reading);
    Py_DECREF(item);
    if (result < 0) return descryi_refuse_inside(reading, PyUnicode_FromFormat("[%zd]", i));
    if (descryi_check_unchanged(value, length, reading) < 0) return -1;
  }
  return 0;
}

int descryi_read_subarray(const descryi_rule* rule, PyObject* value, char* element,
                          descryi_reading* reading) {
  return read_axis(rule, 0, value, element, reading);
}

static PyObject* write_element_axis(const descryi_rule* rule, int axis, const char* element,
                                    descryi_row_form form) {
  if (axis == rule->ndim) return rule->parts->write(rule->parts, element, form);
  const size_t step = step_of(rule, axis);
  PyObject* list = PyList_New(rule->shape[axis]);
  for (Py_ssize_t i = 0; list && i < rule->shape[axis]; ++i) {
    PyObject* item = write_element_axis(rule, axis + 1, element + (size_t)i * step, form);
    if (item) {
      descryi_list_fill(list, i, item);
    } else {
      Py_CLEAR(list);
    }
  }
  if (list && form == DESCRYI_ROW_TUPLE) PyObject_GC_UnTrack(list);
  return list;
}

PyObject* descryi_write_subarray(const descryi_rule* rule, const char* element,
                                 descryi_row_form form) {
  return write_element_axis(rule, 0, element, form);
}

// The lists of a sub-array.
static void track_axis(const descryi_rule* rule, int axis, PyObject* list) {
  const bool is_last = axis + 1 == rule->ndim;
  const bool has_tracked = !is_last || rule->parts->write == descryi_write_record;
  for (Py_ssize_t i = 0; has_tracked && i < rule->shape[axis]; ++i) {
    PyObject* item = PyList_GetItem(list, i);
    if (is_last) {
      descryi_track(rule->parts, item);
    } else {
      track_axis(rule, axis + 1, item);
    }
  }
  PyObject_GC_Track(list);
}

void descryi_track(const descryi_rule* rule, PyObject* value) {
  if (rule->ndim) {
    track_axis(rule, 0, value);
  } else if (rule->write == descryi_write_record && !rule->is_acyclic) {
    for (size_t i = 0; i < rule->count; ++i) {
      descryi_track(&rule->parts[i], descryi_tuple_item(value, (Py_ssize_t)i));
    }
    PyObject_GC_Track(value);
  }
}
