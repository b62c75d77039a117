// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/visited.h"

#include <stdint.h>

#include "src/base/python.h"

void descryi_visited_clear(descryi_visited* visited) {
  PyMem_Free(visited->table);
  descryi_visited_init(visited);
}

static size_t hash_of(const void* first, const void* second) {
  uint64_t hash = (uint64_t)(uintptr_t)first * UINT64_C(0x9E3779B97F4A7C15);
  hash = (hash ^ (hash >> 29) ^ (uint64_t)(uintptr_t)second) * UINT64_C(0xBF58476D1CE4E5B9);
  return (size_t)(hash ^ (hash >> 32));
}

// Returns the pair's place in the table: where it is, or an empty one.
static descryi_visit* place_in_table(const descryi_visited* visited, const void* first,
                                     const void* second) {
  size_t i = hash_of(first, second) & (visited->room - 1);
  for (;; i = (i + 1) & (visited->room - 1)) {
    descryi_visit* place = &visited->table[i];
    if (!place->first || (place->first == first && place->second == second)) return place;
  }
}

// Makes the table larger, or the first one.
static int grow(descryi_visited* visited) {
  const descryi_visited old = *visited;
  const size_t room = old.room ? 4 * old.room : 8 * (size_t)DESCRYI_VISITED_INLINE;
  descryi_visit* table = descryi_calloc(room, sizeof *table);
  if (!table) {
    PyErr_NoMemory();
    return -1;
  }
  visited->table = table;
  visited->room = room;
  const descryi_visit* from = old.room ? old.table : old.few;
  const size_t count = old.room ? old.room : old.count;
  for (size_t i = 0; i < count; ++i) {
    if (from[i].first) *place_in_table(visited, from[i].first, from[i].second) = from[i];
  }
  PyMem_Free(old.table);
  return 0;
}

// Returns the pair among the few, or NULL.
static descryi_visit* find_in_few(descryi_visited* visited, const void* first, const void* second) {
  for (size_t i = 0; i < visited->count; ++i) {
    descryi_visit* visit = &visited->few[i];
    if (visit->first == first && visit->second == second) return visit;
  }
  return NULL;
}

int descryi_visited_add(descryi_visited* visited, const void* first, const void* second,
                        descryi_visit** out) {
  descryi_visit* found = visited->room ? NULL : find_in_few(visited, first, second);
  int is_new = 0;
  if (!found) {
    const size_t most = visited->room ? visited->room / 2 : DESCRYI_VISITED_INLINE;
    if (visited->count == most && grow(visited) < 0) return -1;
    found = visited->room ? place_in_table(visited, first, second) : &visited->few[visited->count];
    is_new = !visited->room || !found->first;
    if (is_new) {
      *found = (descryi_visit){first, second, 0};
      ++visited->count;
    }
  }
  if (out) *out = found;
  return is_new;
}
