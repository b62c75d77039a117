// SPDX-License-Identifier: BSD-3-Clause
// Why an object is no array as it was asked for. GIL held.
#ifndef DESCRY_SRC_VIEW_REFUSE_H_
#define DESCRY_SRC_VIEW_REFUSE_H_

#include <descry/type.h>

#include "src/base/python.h"

// Raises TypeError for an object that is no array. Returns -1.
int descryi_refuse_object(const descry_type* type, int ndim, PyObject* object);

// Raises TypeError for an array with `got` dimensions in place of `ndim` (-1: any number) and
// `inner` more inside the elements. Returns -1.
int descryi_refuse_rank(const descry_type* type, int ndim, int inner, int got);

#endif  // DESCRY_SRC_VIEW_REFUSE_H_
