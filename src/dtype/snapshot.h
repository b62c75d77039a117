// SPDX-License-Identifier: BSD-3-Clause
// Notices when someone changed a dtype in place.
//
// `dtype.names = ...` replaces the names. `dtype.__setstate__` stores whatever it is given: names,
// fields, itemsize, alignment, flags, byte order, sub-array, unit of time. It may be given the very
// names that the dtype has, which `dtype.__reduce__()` hands out. So a dtype is the one that was
// looked at as long as all of this is the same, of it and of every dtype inside it that can change
// at all: the built-in ones cannot. GIL held (or thread state attached); no Python runs.
#ifndef DESCRY_SRC_DTYPE_SNAPSHOT_H_
#define DESCRY_SRC_DTYPE_SNAPSHOT_H_

#include <stdbool.h>

#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/dtype/visited.h"

// All that matters of one dtype, as it was.
typedef struct descryi_seen_dtype {
  PyObject* descr;
  PyObject* names;
  PyObject* fields;
  PyObject* base;   // of a sub-array, or NULL
  PyObject* shape;  // as well
  uint64_t flags;
  Py_ssize_t itemsize;
  Py_ssize_t alignment;
  int unit, count;  // of a datetime64 or timedelta64, or 0
  char byteorder;
  bool is_plain;  // neither a sub-array nor a datetime64 or timedelta64
} descryi_seen_dtype;

// The dtypes that a walk came across, each once, in the order of the walk: what is inside of
// another one comes after it. All references are borrowed from the dtype that was walked through.
// May not be copied or moved.
enum { DESCRYI_SNAPSHOT_INLINE = 4 };
typedef struct descryi_snapshot {
  Py_ssize_t count;
  Py_ssize_t room;
  descryi_seen_dtype* dtypes;
  descryi_seen_dtype few[DESCRYI_SNAPSHOT_INLINE];
  descryi_visited visited;
} descryi_snapshot;

// Makes an empty snapshot, to be cleared again.
void descryi_snapshot_init(descryi_snapshot* snapshot);

// Frees what the snapshot needed beyond itself.
void descryi_snapshot_clear(descryi_snapshot* snapshot);

// Adds `descr`, if it can change. Returns 1 where it is new, 0 where it was there already or cannot
// change, or -1 with an exception set.
int descryi_snapshot_add(descryi_snapshot* snapshot, PyObject* descr);

// Adds `descr` and every dtype inside it. Returns 0, or -1 with an exception set.
int descryi_snapshot_add_all(descryi_snapshot* snapshot, PyObject* descr);

// Copies the snapshot's dtypes to `to`, which has room for snapshot->count of them, with references
// of its own.
void descryi_seen_dtypes_keep(descryi_seen_dtype* to, const descryi_snapshot* snapshot);

// Drops these references. May run Python code.
void descryi_seen_dtypes_drop(descryi_seen_dtype* dtypes, Py_ssize_t count);

// The part of descryi_seen_dtype_holds() for sub-arrays, datetime64 and timedelta64.
bool descryi_seen_parts_hold(const descryi_seen_dtype* seen);

// Whether a dtype is as it was.
static inline bool descryi_seen_dtype_holds(const descryi_seen_dtype* seen) {
  if (descryi_np.major == 1) {
    const descryi_descr_1* now = descryi_descr1(seen->descr);
    return now->names == seen->names && now->fields == seen->fields &&
           now->elsize == seen->itemsize && now->alignment == seen->alignment &&
           (unsigned char)now->head.flags_1 == seen->flags &&
           now->head.byteorder == seen->byteorder &&
           (seen->is_plain ? !now->subarray : descryi_seen_parts_hold(seen));
  }
  const descryi_descr_2* now = descryi_descr2(seen->descr);
  return now->names == seen->names && now->fields == seen->fields &&
         now->elsize == seen->itemsize && now->alignment == seen->alignment &&
         now->flags == seen->flags && now->head.byteorder == seen->byteorder &&
         (seen->is_plain ? !now->subarray : descryi_seen_parts_hold(seen));
}

// Whether all of them are. A dtype is looked at only where those before it, which hold it, are as
// they were.
static inline bool descryi_seen_dtypes_hold(const descryi_seen_dtype* dtypes, Py_ssize_t count) {
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!descryi_seen_dtype_holds(&dtypes[i])) return false;
  }
  return true;
}

#endif  // DESCRY_SRC_DTYPE_SNAPSHOT_H_
