// SPDX-License-Identifier: BSD-3-Clause
// A copy of an array and the array itself as pairs of arrays, one pair for each element of their
// records: what is one array where neither has fields. They are views of the two, made at once, so
// that nothing that becomes of the dtypes or names later matters. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_VIEW_TWINS_H_
#define DESCRY_SRC_VIEW_TWINS_H_

#include "src/base/python.h"

// Returns a new list of such pairs, or NULL with an exception set. The elements of `array` are read
// as `descr`: its own dtype, or one of the same layout. REQUIRES: the two have the same number of
// elements, and descryi_convertible() holds for the copy's dtype and `descr`.
PyObject* descryi_twins_new(PyObject* copy, PyObject* array, PyObject* descr);

// Copies the elements of each array to its copy. Returns 0, or -1 with an exception set.
int descryi_twins_copy(PyObject* twins);

// Copies the elements of each copy to its array, and drops the list. All of them or, where an int
// would not fit, none: that is told to sys.unraisablehook, as any failure. A pending exception
// stays as it is.
void descryi_twins_write_back(PyObject** twins);

#endif  // DESCRY_SRC_VIEW_TWINS_H_
