// SPDX-License-Identifier: BSD-3-Clause
// The comparison behind DESCRY_LAYOUT: whether two dtypes have the same elements at the same
// offsets.
//
// An element is what is left when records and sub-arrays are taken apart: a complex number is one,
// and so are a string and opaque bytes. Elements without bytes don't count, and one that several
// fields share counts once. Nothing is flattened: each run of equal elements in one dtype is looked
// up in the other, so that a sub-array of a million elements costs what one of ten does, and no
// memory. GIL held.
#ifndef DESCRY_SRC_MATCH_LAYOUT_H_
#define DESCRY_SRC_MATCH_LAYOUT_H_

#include "src/base/python.h"
#include "src/match/difference.h"
#include "src/match/seen.h"

// Returns 1 where both dtypes have the same elements at the same offsets and the same itemsize; 0
// where not, with the first difference in `why`; -1 with an exception set. The rest is as in
// descryi_equivalent().
int descryi_same_layout(PyObject* own, PyObject* other, descryi_seen* seen,
                        descryi_difference* why);

#endif  // DESCRY_SRC_MATCH_LAYOUT_H_
