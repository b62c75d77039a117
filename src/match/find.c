// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/find.h"

#include <stdint.h>
#include <stdlib.h>

#include "src/base/fields.h"
#include "src/base/numpy.h"
#include "src/dtype/snapshot.h"
#include "src/match/compare.h"
#include "src/match/difference.h"

static int by_name(const void* one, const void* other) {
  return PyUnicode_Compare(((const descryi_sorted_field*)one)->field.name,
                           ((const descryi_sorted_field*)other)->field.name);
}

static int by_offset(const void* one, const void* other) {
  const Py_ssize_t a = ((const descryi_sorted_field*)one)->start;
  const Py_ssize_t b = ((const descryi_sorted_field*)other)->start;
  return a < b ? -1 : a > b;
}

static int read_sorted_field(descryi_fields* fields, descryi_sorted_field* to) {
  if (descryi_fields_next(fields, &to->field) < 0) return -1;
  to->start = descryi_field_offset(&to->field);
  if (to->start == -1 && PyErr_Occurred()) return -1;
  to->stop = to->start + descryi_descr_itemsize(to->field.descr);
  return 0;
}

static descryi_sorted_fields* read_sorted_fields(PyObject* record) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_sorted_fields* made =
      PyMem_Malloc(sizeof *made + (size_t)fields.count * sizeof *made->items);
  if (!made) {
    PyErr_NoMemory();
    return NULL;
  }
  made->count = fields.count;
  for (Py_ssize_t i = 0; i < made->count; ++i) {
    if (read_sorted_field(&fields, &made->items[i]) == 0) continue;
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
  descryi_sorted_fields* fields = read_sorted_fields(record);
  if (fields) sort(fields, by_name);
  return fields;
}

descryi_sorted_fields* descryi_fields_by_offset(PyObject* record) {
  descryi_sorted_fields* fields = read_sorted_fields(record);
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

// What is looked for, where the findings go, and the records (each with an offset) that do not have
// it.
typedef struct leaf_search {
  PyObject* wanted;
  descryi_leaf* leaf;
  PyObject** path;
  descryi_visited records;
} leaf_search;

static int find_leaf(leaf_search* search, PyObject* descr, Py_ssize_t offset);

// All functions below return 1, 0 where there is no such element, or -1 with an exception set.

// Puts `head` before the path. Steals a reference to `head`.
static int prepend_name(leaf_search* search, PyObject* head) {
  if (!head) return -1;
  *search->path = descryi_path_join(head, *search->path);
  Py_DECREF(head);
  return *search->path ? 1 : -1;
}

// Puts "[1, 2]" before the path, for the element at `index` of all the elements of a sub-array.
static int prepend_index(leaf_search* search, PyObject* shape, Py_ssize_t index) {
  PyObject* text = PyUnicode_FromString("]");
  for (Py_ssize_t axis = descryi_tuple_size(shape); text && axis-- > 0;) {
    const Py_ssize_t length = descryi_subarray_length(shape, axis);
    PyObject* longer = length < 0 ? NULL
                                  : PyUnicode_FromFormat("%s%zd%U", axis ? ", " : "[",
                                                         length ? index % length : 0, text);
    Py_DECREF(text);
    text = longer;
    if (length > 0) index /= length;
  }
  return prepend_name(search, text);
}

static int find_in_subarray(leaf_search* search, const descryi_subarray* subarray,
                            Py_ssize_t offset) {
  const Py_ssize_t itemsize = descryi_descr_itemsize(subarray->base);
  if (itemsize <= 0) return 0;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int found = find_leaf(search, subarray->base, offset % itemsize);
  Py_LeaveRecursiveCall();
  if (found != 1 || !search->path) return found;
  return prepend_index(search, subarray->shape, offset / itemsize);
}

static int find_in_record(leaf_search* search, PyObject* record, Py_ssize_t offset) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_field field;
  int more, found = 0;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    const Py_ssize_t start = descryi_field_offset(&field);
    if (start == -1 && PyErr_Occurred()) return -1;
    if (offset < start) continue;
    found = find_leaf(search, field.descr, offset - start);
    if (found != 0) break;
  }
  if (found == 0 || more < 0) return more;
  if (found != 1 || !search->path) return found;
  Py_INCREF(field.name);
  return prepend_name(search, field.name);
}

// Looks into a record, at each offset once.
static int find_in_record_once(leaf_search* search, PyObject* record, Py_ssize_t offset) {
  const int is_new =
      descryi_visited_add(&search->records, record, (const void*)(intptr_t)offset, NULL);
  if (is_new != 1) return is_new;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int found = find_in_record(search, record, offset);
  Py_LeaveRecursiveCall();
  return found;
}

static int find_leaf(leaf_search* search, PyObject* descr, Py_ssize_t offset) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  if (subarray && offset >= descryi_descr_itemsize(descr)) return 0;
  if (subarray) return find_in_subarray(search, subarray, offset);
  if (descryi_descr_is_record(descr)) return find_in_record_once(search, descr, offset);
  const bool is_string = descryi_element_is_string(descr);
  if (offset >= descryi_descr_itemsize(descr) || (offset != 0 && !is_string)) return 0;
  if (search->wanted && !descryi_element_equals(search->wanted, descr)) return 0;
  search->leaf->element = descr;
  search->leaf->offset -= offset;
  return 1;
}

int descryi_leaf_find(PyObject* descr, Py_ssize_t offset, PyObject* wanted, descryi_leaf* leaf,
                      PyObject** path) {
  leaf_search search;
  search.wanted = wanted;
  search.leaf = leaf;
  search.path = path;
  descryi_visited_init(&search.records);
  leaf->offset = offset;
  if (path) *path = NULL;
  const int found = find_leaf(&search, descr, offset);
  descryi_visited_clear(&search.records);
  return found;
}
