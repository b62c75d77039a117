// SPDX-License-Identifier: BSD-3-Clause
// The records that a type was compared with, and the verdicts: a few ways, each with one dtype at
// one level. Bounded, lock-free to read, holding references.
//
// A verdict holds as long as the dtype, and the records inside it that the verdict rests on, have
// the names tuples that they had: whatever changes a dtype in place replaces them.
//
// Each way is a sequence lock on which nobody waits: a reader that meets a writer answers
// "unknown", and a writer that meets another one leaves without having stored. What a reader
// follows a pointer to is either kept alive by its caller (the dtype, whose names it has just found
// unchanged, and what is in it) or never freed (the blocks). Once NumPy's interpreter has ended
// descry_dtype() fails before anyone comes here, so that the references are simply forgotten. GIL
// held (or thread state attached).
#ifndef DESCRY_SRC_MATCH_CACHE_H_
#define DESCRY_SRC_MATCH_CACHE_H_

#include <descry/type.h>
#include <stddef.h>

#include "src/base/atomic.h"
#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/match/seen.h"

enum { DESCRYI_CACHE_WAYS = 8, DESCRYI_CACHE_BLOCK = 15 };

// What descryi_cache_find() answers where it doesn't know.
enum { DESCRYI_CACHE_UNKNOWN = -1 };

// A record inside the dtype, and its names.
typedef struct descryi_cache_record {
  void* descr;
  void* names;
} descryi_cache_record;

// Room for more of them. Once there, a block stays.
typedef struct descryi_cache_block {
  void* next;
  descryi_cache_record records[DESCRYI_CACHE_BLOCK];
} descryi_cache_block;

// All pointers to objects are strong references.
typedef struct descryi_cache_way {
  unsigned sequence;  // odd while someone writes
  unsigned answer;    // twice the number of records in `blocks`, plus 1 for a match
  void* own;          // the type's own dtype then
  void* descr;
  void* names;
  void* blocks;
} descryi_cache_way;

typedef struct descryi_cache {
  void* keys[DESCRYI_CACHE_WAYS];  // descryi_cache_key(), or NULL
  descryi_cache_way ways[DESCRYI_CACHE_WAYS];
  unsigned next;  // the way to use next
} descryi_cache;

// Whether the records inside are as they were, and the way still what it was at `sequence`.
bool descryi_cache_inside_holds(const descryi_cache_way* way, unsigned count, unsigned sequence);

// Remembers that `descr`, a record, matches `own`, the dtype of `type`, at `level`, or does not;
// `seen` is what the verdict rests on, `descr` itself first. Raises nothing: where memory is short,
// nothing is remembered.
void descryi_cache_store(const descry_type* type, PyObject* own, PyObject* descr, int level,
                         bool matches, const descryi_seen* seen);

// Where a type keeps its cache.
static inline void** descryi_cache_place(const descry_type* type) { return &type->state->verdicts; }

// One word for a dtype and a level, which is 0 or 1: objects are at even addresses.
static inline void* descryi_cache_key(PyObject* descr, int level) { return (char*)descr + level; }

// Returns what a way says of `descr`, if it is still the way of `key`.
static inline int descryi_cache_ask(const descryi_cache* cache, int index, void* key, PyObject* own,
                                    PyObject* descr) {
  const descryi_cache_way* way = &cache->ways[index];
  const unsigned sequence = descryi_load_unsigned(&way->sequence);
  const unsigned answer = descryi_load_unsigned(&way->answer);
  if ((sequence & 1) || descryi_load_acquire(&cache->keys[index]) != key ||
      descryi_load_acquire(&way->own) != own ||
      descryi_load_acquire(&way->names) != descryi_descr_names(descr) ||
      descryi_load_unsigned(&way->sequence) != sequence) {
    return DESCRYI_CACHE_UNKNOWN;
  }
  if (answer > 1 && !descryi_cache_inside_holds(way, answer >> 1, sequence)) {
    return DESCRYI_CACHE_UNKNOWN;
  }
  return (int)(answer & 1);
}

// Returns 1 where `descr` is known to match, 0 where it is known not to, DESCRYI_CACHE_UNKNOWN
// otherwise. `own` is the type's own dtype, as descry_dtype() just gave it.
static inline int descryi_cache_find(const descry_type* type, PyObject* own, PyObject* descr,
                                     int level) {
  const descryi_cache* cache =
      (const descryi_cache*)descryi_load_acquire(descryi_cache_place(type));
  if (!cache) return DESCRYI_CACHE_UNKNOWN;
  void* const key = descryi_cache_key(descr, level);
  for (int i = 0; i < DESCRYI_CACHE_WAYS; ++i) {
    if (descryi_load_acquire(&cache->keys[i]) == key) {
      return descryi_cache_ask(cache, i, key, own, descr);
    }
  }
  return DESCRYI_CACHE_UNKNOWN;
}

#endif  // DESCRY_SRC_MATCH_CACHE_H_
