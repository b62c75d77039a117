// SPDX-License-Identifier: BSD-3-Clause
// Whether one dtype's elements can be made into another's: the rule behind DESCRY_CONVERT. GIL
// held.
#ifndef DESCRY_SRC_MATCH_CONVERTIBLE_H_
#define DESCRY_SRC_MATCH_CONVERTIBLE_H_

#include "src/base/python.h"
#include "src/match/difference.h"

// Returns 1 where elements of `other` can be made into ones of `own`: records have fields of the
// same names, in any order and at any offsets, sub-arrays the same shape but for axes of length 1,
// and what is neither casts safely to an element of the same kind (numbers are one kind). 0 where
// not, with the first reason in `why`, which may be NULL; -1 with an exception set. Titles do not
// matter. Records whose fields overlap have to be equal. REQUIRES: both are dtypes, NumPy is
// loaded.
int descryi_convertible(PyObject* own, PyObject* other, descryi_difference* why);

#endif  // DESCRY_SRC_MATCH_CONVERTIBLE_H_
