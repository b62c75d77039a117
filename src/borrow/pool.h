// SPDX-License-Identifier: BSD-3-Clause
// Where entries come from and go to. They are recycled and never given back to the allocator while
// the table lives, for threads without the lock may still look at an entry that is no longer in
// use. REQUIRES: the table's lock is held.
#ifndef DESCRY_SRC_BORROW_POOL_H_
#define DESCRY_SRC_BORROW_POOL_H_

#include <stddef.h>

#include "src/borrow/entry.h"

#define DESCRYI_SLAB_ENTRIES 64

typedef struct descryi_slab {
  struct descryi_slab* next;
  descryi_table_entry entries[DESCRYI_SLAB_ENTRIES];
} descryi_slab;

typedef struct descryi_pool {
  descryi_slab* slabs;
  descryi_table_entry* free_entries;
} descryi_pool;

// Returns an entry that is not alive, with its key set, or NULL where there is no memory.
descryi_table_entry* descryi_pool_take(descryi_pool* pool, const descryi_region* region);

// Takes back an entry that is not alive.
void descryi_pool_give(descryi_pool* pool, descryi_table_entry* entry);

// Frees all memory. REQUIRES: no thread uses the table.
void descryi_pool_clear(descryi_pool* pool);

#endif  // DESCRY_SRC_BORROW_POOL_H_
