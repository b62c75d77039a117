// SPDX-License-Identifier: BSD-3-Clause
// DESCRY_CONVERT: a view of a private copy, for arrays that cannot be viewed as they are. GIL held,
// NumPy loaded.
#ifndef DESCRY_SRC_VIEW_CONVERT_H_
#define DESCRY_SRC_VIEW_CONVERT_H_

#include <descry/view.h>

#include "src/base/python.h"

// Returns 1 where arrays of `descr` convert to `element`, the dtype of the elements of `type`; or
// -1 with TypeError, for an array of `ndim` dimensions or, where that is negative, any number.
int descryi_convert_check(const descry_type* type, PyObject* element, PyObject* descr, int ndim);

// Opens `view`, which has the data and the dimensions of `array` so far, over a converted copy.
// With DESCRY_WRITE among `flags` it holds the array until it is written back. `own` is the dtype
// of the view's type; the array's elements are read as `descr`, which is their own dtype or, where
// that matched as it is, the one of the view's elements. Returns 0, or -1 with an exception set and
// nothing held.
int descryi_convert_open(descry_view* view, PyObject* array, PyObject* descr, PyObject* own,
                         unsigned flags);

#endif  // DESCRY_SRC_VIEW_CONVERT_H_
