// SPDX-License-Identifier: BSD-3-Clause
// Walks through dtypes: what they have been to, and a snapshot of what they found there, which
// tells when someone changed a dtype in place.
//
// `dtype.names = ...` replaces the names. `dtype.__setstate__` stores whatever it is given: names,
// fields, itemsize, alignment, flags, byte order, sub-array, unit of time. It may be given the very
// names that the dtype has, which `dtype.__reduce__()` hands out. It hands out the very dict of
// fields, too, whose entries can be replaced. So a dtype is the one that was looked at as long as
// all of this is the same, of it and of every dtype inside it that can change at all: the built-in
// ones cannot. GIL held (or thread state attached); no Python runs.
#ifndef DESCRY_SRC_DTYPE_SNAPSHOT_H_
#define DESCRY_SRC_DTYPE_SNAPSHOT_H_

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "src/base/numpy.h"
#include "src/base/python.h"

// A set of pairs of addresses: what a walk through dtypes has been to. Dtypes share what is inside
// them, so that there may be a billion ways to the few that there are. Any thread.
enum { DESCRYI_VISITED_INLINE = 8 };

typedef struct descryi_visit {
  const void* first;
  const void* second;
  ptrdiff_t answer;
} descryi_visit;

// May not be copied or moved.
typedef struct descryi_visited {
  size_t count;
  size_t room;           // 0 as long as `few` is enough; then a power of 2
  descryi_visit* table;  // of a hash, by linear probing; empty where `first` is NULL
  descryi_visit few[DESCRYI_VISITED_INLINE];
} descryi_visited;

// Makes an empty set, to be cleared again.
static inline void descryi_visited_init(descryi_visited* visited) {
  visited->count = 0;
  visited->room = 0;
  visited->table = NULL;
}

// Frees what the set needed beyond itself, and makes it empty.
void descryi_visited_clear(descryi_visited* visited);

// Adds the pair, with an answer of 0 to begin with; `first` is not NULL. Returns 1 where it is new,
// 0 where it was there already, or -1 with a MemoryError. `*out` (which may be NULL) is the pair in
// the set, valid until the next one is added.
int descryi_visited_add(descryi_visited* visited, const void* first, const void* second,
                        descryi_visit** out);

// How many bytes the scalars of a dtype take: kind, byte order, type number, flags, itemsize and
// alignment, which stand in one piece.
enum {
  DESCRYI_SCALARS_1 = offsetof(descryi_descr_1, subarray) - offsetof(descryi_descr, kind),
  DESCRYI_SCALARS_2 = offsetof(descryi_descr_2, metadata) - offsetof(descryi_descr, kind)
};

// All that matters of one dtype, as it was.
typedef struct descryi_snapshot_item {
  PyObject* descr;
  uint64_t scalars[DESCRYI_SCALARS_2 / sizeof(uint64_t)];
  const descryi_subarray* subarray;
  PyObject* fields;
  PyObject* names;
  // The version of the dict of fields, and where it stands now.
  uint64_t version;
  const uint64_t* version_place;
  // The parts, which only some dtypes have: the keys and values of the dict of fields, where dicts
  // have no versions; what a sub-array repeats, and its shape; the unit and count of a datetime64
  // or timedelta64. NULL and 0 where there are none.
  PyObject* entries;
  PyObject* base;
  PyObject* shape;
  int unit, count;
} descryi_snapshot_item;

// The dtypes that a walk came across, each once, in the order of the walk: what is inside of
// another one comes after it. All references but `entries` are borrowed from the dtype that was
// walked through. May not be copied or moved.
enum { DESCRYI_SNAPSHOT_INLINE = 4 };
typedef struct descryi_snapshot {
  Py_ssize_t count;
  Py_ssize_t room;
  descryi_snapshot_item* items;
  descryi_snapshot_item few[DESCRYI_SNAPSHOT_INLINE];
  descryi_visited visited;
} descryi_snapshot;

