// SPDX-License-Identifier: BSD-3-Clause
// Whether one dtype's elements can be cast to another's: the rule behind DESCRY_CONVERT and
// descry_convert(). GIL held.
#ifndef DESCRY_SRC_MATCH_CASTABLE_H_
#define DESCRY_SRC_MATCH_CASTABLE_H_

#include "src/base/python.h"
#include "src/match/difference.h"

// Returns 1 where elements of `actual` can be cast to ones of `expected`: records have fields of
// the same names, in any order and at any offsets, sub-arrays the same shape but for axes of length
// 1, and what is neither casts to an element of the same kind (numbers are one kind, and byte
// strings cast to text as well; the S1(4,) that ctypes makes of a char[4] is text of that length)
// by the casting of NumPy's in `level`. 0 where not, with the first
// reason in `why`, which may be NULL if it is not needed; -1 with an exception set. Titles do not
// matter. Records whose fields overlap have to be equal. `level` is one of DESCRYI_CASTABLE
// (match.h); with DESCRYI_EXTRA_FIELDS `actual` may have fields that `expected` has not. REQUIRES:
// both are dtypes, NumPy is loaded.
int descryi_castable(PyObject* expected, PyObject* actual, int level, descryi_difference* why);

#endif  // DESCRY_SRC_MATCH_CASTABLE_H_
