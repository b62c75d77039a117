// SPDX-License-Identifier: BSD-3-Clause
// Notices when someone changed a dtype in place. `dtype.names = ...` and `dtype.__setstate__` both
// replace the names tuple, so a dtype is the one that was looked at as long as it, and every record
// dtype inside it, still has the tuple that it had. GIL held.
#ifndef DESCRY_SRC_DTYPE_GUARD_H_
#define DESCRY_SRC_DTYPE_GUARD_H_

#include <stdbool.h>

#include "src/base/numpy.h"
#include "src/base/python.h"

// A dtype and the names it had (strong references), and where it keeps them: NULL where it has no
// such place.
typedef struct descryi_guarded {
  PyObject* descr;
  PyObject* names;
  PyObject* const* place;
} descryi_guarded;

// What is watched: the dtype itself and, apart from it, each different record dtype below it. A
// dtype without fields watches nothing.
typedef struct descryi_guard {
  descryi_guarded top;
  Py_ssize_t nested_count;
  descryi_guarded* nested;
} descryi_guard;

// Begins to watch `descr`. Returns 0, or -1 with an exception set and `guard` zeroed.
int descryi_guard_init(descryi_guard* guard, PyObject* descr);

// Drops what `guard` holds and zeroes it; a zeroed one is fine.
void descryi_guard_clear(descryi_guard* guard);

// The slow part of descryi_guard_holds().
bool descryi_guard_nested_holds(const descryi_guard* guard);

// Returns whether the watched dtype is as it was: one comparison for a flat record. A zeroed guard
// holds.
static inline bool descryi_guard_holds(const descryi_guard* guard) {
  return (!guard->top.place || *guard->top.place == guard->top.names) &&
         (guard->nested_count == 0 || descryi_guard_nested_holds(guard));
}

#endif  // DESCRY_SRC_DTYPE_GUARD_H_
