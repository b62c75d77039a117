// SPDX-License-Identifier: BSD-3-Clause
// Matching, for the stages that have the type's dtype already. GIL held.
#ifndef DESCRY_SRC_MATCH_MATCH_H_
#define DESCRY_SRC_MATCH_MATCH_H_

#include <descry/match.h>

#include "src/dtype/dtype.h"
#include "src/match/cache.h"
#include "src/match/compare.h"

// Besides the levels of descry/match.h, for what is said where two dtypes don't fit: whether one
// can be cast to the other, as castable.h has it. One of NumPy's castings is added, and perhaps
// that fields of which the type has none are ignored.
enum { DESCRYI_CASTABLE = 0x10, DESCRYI_EXTRA_FIELDS = 0x20, DESCRYI_CASTING_MASK = 0x7 };

// The slow part of descryi_match().
int descryi_match_walk(const descry_type* type, PyObject* expected, PyObject* actual, int level);

// As descry_matches(). REQUIRES: `expected` is what descry_dtype(type) just returned, `actual` is a
// dtype, `level` is one of the two.
static inline int descryi_match(const descry_type* type, PyObject* expected, PyObject* actual,
                                int level) {
  if (actual == expected) return 1;
  const int known = descryi_cache_find(type, expected, actual, level);
  return known == DESCRYI_CACHE_UNKNOWN ? descryi_match_walk(type, expected, actual, level) : known;
}

// Returns a new str with the first difference, or None; or NULL with an exception set. REQUIRES: as
// above; `level` may be one of DESCRYI_CASTABLE too.
PyObject* descryi_mismatch(PyObject* expected, PyObject* actual, int level);

// Raises the TypeError for an array of `type` with `ndim` dimensions (-1 for any number) that has
// the dtype `actual` instead. Returns -1. REQUIRES: as above, and the two do not match.
int descryi_match_fail(const descry_type* type, PyObject* expected, PyObject* actual, int level,
                       int ndim);

#endif  // DESCRY_SRC_MATCH_MATCH_H_
