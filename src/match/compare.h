// SPDX-License-Identifier: BSD-3-Clause
// The structural comparisons behind DESCRY_EQUIVALENT (equivalent.c) and DESCRY_LAYOUT (layout.c),
// straight from the memory of two dtypes. GIL held.
//
// DESCRY_LAYOUT asks whether two dtypes have the same elements at the same offsets. An element is
// what is left when records and sub-arrays are taken apart: a complex number is one, and so are
// opaque bytes. A string is as many strings of one byte. Elements without bytes don't count, and
// one that several fields share counts once. Nothing is flattened: each run of equal elements in
// one dtype is looked up in the other, so that a sub-array of a million elements costs what one of
// ten does.
#ifndef DESCRY_SRC_MATCH_COMPARE_H_
#define DESCRY_SRC_MATCH_COMPARE_H_

#include <descry/type.h>
#include <stdbool.h>

#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/dtype/snapshot.h"
#include "src/match/difference.h"

// Returns whether two dtypes stand for the same element: kind, itemsize, byte order, and of
// datetimes the unit and its count. `l` and `q` are the same, fields of an int dtype don't matter.
// REQUIRES: neither is a record or a sub-array.
bool descryi_element_equals(PyObject* one, PyObject* other);

// Whether the dtype is that of byte strings, `S`.
static inline bool descryi_element_is_string(PyObject* element) {
  return descryi_descr_type_num(element) == DESCRYI_NPY_STRING;
}

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

// Returns 1 where both dtypes have the same elements at the same offsets and the same itemsize; 0
// where not, with the first difference in `why`; -1 with an exception set. The dtypes inside
// `actual` go into `snapshot`. Either may be NULL if it is not needed. TypeError where one has so
// many elements, in records that repeat inside each other, that to compare them would hold the GIL
// for long. REQUIRES: both are dtypes, NumPy is loaded.
int descryi_same_layout(PyObject* expected, PyObject* actual, descryi_snapshot* snapshot,
                        descryi_difference* why);

#endif  // DESCRY_SRC_MATCH_COMPARE_H_
