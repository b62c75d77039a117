// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/sorted_fields.h"

#include <stdlib.h>

#include "src/base/numpy.h"

static int by_name(const void* one, const void* other) {
  return PyUnicode_Compare(((const descryi_sorted_field*)one)->field.name,
                           ((const descryi_sorted_field*)other)->field.name);
}

static int by_offset(const void* one, const void* other) {
  const Py_ssize_t a = ((const descryi_sorted_field*)one)->start;
  const Py_ssize_t b = ((const descryi_sorted_field*)other)->start;
  return a < b ? -1 : a > b;
}

static int read_field(descryi_fields* fields, descryi_sorted_field* to) {
  if (descryi_fields_next(fields, &to->field) < 0) return -1;
  to->start = descryi_field_offset(&to->field);
  if (to->start == -1 && PyErr_Occurred()) return -1;
  to->stop = to->start + descryi_descr_itemsize(to->field.descr);
  return 0;
}

static descryi_sorted_fields* read_fields(PyObject* record) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_sorted_fields* made =
      PyMem_Malloc(sizeof *made + (size_t)fields.count * sizeof *made->items);
  if (!made) {
    PyErr_NoMemory();
    return NULL;
  }
  made->count = fields.count;
  for (Py_ssize_t i = 0; i < made->count; ++i) {
    if (read_field(&fields, &made->items[i]) == 0) continue;
    PyMem_Free(made);
    return NULL;
  }
  return made;
}

// Fields are mostly in order already.
static void sort(descryi_sorted_fields* fields, int (*order)(const void*, const void*)) {
  for (Py_ssize_t i = 1; i < fields->count; ++i) {
    if (order(&fields->items[i - 1], &fields->items[i]) <= 0) continue;
    qsort(fields->items, (size_t)fields->count, sizeof *fields->items, order);
    return;
  }
}

descryi_sorted_fields* descryi_fields_by_name(PyObject* record) {
  descryi_sorted_fields* fields = read_fields(record);
  if (fields) sort(fields, by_name);
  return fields;
}

descryi_sorted_fields* descryi_fields_by_offset(PyObject* record) {
  descryi_sorted_fields* fields = read_fields(record);
  if (!fields) return NULL;
  Py_ssize_t past = 0;
  sort(fields, by_offset);
  for (Py_ssize_t i = 0; i < fields->count; ++i) {
    if (fields->items[i].stop > past) past = fields->items[i].stop;
    fields->items[i].past = past;
  }
  return fields;
}

const descryi_sorted_field* descryi_sorted_find(const descryi_sorted_fields* fields,
                                                PyObject* name) {
  const descryi_sorted_field wanted = {.field = {.name = name}};
  return bsearch(&wanted, fields->items, (size_t)fields->count, sizeof *fields->items, by_name);
}

Py_ssize_t descryi_sorted_last_at(const descryi_sorted_fields* fields, Py_ssize_t offset) {
  Py_ssize_t low = 0, high = fields->count;
  while (low < high) {
    const Py_ssize_t middle = low + (high - low) / 2;
    if (fields->items[middle].start <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

int descryi_fields_overlap(PyObject* record) {
  descryi_sorted_fields* fields = descryi_fields_by_offset(record);
  if (!fields) return -1;
  int overlap = 0;
  for (Py_ssize_t i = 1; i < fields->count && !overlap; ++i) {
    const descryi_sorted_field* field = &fields->items[i];
    overlap = field->start < field->stop && field->start < fields->items[i - 1].past;
  }
  PyMem_Free(fields);
  return overlap;
}
