// SPDX-License-Identifier: BSD-3-Clause
// DESCRY_CONVERT: a view of a private copy, for arrays that cannot be viewed as they are. GIL held,
// NumPy loaded.
#ifndef DESCRY_SRC_VIEW_CONVERTED_COPY_H_
#define DESCRY_SRC_VIEW_CONVERTED_COPY_H_

#include <descry/view.h>

#include "src/base/python.h"

// Returns 1 where arrays of `descr` convert to `element`, the dtype of the elements of the view's
// type, by the view's flags; or -1 with TypeError, for an array of `ndim` dimensions or, where that
// is negative, any number.
int descryi_converted_copy_check(const descry_view* view, PyObject* element, PyObject* descr,
                                 int ndim);

// Copies the elements of `source` to `target`, an array of the same shape, by the names of their
// fields: each value exactly or, where `casting` (NPY_CASTING) is unsafe, as NumPy casts it. The
// target is a field, `path`, of an array of `ndim` dimensions with elements of `type`, or all of
// them where that is empty. Returns 0, or -1 with an exception set: OverflowError names an element.
// REQUIRES: descryi_castable() took the two dtypes with this casting.
int descryi_copy_by_name(const descry_type* type, PyObject* path, int ndim, PyObject* target,
                         PyObject* source, int casting);

// Opens `view`, which has the data and the dimensions of `array` so far, over a converted copy.
// With DESCRY_WRITE among `flags` it holds the array until it is written back. `own` is the dtype
// of the view's type; the array's elements are read as `descr`, which is their own dtype or, where
// that matched as it is, the one of the view's elements. Returns 0, or -1 with an exception set and
// nothing held: OverflowError names an element that would not arrive exactly.
int descryi_converted_copy_open(descry_view* view, PyObject* array, PyObject* descr, PyObject* own,
                                unsigned flags);

#endif  // DESCRY_SRC_VIEW_CONVERTED_COPY_H_
