// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/cache.h"

#include <stdlib.h>

bool descryi_cache_inside_holds(const descryi_cache_way* way, unsigned count, unsigned sequence) {
  const descryi_cache_block* block = descryi_load_acquire(&way->blocks);
  for (unsigned i = 0; i < count; ++i) {
    const unsigned place = i % DESCRYI_CACHE_BLOCK;
    if (i && place == 0) block = descryi_load_acquire(&block->next);
    const descryi_cache_record* record = &block->records[place];
    PyObject* descr = descryi_load_acquire(&record->descr);
    void* const names = descryi_load_acquire(&record->names);
    // Only now is it sure that the dtype is one of those that the caller keeps alive.
    if (descryi_load_unsigned(&way->sequence) != sequence) return false;
    if (descryi_descr_names(descr) != names) return false;
  }
  return true;
}

// Returns the cache of a type, made now if need be, or NULL. malloc, since it outlives the
// interpreter.
static descryi_cache* cache_of(const descry_type* type) {
  void** place = descryi_cache_place(type);
  void* cache = descryi_load_acquire(place);
  if (cache) return cache;
  descryi_cache* made = calloc(1, sizeof *made);
  if (!made || descryi_compare_exchange(place, &cache, made)) return made;
  free(made);
  return cache;
}

// Makes the caller the only one to write a way. Returns false where someone else is.
static bool take(descryi_cache_way* way) {
  unsigned sequence = descryi_load_unsigned(&way->sequence);
  return !(sequence & 1) && __atomic_compare_exchange_n(&way->sequence, &sequence, sequence + 1,
                                                        false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void give_back(descryi_cache_way* way) {
  descryi_store_unsigned(&way->sequence, descryi_load_unsigned(&way->sequence) + 1);
}

// Returns the index of a way that is the caller's: the one that has the key, or one that is due; or
// -1. Which is due need not be exact, so threads may race for it.
static int take_way(descryi_cache* cache, void* key) {
  for (int i = 0; i < DESCRYI_CACHE_WAYS; ++i) {
    if (descryi_load_acquire(&cache->keys[i]) == key) return take(&cache->ways[i]) ? i : -1;
  }
  const unsigned due = descryi_load_unsigned(&cache->next);
  descryi_store_unsigned(&cache->next, due + 1);
  const int index = (int)(due % DESCRYI_CACHE_WAYS);
  return take(&cache->ways[index]) ? index : -1;
}

// Returns the next block, made if need be, or NULL.
static descryi_cache_block* next_block(void** place) {
  descryi_cache_block* block = descryi_load_acquire(place);
  if (block) return block;
  block = calloc(1, sizeof *block);
  if (block) descryi_store_release(place, block);
  return block;
}

// Makes room for `count` records. Returns whether there is.
static bool make_room(descryi_cache_way* way, Py_ssize_t count) {
  void** place = &way->blocks;
  for (; count > 0; count -= DESCRYI_CACHE_BLOCK) {
    descryi_cache_block* block = next_block(place);
    if (!block) return false;
    place = &block->next;
  }
  return true;
}

// Puts `object` (or NULL) where another one was, which is dropped. That may run Python code, and
// even come here again: the way is taken all the while, and nobody waits for it.
static void replace(void** place, PyObject* object) {
  PyObject* old = descryi_load_acquire(place);
  Py_XINCREF(object);
  descryi_store_release(place, object);
  Py_XDECREF(old);
}

// Sets the records of a way to the `count` at `seen`, and all others that it has room for to none.
static void replace_records(descryi_cache_way* way, const descryi_seen_record* seen,
                            Py_ssize_t count) {
  Py_ssize_t i = 0;
  for (descryi_cache_block* block = way->blocks; block; block = block->next) {
    for (int place = 0; place < DESCRYI_CACHE_BLOCK; ++place, ++i) {
      replace(&block->records[place].descr, i < count ? seen[i].descr : NULL);
      replace(&block->records[place].names, i < count ? seen[i].names : NULL);
    }
  }
}

// Empties a way that the caller has taken.
static void empty(descryi_cache_way* way, void** key) {
  descryi_store_release(key, NULL);
  replace_records(way, NULL, 0);
  replace(&way->own, NULL);
  replace(&way->names, NULL);
  replace(&way->descr, NULL);
}

void descryi_cache_store(const descry_type* type, PyObject* own, PyObject* descr, int level,
                         bool matches, const descryi_seen* seen) {
  descryi_cache* cache = cache_of(type);
  void* const key = descryi_cache_key(descr, level);
  const int index = cache ? take_way(cache, key) : -1;
  if (index < 0) return;

  descryi_cache_way* way = &cache->ways[index];
  const Py_ssize_t inside = seen->count > 1 ? seen->count - 1 : 0;
  if (make_room(way, inside)) {
    empty(way, &cache->keys[index]);
    replace_records(way, seen->records + 1, inside);
    replace(&way->own, own);
    replace(&way->names, descryi_descr_names(descr));
    replace(&way->descr, descr);
    descryi_store_unsigned(&way->answer, 2 * (unsigned)inside + matches);
    descryi_store_release(&cache->keys[index], key);
  }
  give_back(way);
}
