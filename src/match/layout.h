// SPDX-License-Identifier: BSD-3-Clause
// The comparison behind DESCRY_LAYOUT: whether two dtypes have the same elements at the same
// offsets.
//
// An element is what is left when records and sub-arrays are taken apart: a complex number is one,
// and so are opaque bytes. A string is as many strings of one byte. Elements without bytes don't
// count, and one that several fields share counts once. Nothing is flattened: each run of equal
// elements in one dtype is looked up in the other, so that a sub-array of a million elements costs
// what one of ten does. GIL held.
#ifndef DESCRY_SRC_MATCH_LAYOUT_H_
#define DESCRY_SRC_MATCH_LAYOUT_H_

#include "src/base/python.h"
#include "src/dtype/snapshot.h"
#include "src/match/difference.h"

// Returns 1 where both dtypes have the same elements at the same offsets and the same itemsize; 0
// where not, with the first difference in `why`; -1 with an exception set. The dtypes inside
// `actual` go into `snapshot`. Either may be NULL if it is not needed. TypeError where one has so
// many elements, in records that repeat inside each other, that to compare them would hold the GIL
// for long. REQUIRES: both are dtypes, NumPy is loaded.
int descryi_same_layout(PyObject* expected, PyObject* actual, descryi_snapshot* snapshot,
                        descryi_difference* why);

#endif  // DESCRY_SRC_MATCH_LAYOUT_H_
