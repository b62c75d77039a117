// SPDX-License-Identifier: BSD-3-Clause
// The structural comparison behind DESCRY_EQUIVALENT, straight from the two dtypes' memory. GIL
// held.
#ifndef DESCRY_SRC_MATCH_EQUIVALENT_H_
#define DESCRY_SRC_MATCH_EQUIVALENT_H_

#include <descry/type.h>

#include "src/base/python.h"
#include "src/dtype/snapshot.h"
#include "src/match/difference.h"

// Each of these returns 1, 0 where the dtypes differ, or -1 with an exception set. REQUIRES: both
// are dtypes, NumPy is loaded. It takes as many steps as there are different pairs of dtypes inside
// the two, whatever the number of ways to them.

// Whether `actual` has the names, titles, elements, shapes, offsets and itemsize of `expected`, in
// the same order. The first difference goes into `why`, which may be NULL if it is not needed: then
// the answer comes sooner.
int descryi_equivalent(PyObject* expected, PyObject* actual, descryi_difference* why);

// The same, but offsets and itemsizes do not matter.
int descryi_same_fields(PyObject* expected, PyObject* actual);

// The same as descryi_equivalent() for the dtype of `type`, a record whose fields are read once for
// all. The dtypes that the answer rests on go into `snapshot`.
int descryi_equivalent_to_type(const descry_type* type, PyObject* expected, PyObject* actual,
                               descryi_snapshot* snapshot);

#endif  // DESCRY_SRC_MATCH_EQUIVALENT_H_
