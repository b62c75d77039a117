// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/entry.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(descryi_table_entry) <= 128, "a live borrow takes at most 128 bytes");

void descryi_table_entry_get_region(const descryi_table_entry* entry, descryi_region* region) {
  region->lo = descryi_peek(&entry->lo);
  region->hi = descryi_peek(&entry->hi);
  region->run = descryi_peek(&entry->run);
  region->naxes = entry->naxes;
  if (entry->axes) {
    memcpy(region->axes, entry->axes, entry->naxes * sizeof(descryi_axis));
    return;
  }
  if (entry->naxes == 0) return;
  uint64_t stride0 = descryi_peek(&entry->stride0), count0 = descryi_peek(&entry->count0);
  region->axes[0] = (descryi_axis){stride0, count0};
  if (entry->naxes == 1) return;
  uint64_t stride1 = descryi_peek(&entry->stride1);
  uint64_t reach = region->hi - region->lo - region->run - stride0 * (count0 - 1);
  region->axes[1] = (descryi_axis){stride1, reach / stride1 + 1};
}

// Makes `region` the entry's key. Returns false where there is no memory for its axes. REQUIRES:
// the table's lock is held and the entry is not alive.
static bool set_region(descryi_table_entry* entry, const descryi_region* region) {
  entry->axes = NULL;
  entry->naxes = (uint8_t)region->naxes;
  bool is_inline = region->naxes <= DESCRYI_INLINE_AXES;
  if (!is_inline) {
    size_t bytes = (size_t)region->naxes * sizeof(descryi_axis);
    entry->axes = malloc(bytes);
    if (!entry->axes) return false;
    memcpy(entry->axes, region->axes, bytes);
  }
  descryi_poke(&entry->lo, region->lo);
  descryi_poke(&entry->hi, region->hi);
  descryi_poke(&entry->run, region->run);
  descryi_poke(&entry->stride0, is_inline && region->naxes > 0 ? region->axes[0].stride : 0);
  descryi_poke(&entry->count0, is_inline && region->naxes > 0 ? region->axes[0].count : 0);
  descryi_poke(&entry->stride1, is_inline && region->naxes > 1 ? region->axes[1].stride : 0);
  return true;
}

bool descryi_table_entry_is_for(const descryi_table_entry* entry, const descryi_region* region) {
  if (descryi_peek(&entry->lo) != region->lo || descryi_peek(&entry->hi) != region->hi ||
      descryi_peek(&entry->run) != region->run || entry->naxes != region->naxes) {
    return false;
  }
  descryi_region own;
  descryi_table_entry_get_region(entry, &own);
  for (int i = 0; i < region->naxes; ++i) {
    // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): both have as many axes.
    if (own.axes[i].stride != region->axes[i].stride) return false;
    if (own.axes[i].count != region->axes[i].count) return false;
  }
  return true;
}

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
  if (!set_region(entry, region)) return NULL;
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

descryi_trace* descryi_trace_add(descryi_trace** list, const descryi_table_entry* entry,
                                 const char* file, int line) {
  descryi_trace* trace = malloc(sizeof(*trace));
  if (!trace) return NULL;
  *trace = (descryi_trace){.next = *list, .entry = entry, .file = file, .line = line};
  if (*list) (*list)->previous = trace;
  *list = trace;
  return trace;
}

void descryi_trace_remove(descryi_trace** list, descryi_trace* trace) {
  if (!trace) return;
  if (trace->next) trace->next->previous = trace->previous;
  *(trace->previous ? &trace->previous->next : list) = trace->next;
  free(trace);
}

const descryi_trace* descryi_trace_find(const descryi_trace* list,
                                        const descryi_table_entry* entry) {
  while (list && list->entry != entry) list = list->next;
  return list;
}
