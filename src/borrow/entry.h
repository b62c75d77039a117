// SPDX-License-Identifier: BSD-3-Clause
// An entry of the borrow table: one region and who holds it now; and the structures that entries
// stand in. Borrows of equal regions share an entry.
//
// The first part of an entry may be read by any thread at any time: all of it is atomic, entries
// are never given back to the allocator, and the generation in `state` changes before anything else
// does, so whoever read a key and then exchanges the state it read before knows that the key was
// whole. Everything else belongs to the holder of the table's lock.
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
// Permits writing: no other entry in the table has a byte in common.
#define DESCRYI_MAY_WRITE (UINT64_C(1) << 32)
// Permits reading: no entry with a byte in common may write.
#define DESCRYI_ALIVE (UINT64_C(1) << 33)
#define DESCRYI_KEPT (UINT64_C(1) << 34)        // stays in the table when nobody holds it
#define DESCRYI_GENERATION (UINT64_C(1) << 35)  // one unit of the count of lives

#define DESCRYI_INLINE_AXES 2

typedef struct descryi_table_entry {
  _Atomic uint64_t state;
  _Atomic uint64_t lo, hi, run;
  // Zeros past `naxes`, and all where that is more than DESCRYI_INLINE_AXES.
  _Atomic uint64_t stride0, count0, stride1;

  // In its tree; `left` is the next in the list of free entries.
  struct descryi_table_entry *left, *right;
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

// Returns which of its lives an entry is in.
static inline uint64_t descryi_state_generation(uint64_t state) {
  return state / DESCRYI_GENERATION;
}

// What taking an entry adds to its state.
static inline uint64_t descryi_state_share(bool exclusive) {
  return exclusive ? DESCRYI_WRITER : 1;
}

// Whether an entry may be taken in this state: one reader too many would be a writer.
static inline bool descryi_state_permits(uint64_t state, bool exclusive) {
  const uint64_t held = DESCRYI_READERS | DESCRYI_WRITER;
  if (exclusive) return (state & (DESCRYI_MAY_WRITE | held)) == DESCRYI_MAY_WRITE;
  return (state & DESCRYI_ALIVE) && !((state | (state + 1)) & DESCRYI_WRITER);
}

// Takes the entry where its state alone allows it, whose generation is that of `*state`. Returns
// false where it does not. `*state` is then the state right after.
static inline bool descryi_table_entry_take(descryi_table_entry* entry, uint64_t* state,
                                            bool exclusive) {
  const uint64_t generation = descryi_state_generation(*state);
  do {
    if (!descryi_state_permits(*state, exclusive) || descryi_state_generation(*state) != generation)
      return false;
  } while (!descryi_state_exchange(entry, state, *state + descryi_state_share(exclusive)));
  *state += descryi_state_share(exclusive);
  return true;
}

// Writes what the entry's key says into `region`. REQUIRES: the table's lock is held.
void descryi_table_entry_get_region(const descryi_table_entry* entry, descryi_region* region);

// Whether the entry's key is exactly `region`. REQUIRES: the table's lock is held.
bool descryi_table_entry_is_for(const descryi_table_entry* entry, const descryi_region* region);

// Where entries come from and go to. They are recycled and never given back to the allocator while
// the table lives, for threads without the lock may still look at an entry that is no longer in
// use. REQUIRES: the table's lock is held.

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

// The entries of a table in search order, so that those which may meet a region are found without a
// walk over all of them.
//
// The index is a few balanced trees (AVL). Regions without axes stand in the first, in order of
// address. Each other tree is for one stride: the columns of a matrix all span the same addresses,
// but modulo the row's length they lie side by side, so they are ordered by that. Strides that get
// no tree of their own share the first. REQUIRES for all: one thread at a time.

#define DESCRYI_TREES 16

typedef struct descryi_tree {
  uint64_t step;  // bytes; 0 in the first tree, and in one that is free
  descryi_table_entry* root;
} descryi_tree;

typedef struct descryi_index {
  descryi_tree trees[DESCRYI_TREES];
} descryi_index;

// Puts an entry whose key is set in its tree. REQUIRES: it is in none.
void descryi_index_insert(descryi_index* index, descryi_table_entry* entry);

void descryi_index_remove(descryi_index* index, descryi_table_entry* entry);

// Returns the entry with exactly this region, or NULL.
descryi_table_entry* descryi_index_find(const descryi_index* index, const descryi_region* region);

// Brings what the trees know of the entry's DESCRYI_MAY_WRITE up to date after it was granted.
void descryi_index_refresh(descryi_index* index, descryi_table_entry* entry);

// Called with entries that may meet the region; some more than once. May take DESCRYI_MAY_WRITE
// from the entry. Returns false to end the walk.
typedef bool descryi_visitor(descryi_table_entry* entry, void* context);

// Visits all entries that share a byte with `region`, and some that do not; with `writable_only`,
// not those that lack DESCRYI_MAY_WRITE. Returns false when the visitor ended the walk.
bool descryi_index_visit(descryi_index* index, const descryi_region* region, bool writable_only,
                         descryi_visitor* visitor, void* context);

// Where borrows were taken, for tables that keep traces. REQUIRES for all: the table's lock is
// held.

typedef struct descryi_trace {
  struct descryi_trace *previous, *next;
  const descryi_table_entry* entry;
  const char* file;  // or NULL
  int line;
} descryi_trace;

// Returns a new trace at the head of `list`, or NULL where there is no memory.
descryi_trace* descryi_trace_add(descryi_trace** list, const descryi_table_entry* entry,
                                 const char* file, int line);

// Takes a trace off `list` and frees it. NULL is fine.
void descryi_trace_remove(descryi_trace** list, descryi_trace* trace);

// Returns the last trace of a borrow of this entry, or NULL.
const descryi_trace* descryi_trace_find(const descryi_trace* list,
                                        const descryi_table_entry* entry);

#endif  // DESCRY_SRC_BORROW_ENTRY_H_
