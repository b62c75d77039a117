// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/pool.h"

#include <stdlib.h>

static void push(descryi_pool* pool, descryi_table_entry* entry) {
  entry->left = pool->free_entries;
  pool->free_entries = entry;
}

static bool add_slab(descryi_pool* pool) {
  descryi_slab* slab = calloc(1, sizeof(*slab));
  if (!slab) return false;
  slab->next = pool->slabs;
  pool->slabs = slab;
  for (int i = 0; i < DESCRYI_SLAB_ENTRIES; ++i) push(pool, &slab->entries[i]);
  return true;
}

descryi_table_entry* descryi_pool_take(descryi_pool* pool, const descryi_region* region) {
  if (!pool->free_entries && !add_slab(pool)) return NULL;
  descryi_table_entry* entry = pool->free_entries;
  descryi_table_entry* next = entry->left;
  if (!descryi_table_entry_set_region(entry, region)) return NULL;
  pool->free_entries = next;
  return entry;
}

void descryi_pool_give(descryi_pool* pool, descryi_table_entry* entry) {
  free(entry->axes);
  entry->axes = NULL;
  push(pool, entry);
}

void descryi_pool_clear(descryi_pool* pool) {
  while (pool->slabs) {
    descryi_slab* slab = pool->slabs;
    pool->slabs = slab->next;
    for (int i = 0; i < DESCRYI_SLAB_ENTRIES; ++i) free(slab->entries[i].axes);
    free(slab);
  }
  pool->free_entries = NULL;
}
