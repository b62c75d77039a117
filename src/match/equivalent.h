// SPDX-License-Identifier: BSD-3-Clause
// The structural comparison behind DESCRY_EQUIVALENT, straight from the two dtypes' memory. GIL
// held.
#ifndef DESCRY_SRC_MATCH_EQUIVALENT_H_
#define DESCRY_SRC_MATCH_EQUIVALENT_H_

#include "src/base/python.h"
#include "src/match/difference.h"
#include "src/match/plan.h"
#include "src/match/seen.h"

// Returns 1 where `other` has the names, titles, elements, shapes, offsets and itemsize of `own`,
// in the same order; 0 where not, with the first difference in `why`; -1 with an exception set.
// Without `why` (NULL) the answer comes sooner. The records of `other` that the answer rests on go
// into `seen`, which may be NULL too. REQUIRES: both are dtypes, NumPy is loaded.
int descryi_equivalent(PyObject* own, PyObject* other, descryi_seen* seen, descryi_difference* why);

// The same for a type's own dtype, of which there is a plan, and another record; the verdict only.
int descryi_equivalent_to_plan(const descryi_plan* plan, PyObject* other, descryi_seen* seen);

#endif  // DESCRY_SRC_MATCH_EQUIVALENT_H_
