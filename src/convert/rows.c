// SPDX-License-Identifier: BSD-3-Clause
// Many elements, row by row.
#include <descry/array.h>
#include <descry/convert.h>

#include "src/convert/flags.h"
#include "src/convert/record.h"
#include "src/convert/rule.h"
#include "src/view/hold.h"

// Rows that are being read: a list or tuple by index, anything else by its iterator.
typedef struct row_source {
  const descryi_rule* rule;
  descryi_reading reading;
  PyObject* rows;
  PyObject* iterator;  // or NULL
  Py_ssize_t count;    // of a list or tuple; -1
  Py_ssize_t index;    // of the row that is read next
} row_source;

static int check_row_count(const row_source* source) {
  const Py_ssize_t now = PyObject_Size(source->rows);
  if (now == source->count) return 0;
  return now < 0 ? -1 : descryi_raise_rows_changed(source->count, now);
}

// Returns a new reference to the next row, or NULL: at the end, or with an exception set.
static PyObject* next_row(row_source* source) {
  if (source->iterator) return PyIter_Next(source->iterator);
  if (check_row_count(source) < 0 || source->index == source->count) return NULL;
  PyObject* row = PyTuple_Check(source->rows) ? PyTuple_GetItem(source->rows, source->index)
                                              : PyList_GetItem(source->rows, source->index);
  Py_XINCREF(row);
  return row;
}

// For descry_generate().
static int read_row(void* element, void* context) {
  row_source* source = context;
  PyObject* row = next_row(source);
  if (!row) return PyErr_Occurred() ? -1 : 0;
  const int result = source->rule->read(source->rule, row, element, &source->reading);
  Py_DECREF(row);
  if (result < 0) return descryi_raise_refusal(&source->reading, source->index);
  ++source->index;
  return 1;
}

// Reads all rows. Returns a new array, or NULL with an exception set.
static PyObject* read_rows(const descry_type* type, row_source* source) {
  if (PyList_CheckExact(source->rows) || PyTuple_CheckExact(source->rows)) {
    source->count = PyObject_Size(source->rows);
  } else {
    source->iterator = PyObject_GetIter(source->rows);
    if (!source->iterator) return NULL;
  }
  PyObject* array = descry_generate(type, source->count, read_row, source);
  if (array && source->count >= 0 && check_row_count(source) < 0) Py_CLEAR(array);
  Py_XDECREF(source->iterator);
  return array;
}

PyObject* descry_from_rows(const descry_type* type, PyObject* rows, unsigned flags) {
  descryi_rule rule;
  if (descryi_convert_check_flags(flags, 0) < 0 || descryi_rule_init(&rule, type) < 0) return NULL;
  row_source source = {.rule = &rule, .reading = {.flags = flags}, .rows = rows, .count = -1};
  PyObject* array = read_rows(type, &source);
  descryi_rule_clear(&rule);
  return array;
}

static PyObject* write_rows_axis(const descryi_rule* rule, const descry_view* view, int axis,
                                 const char* element, descryi_row_form form) {
  if (axis == view->ndim) return rule->write(rule, element, form);
  PyObject* list = PyList_New(view->shape[axis]);
  for (Py_ssize_t i = 0; list && i < view->shape[axis]; ++i) {
    PyObject* item = write_rows_axis(rule, view, axis + 1, element + i * view->strides[axis], form);
    if (item) {
      descryi_list_fill(list, i, item);
    } else {
      Py_CLEAR(list);
    }
  }
  const bool has_elements = list && axis + 1 == view->ndim && form == DESCRYI_ROW_TUPLE;
  for (Py_ssize_t i = 0; has_elements && i < view->shape[axis]; ++i) {
    descryi_track(rule, PyList_GetItem(list, i));
  }
  return list;
}

static PyObject* write_view(const descry_view* view, descryi_row_form form) {
  descryi_rule rule;
  descry_view kept;
  PyObject* rows = NULL;
  if (descryi_view_keep(view, &kept) == 0 && descryi_rule_init(&rule, kept.type) == 0) {
    rows = write_rows_axis(&rule, &kept, 0, kept.data, form);
    if (rows && kept.ndim == 0 && form == DESCRYI_ROW_TUPLE) descryi_track(&rule, rows);
    descryi_rule_clear(&rule);
  }
  descryi_view_keep_end(&kept);
  return rows;
}

PyObject* descry_to_rows(const descry_view* view) { return write_view(view, DESCRYI_ROW_TUPLE); }

PyObject* descry_to_dicts(const descry_view* view) { return write_view(view, DESCRYI_ROW_DICT); }