// Makes an empty snapshot, to be cleared again.
void descryi_snapshot_init(descryi_snapshot* snapshot);

// Frees what the snapshot needed beyond itself. May run Python code.
void descryi_snapshot_clear(descryi_snapshot* snapshot);

// Adds `descr`, if it can change. Returns 1 where it is new, 0 where it was there already or cannot
// change, or -1 with an exception set.
int descryi_snapshot_add(descryi_snapshot* snapshot, PyObject* descr);

// Adds `descr` and every dtype inside it. Returns 0, or -1 with an exception set.
int descryi_snapshot_add_all(descryi_snapshot* snapshot, PyObject* descr);

// Copies the snapshot's dtypes to `to`, which has room for snapshot->count of them, with references
// of its own.
void descryi_snapshot_items_copy(descryi_snapshot_item* to, const descryi_snapshot* snapshot);

// Drops these references. May run Python code.
void descryi_snapshot_items_release(descryi_snapshot_item* items, Py_ssize_t count);

// Whether any of these dtypes has parts.
bool descryi_snapshot_items_have_parts(const descryi_snapshot_item* items, Py_ssize_t count);

// Whether the parts of all of them are as they were.
bool descryi_snapshot_parts_unchanged(const descryi_snapshot_item* items, Py_ssize_t count);

// Returns where a dtype keeps its scalars.
static inline const char* descryi_descr_scalars(PyObject* descr) {
  return (const char*)descr + offsetof(descryi_descr, kind);
}

// Whether the first `count` words of the scalars are as they were.
static inline bool descryi_snapshot_scalars_unchanged(const descryi_snapshot_item* item,
                                                      size_t count) {
  const char* const scalars = descryi_descr_scalars(item->descr);
  for (size_t i = 0; i < count; ++i) {
    uint64_t now;
    memcpy(&now, scalars + i * sizeof now, sizeof now);
    if (now != item->scalars[i]) return false;
  }
  return true;
}

// Whether the dict of fields, the same as before, was not changed; true where it has no version.
static inline bool descryi_snapshot_version_unchanged(const descryi_snapshot_item* item) {
  return __atomic_load_n(item->version_place, __ATOMIC_RELAXED) == item->version;
}

// Whether all dtypes are as they were, but for their parts. Every view and every descry_dtype()
// asks this, so it compares words, and is to be part of its caller: a call would cost what it does.
__attribute__((always_inline)) static inline bool descryi_snapshot_words_unchanged(
    const descryi_snapshot_item* items, Py_ssize_t count) {
  const descryi_snapshot_item* item = items;
  if (descryi_np.major == 1) {
    for (; count; --count, ++item) {
      const descryi_descr_1* now = descryi_descr1(item->descr);
      if (!descryi_snapshot_scalars_unchanged(item, 2) || now->subarray != item->subarray ||
          now->fields != item->fields || now->names != item->names ||
          !descryi_snapshot_version_unchanged(item)) {
        return false;
      }
    }
    return true;
  }
  for (; count; --count, ++item) {
    const descryi_descr_2* now = descryi_descr2(item->descr);
    if (!descryi_snapshot_scalars_unchanged(item, 4) || now->subarray != item->subarray ||
        now->fields != item->fields || now->names != item->names ||
        !descryi_snapshot_version_unchanged(item)) {
      return false;
    }
  }
  return true;
}

// Whether all of them are as they were; `have_parts` says whether any has parts. Each is held by
// whoever remembers it.
__attribute__((always_inline)) static inline bool descryi_snapshot_items_unchanged(
    const descryi_snapshot_item* items, Py_ssize_t count, bool have_parts) {
  return descryi_snapshot_words_unchanged(items, count) &&
         (!have_parts || descryi_snapshot_parts_unchanged(items, count));
}

#endif  // DESCRY_SRC_DTYPE_SNAPSHOT_H_
