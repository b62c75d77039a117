// SPDX-License-Identifier: BSD-3-Clause
// An entry of the borrow table: one region and who holds it now. Borrows of equal regions share an
// entry.
//
// The first part may be read by any thread at any time: all of it is atomic, entries are never
// given back to the allocator, and the generation in `state` changes before anything else does, so
// whoever read a key and then exchanges the state it read before knows that the key was whole.
// Everything else belongs to the holder of the table's lock.
#ifndef DESCRY_SRC_BORROW_ENTRY_H_
#define DESCRY_SRC_BORROW_ENTRY_H_

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/borrow/region.h"

// The bits of an entry's state. Changes of MAY_WRITE, ALIVE and KEPT are made under the table's
// lock only.
#define DESCRYI_READERS UINT64_C(0x7fffffff)  // how many readers hold it
#define DESCRYI_WRITER (UINT64_C(1) << 31)    // a writer holds it
#define DESCRYI_MAY_WRITE \
  (UINT64_C(1) << 32)  // licence: no other entry in the table has a byte in common
#define DESCRYI_ALIVE \
  (UINT64_C(1) << 33)  // licence to read: no entry with a byte in common may write
#define DESCRYI_KEPT (UINT64_C(1) << 34)        // stays in the table when nobody holds it
#define DESCRYI_GENERATION (UINT64_C(1) << 35)  // one unit of the count of lives

#define DESCRYI_INLINE_AXES 2

typedef struct descryi_table_entry {
  _Atomic uint64_t state;
  _Atomic uint64_t lo, hi, run;
  _Atomic uint64_t stride0, count0,
      stride1;  // zeros past `naxes`, and all where that is more than DESCRYI_INLINE_AXES

  struct descryi_table_entry *left,
      *right;               // in its tree; `left` is the next in the list of free entries
  uint64_t place;           // first byte: its address, modulo the tree's step
  uint64_t max_end;         // greatest place + run in this subtree
  uint64_t min_lo, max_hi;  // the range of all in this subtree
  descryi_axis* axes;       // all axes, where they are more than DESCRYI_INLINE_AXES
  uint32_t itemsize;        // of the first array, for messages; UINT32_MAX where it is greater
  uint8_t naxes;
  uint8_t height;
  unsigned char tree : 7;
  unsigned char any_may_write : 1;  // in this subtree
  char kind;                        // of the first array's elements, for messages
} descryi_table_entry;

static inline uint64_t descryi_peek(const _Atomic uint64_t* word) {
  return atomic_load_explicit(word, memory_order_relaxed);
}

static inline void descryi_poke(_Atomic uint64_t* word, uint64_t value) {
  atomic_store_explicit(word, value, memory_order_relaxed);
}

static inline uint64_t descryi_state(const descryi_table_entry* entry) {
  return atomic_load_explicit(&entry->state, memory_order_acquire);
}

// Changes the state from `*seen` to `next`; returns false and updates `*seen` where it is another
// by now.
static inline bool descryi_state_exchange(descryi_table_entry* entry, uint64_t* seen,
                                          uint64_t next) {
  return atomic_compare_exchange_weak_explicit(&entry->state, seen, next, memory_order_acq_rel,
                                               memory_order_acquire);
}

static inline bool descryi_state_is_held(uint64_t state) {
  return (state & (DESCRYI_READERS | DESCRYI_WRITER)) != 0;
}

// Writes what the entry's key says into `region`. REQUIRES: the table's lock is held.
void descryi_table_entry_get_region(const descryi_table_entry* entry, descryi_region* region);

// Makes `region` the entry's key. Returns false where there is no memory for its axes. REQUIRES:
// the table's lock is held and the entry is not alive.
bool descryi_table_entry_set_region(descryi_table_entry* entry, const descryi_region* region);

// Whether the entry's key is exactly `region`. REQUIRES: the table's lock is held.
bool descryi_table_entry_is_for(const descryi_table_entry* entry, const descryi_region* region);

#endif  // DESCRY_SRC_BORROW_ENTRY_H_
