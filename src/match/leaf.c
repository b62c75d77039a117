// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/leaf.h"

#include <stdint.h>

#include "src/base/fields.h"
#include "src/base/numpy.h"
#include "src/dtype/visited.h"
#include "src/match/difference.h"
#include "src/match/element.h"

// What is looked for, where the findings go, and the records (each with an offset) that do not have
// it.
typedef struct leaf_search {
  PyObject* wanted;
  descryi_leaf* leaf;
  PyObject** path;
  descryi_visited records;
} leaf_search;

static int find(leaf_search* search, PyObject* descr, Py_ssize_t offset);

// All functions below return 1, 0 where there is no such element, or -1 with an exception set.

// Puts `head` before the path. Steals a reference to `head`.
static int prepend(leaf_search* search, PyObject* head) {
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
  return prepend(search, text);
}

static int find_in_subarray(leaf_search* search, const descryi_subarray* subarray,
                            Py_ssize_t offset) {
  const Py_ssize_t itemsize = descryi_descr_itemsize(subarray->base);
  if (itemsize <= 0) return 0;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int found = find(search, subarray->base, offset % itemsize);
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
    found = find(search, field.descr, offset - start);
    if (found != 0) break;
  }
  if (found == 0 || more < 0) return more;
  if (found != 1 || !search->path) return found;
  Py_INCREF(field.name);
  return prepend(search, field.name);
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

static int find(leaf_search* search, PyObject* descr, Py_ssize_t offset) {
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
  const int found = find(&search, descr, offset);
  descryi_visited_clear(&search.records);
  return found;
}
