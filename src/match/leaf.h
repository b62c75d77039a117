// SPDX-License-Identifier: BSD-3-Clause
// Finds an element of a dtype by its offset, through records and sub-arrays. GIL held.
#ifndef DESCRY_SRC_MATCH_LEAF_H_
#define DESCRY_SRC_MATCH_LEAF_H_

#include "src/base/python.h"

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

#endif  // DESCRY_SRC_MATCH_LEAF_H_
