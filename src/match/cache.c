// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/cache.h"

#include <stdlib.h>

#include "src/base/interpreter.h"
#include "src/schema/counted.h"

// Frees a list of verdicts. May run Python code.
static void free_verdicts(descryi_verdict* first) {
  for (descryi_verdict *next, *each = first; each; each = next) {
    next = each->next;
    descryi_snapshot_items_release(each->dtypes, each->count);
    Py_DECREF(each->expected);
    PyMem_Free(each);
  }
}

static void free_all_verdicts(void* kept) {
  const descryi_cache* cache = kept;
  for (int i = 0; i < DESCRYI_CACHE_WAYS; ++i) free_verdicts(cache->verdicts[i]);
  free_verdicts(cache->replaced);
}

// Frees the cache of a type that is freed.
static void free_cache(void* kept) {
  descryi_run_attached(free_all_verdicts, kept);
  free(kept);
}

// Returns the cache of a type, made now if need be, or NULL. malloc, since it outlives the
// interpreter.
static descryi_cache* cache_of(const descry_type* type) {
  void** place = descryi_cache_place(type);
  void* cache = descryi_load_acquire(place);
  if (cache) return cache;
  descryi_type_on_free(type, DESCRYI_STATE_VERDICTS, free_cache);
  descryi_cache* made = calloc(1, sizeof *made);
  if (!made || descryi_compare_exchange(place, &cache, made)) return made;
  free(made);
  return cache;
}

// Puts a list of verdicts, from `first` to `last`, before those that are to be freed.
static void postpone(descryi_cache* cache, descryi_verdict* first, descryi_verdict* last) {
  void* known = descryi_load_acquire(&cache->replaced);
  do {
    last->next = known;
  } while (!descryi_compare_exchange(&cache->replaced, &known, first));
}

// Frees a verdict that nobody can find any longer, or has one of the next calls do so: somebody may
// have found it before. A reader that comes after these loads finds what is there now.
static void free_replaced(descryi_cache* cache, descryi_verdict* verdict) {
  if (!DESCRYI_FREE_THREADED) {
    free_verdicts(verdict);
    return;
  }
  postpone(cache, verdict, verdict);
  descryi_verdict* first = __atomic_exchange_n(&cache->replaced, NULL, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&cache->readers, __ATOMIC_SEQ_CST) == 0) {
    free_verdicts(first);
  } else if (first) {
    descryi_verdict* last = first;
    while (last->next) last = last->next;
    postpone(cache, first, last);
  }
}

static descryi_verdict* new_verdict(void* key, PyObject* expected, bool matches,
                                    const descryi_snapshot* snapshot) {
  const size_t count = (size_t)snapshot->count;
  descryi_verdict* made = PyMem_Malloc(sizeof *made + count * sizeof *made->dtypes);
  if (!made) return NULL;
  Py_INCREF(expected);
  made->key = key;
  made->expected = expected;
  made->matches = matches;
  made->count = snapshot->count;
  made->next = NULL;
  descryi_snapshot_items_copy(made->dtypes, snapshot);
  made->have_parts = descryi_snapshot_items_have_parts(made->dtypes, made->count);
  return made;
}

// Returns the index of the way that has the key, or else of one that is due. Which is due need not
// be exact, so threads may race for it.
static int find_way(descryi_cache* cache, void* key) {
  for (int i = 0; i < DESCRYI_CACHE_WAYS; ++i) {
    if (descryi_load_acquire(&cache->keys[i]) == key) return i;
  }
  const unsigned due = descryi_load_unsigned(&cache->next);
  descryi_store_unsigned(&cache->next, due + 1);
  return (int)(due % DESCRYI_CACHE_WAYS);
}

// Whoever finds a key beside another one's verdict sees that from the verdict.
void descryi_cache_store(const descry_type* type, PyObject* expected, PyObject* actual, int level,
                         bool matches, const descryi_snapshot* snapshot) {
  void* const key = descryi_cache_key(actual, level);
  descryi_cache* cache = cache_of(type);
  descryi_verdict* verdict = cache ? new_verdict(key, expected, matches, snapshot) : NULL;
  if (!verdict) return;
  const int way = find_way(cache, key);
  descryi_store_release(&cache->keys[way], key);
  descryi_verdict* old = __atomic_exchange_n(&cache->verdicts[way], verdict, __ATOMIC_SEQ_CST);
  if (old) free_replaced(cache, old);
}
