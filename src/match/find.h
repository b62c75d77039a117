// SPDX-License-Identifier: BSD-3-Clause
// Finds what is inside a dtype: a field of a record by its name or its offset, where many are
// looked up, and an element by its offset, through records and sub-arrays. GIL held.
#ifndef DESCRY_SRC_MATCH_FIND_H_
#define DESCRY_SRC_MATCH_FIND_H_

#include <stdbool.h>

#include "src/base/fields.h"
#include "src/base/python.h"

typedef struct descryi_sorted_field {
  descryi_field field;
  Py_ssize_t start, stop;  // its bytes
  Py_ssize_t past;         // by offset: the end of the last of this field and those before it
} descryi_sorted_field;

typedef struct descryi_sorted_fields {
  Py_ssize_t count;
  descryi_sorted_field items[1];  // `count` of them
} descryi_sorted_fields;

// Returns the fields of `record` by their names, or by their offsets; to be freed with
// PyMem_Free(), valid until someone changes the dtype. NULL with an exception set on failure.
descryi_sorted_fields* descryi_fields_by_name(PyObject* record);
descryi_sorted_fields* descryi_fields_by_offset(PyObject* record);

// Returns the field of that name, or NULL. REQUIRES: sorted by name.
const descryi_sorted_field* descryi_sorted_find(const descryi_sorted_fields* fields,
                                                PyObject* name);

// Returns the index of the last field that begins at or before `offset`, -1 where there is none.
// REQUIRES: sorted by offset.
Py_ssize_t descryi_sorted_last_at(const descryi_sorted_fields* fields, Py_ssize_t offset);

// Returns 1 where two fields of `record` share a byte, as the members of a union do, 0 where none
// do, -1 with an exception set. Fields inside of fields do not count.
int descryi_fields_overlap(PyObject* record);

typedef struct descryi_leaf {
  PyObject* element;  // borrowed
  Py_ssize_t offset;  // where it begins
} descryi_leaf;

// Looks for the element at `offset` that equals `wanted`, or any element there where `wanted` is
// NULL; of a string, `offset` may be any byte. Returns 1 with the element in `*leaf` and a new
// reference to its path in `*path` (NULL where the dtype is itself the element); 0 where there is
// none; -1 with an exception set. `path` may be NULL if it is not needed.
int descryi_leaf_find(PyObject* descr, Py_ssize_t offset, PyObject* wanted, descryi_leaf* leaf,
                      PyObject** path);

#endif  // DESCRY_SRC_MATCH_FIND_H_
