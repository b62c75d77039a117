// SPDX-License-Identifier: BSD-3-Clause
// Types whose dtype is a sub-array, such as DESCRY_TRANSPARENT over a double[3]: arrays of them
// have more dimensions, which are inside the elements of a view. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_VIEW_INNER_H_
#define DESCRY_SRC_VIEW_INNER_H_

#include <descry/view.h>

#include "src/array/elements.h"

// Checks that the last dimensions of `array` are those of `descr`, the dtype of `type`, and lie
// without gaps. Returns 0, or -1 with TypeError for other lengths and ValueError for gaps.
// REQUIRES: the array has that many.
int descryi_inner_check(const descry_type* type, PyObject* descr, const descryi_array* array);

#endif  // DESCRY_SRC_VIEW_INNER_H_
