// SPDX-License-Identifier: BSD-3-Clause
// The arrays that NumPy's own operations are given. GIL held.
#ifndef DESCRY_SRC_OPERATE_OPERAND_H_
#define DESCRY_SRC_OPERATE_OPERAND_H_

#include <descry/borrow.h>

#include "src/base/numpy.h"

// Loads NumPy if need be. Returns 0 where `array` is an array without masked elements, or -1 with
// an exception set.
int descryi_operand_check(PyObject* array);

// The same, and borrows it for reading, until descry_borrow_release().
int descryi_operand_open(PyObject* array, descry_borrow* borrow);

// Sets `*axis` to what NumPy calls it; DESCRY_RAVEL_AXIS is an axis only with `may_ravel`. Returns
// 0, or -1 with ValueError.
int descryi_axis_set(int* axis, PyObject* array, bool may_ravel);

// Returns the axis counted from 0, or -1 with ValueError.
int descryi_axis_of(int axis, int ndim);

#endif  // DESCRY_SRC_OPERATE_OPERAND_H_
