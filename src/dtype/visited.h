// SPDX-License-Identifier: BSD-3-Clause
// A set of pairs of addresses: what a walk through dtypes has been to. Dtypes share what is inside
// them, so that there may be a billion ways to the few that there are. Any thread; no Python runs.
#ifndef DESCRY_SRC_DTYPE_VISITED_H_
#define DESCRY_SRC_DTYPE_VISITED_H_

#include <stddef.h>

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

#endif  // DESCRY_SRC_DTYPE_VISITED_H_
