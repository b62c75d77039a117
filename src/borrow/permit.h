// SPDX-License-Identifier: BSD-3-Clause
// Which entries of a table may be taken without its lock: those that have a permit, and stand in
// its slots. Here permits are granted and withdrawn. REQUIRES, where nothing else is said: the
// table's lock is held.
#ifndef DESCRY_SRC_BORROW_PERMIT_H_
#define DESCRY_SRC_BORROW_PERMIT_H_

#include "src/base/threads.h"
#include "src/borrow/entry.h"
#include "src/borrow/table.h"

#define DESCRYI_SLOT_BITS 10
#define DESCRYI_KEPT_ENTRIES 256

// An entry that may stay in the table when nobody holds it, until as many others were kept after
// it. One that is held when its stay ends is kept anew at its last release.
typedef struct descryi_kept_entry {
  descryi_table_entry* entry;
  uint64_t generation;
} descryi_kept_entry;

struct descryi_table {
  // The entries last found for a hash: hints, read without the lock.
  _Atomic(descryi_table_entry*) slots[1 << DESCRYI_SLOT_BITS];
  // Guards all that follows.
  descryi_lock lock;
  descryi_index index;
  descryi_pool pool;
  descryi_kept_entry kept[DESCRYI_KEPT_ENTRIES];
  unsigned next_kept;
  bool tracing;
  descryi_trace* traces;
  descryi_table_entry* evicted[DESCRYI_KEPT_ENTRIES];  // for the time of one acquire
};

// Two slots serve each range of bytes: this one, and the one whose number differs in the last bit.
// Any thread, with or without the lock.
static inline size_t descryi_slot_of(uint64_t lo, uint64_t hi) {
  uint64_t hash = lo * UINT64_C(0x9e3779b97f4a7c15) + hi * UINT64_C(0xd6e8feb86659fd93);
  return (size_t)(hash >> (64 - DESCRYI_SLOT_BITS));
}

static inline descryi_table_entry* descryi_slot_entry(descryi_table* table, size_t slot) {
  return atomic_load_explicit(&table->slots[slot], memory_order_acquire);
}

// Takes the region, and withdraws the permits that conflict with that. Returns its entry, or NULL
// with `*blocker` set to what conflicts and is held, or to NULL without memory.
descryi_table_entry* descryi_permit_take(descryi_table* table, const descryi_region* region,
                                         const descryi_memory* memory, bool exclusive,
                                         descryi_table_entry** blocker);

// Keeps an entry that is held in the table for a while after its release, where its slots lead to
// it.
void descryi_permit_keep(descryi_table* table, descryi_table_entry* entry);

#endif  // DESCRY_SRC_BORROW_PERMIT_H_
