// SPDX-License-Identifier: BSD-3-Clause
// The records that a type was compared with, and the verdicts: a few of each type, each for one
// dtype at one level. Bounded, lock-free to read, holding references.
//
// A verdict holds as long as the dtype, and what is inside of it that the verdict rests on, are as
// they were. It never changes, and is replaced as a whole. With a GIL it is freed at once: whoever
// reads it has the GIL and runs no Python code meanwhile. Without one, readers are counted, and
// what was replaced is freed once there are none.
//
// Once NumPy's interpreter has ended descry_dtype() fails before anyone comes here, so that the
// references are simply forgotten. GIL held (or thread state attached).
#ifndef DESCRY_SRC_MATCH_CACHE_H_
#define DESCRY_SRC_MATCH_CACHE_H_

#include <descry/type.h>
#include <stddef.h>

#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/base/threads.h"
#include "src/dtype/snapshot.h"

enum { DESCRYI_CACHE_WAYS = 8 };

// What descryi_cache_find() answers where it doesn't know.
enum { DESCRYI_CACHE_UNKNOWN = -1 };

typedef struct descryi_verdict {
  void* key;           // descryi_cache_key()
  PyObject* expected;  // strong: the type's dtype then
  bool matches;
  bool have_parts;  // any of `dtypes` has; see snapshot.h
  Py_ssize_t count;
  struct descryi_verdict* next;     // of those that were replaced
  descryi_snapshot_item dtypes[1];  // `count` of them, the dtype itself first
} descryi_verdict;

typedef struct descryi_cache {
  void* keys[DESCRYI_CACHE_WAYS];      // atomic: those of the verdicts, or NULL
  void* verdicts[DESCRYI_CACHE_WAYS];  // atomic
  unsigned next;                       // the way to use next
  unsigned readers;                    // atomic; without a GIL
  void* replaced;                      // atomic: a list of verdicts; without a GIL
} descryi_cache;

// Remembers that `actual`, a record, matches `expected`, the dtype of `type`, at `level`, or does
// not; `snapshot` is what the verdict rests on, `actual` itself first. Raises nothing: where memory
// is short, nothing is remembered. May run Python code.
void descryi_cache_store(const descry_type* type, PyObject* expected, PyObject* actual, int level,
                         bool matches, const descryi_snapshot* snapshot);

// Where a type keeps its cache.
static inline void** descryi_cache_place(const descry_type* type) { return &type->state->verdicts; }

// One word for a dtype and a level, which is 0 or 1: objects are at even addresses.
static inline void* descryi_cache_key(PyObject* actual, int level) { return (char*)actual + level; }

// Returns what a way says under `key`, if it still has that key.
static inline int descryi_cache_ask(const descryi_cache* cache, int index, void* key,
                                    PyObject* expected) {
  const descryi_verdict* verdict =
      (const descryi_verdict*)descryi_load_acquire(&cache->verdicts[index]);
  if (!verdict || verdict->key != key || verdict->expected != expected ||
      !descryi_snapshot_items_unchanged(verdict->dtypes, verdict->count, verdict->have_parts)) {
    return DESCRYI_CACHE_UNKNOWN;
  }
  return verdict->matches;
}

// Returns 1 where `actual` is known to match, 0 where it is known not to, DESCRYI_CACHE_UNKNOWN
// otherwise. `expected` is the type's dtype, as descry_dtype() just gave it.
static inline int descryi_cache_find(const descry_type* type, PyObject* expected, PyObject* actual,
                                     int level) {
  descryi_cache* cache = (descryi_cache*)descryi_load_acquire(descryi_cache_place(type));
  int answer = DESCRYI_CACHE_UNKNOWN;
  if (!cache) return answer;
  void* const key = descryi_cache_key(actual, level);
  if (DESCRYI_FREE_THREADED) __atomic_fetch_add(&cache->readers, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < DESCRYI_CACHE_WAYS; ++i) {
    if (descryi_load_acquire(&cache->keys[i]) != key) continue;
    answer = descryi_cache_ask(cache, i, key, expected);
    break;
  }
  if (DESCRYI_FREE_THREADED) __atomic_fetch_sub(&cache->readers, 1, __ATOMIC_SEQ_CST);
  return answer;
}

#endif  // DESCRY_SRC_MATCH_CACHE_H_
