// SPDX-License-Identifier: BSD-3-Clause
// np.void scalars as 0-d arrays. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_VIEW_SCALAR_H_
#define DESCRY_SRC_VIEW_SCALAR_H_

#include "src/base/numpy.h"

// Returns a new 0-d array over the memory of `scalar`, a np.void, which it keeps alive; or NULL
// with an exception set. NumPy's own conversion copies.
PyObject* descryi_scalar_array(PyObject* scalar);

#endif  // DESCRY_SRC_VIEW_SCALAR_H_
