// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/table.h"

#include <stdlib.h>

#include "src/borrow/permit.h"

// The common path of a borrow is one piece, with the rest out of its way.
#define DESCRYI_INLINE inline __attribute__((always_inline))
#define DESCRYI_APART __attribute__((noinline))
#define DESCRYI_COLD __attribute__((cold, noinline))

static bool take_for(descryi_table_entry* entry, uint64_t state, bool exclusive,
                     descryi_table_borrow* borrow) {
  if (!descryi_table_entry_take(entry, &state, exclusive)) return false;
  borrow->entry = entry;
  borrow->trace = NULL;
  borrow->state = state;
  borrow->exclusive = exclusive;
  return true;
}

// Whether the entry, if there is one, is that of the bytes [lo, hi). `*state` was read before the
// key: whether the key is theirs, only an exchange of that state proves. A run as long as the range
// says that there are no axes.
static DESCRYI_INLINE bool is_run(const descryi_table_entry* entry, uint64_t lo, uint64_t hi,
                                  uint64_t* state) {
  if (!entry) return false;
  *state = descryi_state(entry);
  return descryi_peek(&entry->lo) == lo && descryi_peek(&entry->hi) == hi &&
         descryi_peek(&entry->run) == hi - lo;
}

// Takes bytes without the lock, where a slot has their entry, its state permits it, and no other
// thread is at it. This is what a borrow mostly costs, so it tries just once.
static DESCRYI_INLINE bool take_run_from_slots(descryi_table* table, uint64_t lo, uint64_t hi,
                                               bool exclusive, descryi_table_borrow* borrow) {
  uint64_t state;
  const size_t slot = descryi_slot_of(lo, hi);
  descryi_table_entry* entry = descryi_slot_entry(table, slot);
  if (!is_run(entry, lo, hi, &state)) {
    entry = descryi_slot_entry(table, slot ^ 1);
    if (!is_run(entry, lo, hi, &state)) return false;
  }
  if (!descryi_state_permits(state, exclusive)) return false;
  const uint64_t next = state + descryi_state_share(exclusive);
  borrow->entry = entry;
  borrow->trace = NULL;
  borrow->state = next;
  borrow->exclusive = exclusive;
  return descryi_state_exchange(entry, &state, next);
}

bool descryi_table_acquire_run(descryi_table* table, uint64_t lo, uint64_t hi, bool exclusive,
                               descryi_table_borrow* borrow) {
  return take_run_from_slots(table, lo, hi, exclusive, borrow);
}

static bool seems_for(const descryi_table_entry* entry, const descryi_region* region) {
  const descryi_axis* axes = region->axes;
  return descryi_peek(&entry->lo) == region->lo && descryi_peek(&entry->hi) == region->hi &&
         descryi_peek(&entry->run) == region->run &&
         descryi_peek(&entry->stride0) == (region->naxes > 0 ? axes[0].stride : 0) &&
         descryi_peek(&entry->count0) == (region->naxes > 0 ? axes[0].count : 0) &&
         descryi_peek(&entry->stride1) == (region->naxes > 1 ? axes[1].stride : 0);
}

// The same for any region, as often as other threads come in between.
static bool take_from_slots(descryi_table* table, const descryi_region* region, bool exclusive,
                            descryi_table_borrow* borrow) {
  if (region->naxes > DESCRYI_INLINE_AXES) return false;
  size_t slot = descryi_slot_of(region->lo, region->hi);
  for (size_t i = 0; i < 2; ++i) {
    descryi_table_entry* entry = descryi_slot_entry(table, slot ^ i);
    if (!entry) continue;
    uint64_t state = descryi_state(entry);
    if (seems_for(entry, region) && take_for(entry, state, exclusive, borrow)) return true;
  }
  return false;
}

static void describe_entry(const descryi_table* table, const descryi_table_entry* entry,
                           descryi_borrowed* out) {
  uint64_t state = descryi_state(entry);
  const descryi_trace* trace = descryi_trace_find(table->traces, entry);
  bool exclusive = (state & DESCRYI_WRITER) != 0;
  uint32_t readers = (uint32_t)(state & DESCRYI_READERS);
  *out = (descryi_borrowed){
      .lo = descryi_peek(&entry->lo),
      .hi = descryi_peek(&entry->hi),
      .itemsize = entry->itemsize,
      .kind = entry->kind,
      .exclusive = exclusive,
      .count = exclusive || readers == 0 ? 1 : readers,  // what conflicted may be gone by now
      .file = trace ? trace->file : NULL,
      .line = trace ? trace->line : 0,
  };
}

static void record_borrow(descryi_table* table, descryi_table_entry* entry, const char* file,
                          int line, descryi_table_borrow* borrow) {
  descryi_permit_keep(table, entry);
  borrow->entry = entry;
  borrow->state = descryi_state(entry);
  if (table->tracing) borrow->trace = descryi_trace_add(&table->traces, entry, file, line);
}

descryi_table* descryi_table_new(bool tracing) {
  descryi_table* table = calloc(1, sizeof(*table));
  if (!table) return NULL;
  if (!descryi_lock_init(&table->lock)) {
    free(table);
    return NULL;
  }
  table->tracing = tracing;
  return table;
}

void descryi_table_free(descryi_table* table) {
  if (!table) return;
  while (table->traces) descryi_trace_remove(&table->traces, table->traces);
  descryi_pool_clear(&table->pool);
  descryi_lock_destroy(&table->lock);
  free(table);
}

static DESCRYI_COLD int acquire_locked(descryi_table* table, const descryi_memory* memory,
                                       const descryi_region* region, bool exclusive,
                                       const char* file, int line, descryi_table_borrow* borrow,
                                       descryi_borrowed* against) {
  descryi_lock_take(&table->lock);
  descryi_table_entry* blocker = NULL;
  descryi_table_entry* entry = descryi_permit_take(table, region, memory, exclusive, &blocker);
  if (entry) record_borrow(table, entry, file, line, borrow);
  if (blocker) describe_entry(table, blocker, against);
  descryi_lock_give(&table->lock);
  if (entry) return DESCRYI_BORROW_TAKEN;
  return blocker ? DESCRYI_BORROW_CONFLICT : DESCRYI_BORROW_NO_MEMORY;
}

// For memory with gaps, or that no slot has.
static DESCRYI_APART int acquire_any(descryi_table* table, const descryi_memory* memory,
                                     bool exclusive, const char* file, int line,
                                     descryi_table_borrow* borrow, descryi_borrowed* against) {
  *borrow = (descryi_table_borrow){.exclusive = exclusive};
  descryi_region region;
  descryi_region_set(&region, memory);
  if (descryi_region_is_empty(&region)) return DESCRYI_BORROW_TAKEN;
  if (take_from_slots(table, &region, exclusive, borrow)) return DESCRYI_BORROW_TAKEN;
  return acquire_locked(table, memory, &region, exclusive, file, line, borrow, against);
}

int descryi_table_acquire(descryi_table* table, const descryi_memory* memory, int exclusive,
                          const char* file, int line, descryi_table_borrow* borrow,
                          descryi_borrowed* against) {
  uint64_t lo = 0, hi = 0;
  if (descryi_memory_is_run(memory, &lo, &hi) &&
      take_run_from_slots(table, lo, hi, exclusive != 0, borrow)) {
    return DESCRYI_BORROW_TAKEN;
  }
  return acquire_any(table, memory, exclusive != 0, file, line, borrow, against);
}

// Whether `state` is one in which `borrow` is held: a borrow that has ended already must not
// end another.
static bool is_open(uint64_t state, const descryi_table_borrow* borrow) {
  const uint64_t mine = borrow->exclusive ? DESCRYI_WRITER : DESCRYI_READERS;
  return descryi_state_generation(state) == descryi_state_generation(borrow->state) &&
         (state & mine) != 0;
}

// Ends the borrow, except where it is the last of an entry that is not kept. Returns whether
// nothing is left to do.
static bool end_borrow(const descryi_table_borrow* borrow) {
  descryi_table_entry* entry = borrow->entry;
  uint64_t state = descryi_state(entry), next;
  do {
    if (!is_open(state, borrow)) return true;
    next = state - descryi_state_share(borrow->exclusive != 0);
    if (!descryi_state_is_held(next) && !(next & DESCRYI_KEPT)) return false;
  } while (!descryi_state_exchange(entry, &state, next));
  return true;
}

static void release_locked(descryi_table* table, descryi_table_borrow* borrow) {
  descryi_lock_take(&table->lock);
  if (is_open(descryi_state(borrow->entry), borrow)) {
    descryi_trace_remove(&table->traces, borrow->trace);
    descryi_permit_keep(table, borrow->entry);
    end_borrow(borrow);
  }
  descryi_lock_give(&table->lock);
}

static DESCRYI_APART void release_any(descryi_table* table, descryi_table_borrow* borrow) {
  if (borrow->trace || !end_borrow(borrow)) release_locked(table, borrow);
  borrow->entry = NULL;
  borrow->trace = NULL;
}

// Where nothing else happened to the entry since it was taken, it goes back to the state before:
// if nobody holds it then, it is kept, or nobody could have taken it.
void descryi_table_release(descryi_table* table, descryi_table_borrow* borrow) {
  descryi_table_entry* const entry = borrow->entry;
  if (!entry) return;
  uint64_t state = borrow->state;
  if (borrow->trace ||
      !descryi_state_exchange(entry, &state, state - descryi_state_share(borrow->exclusive != 0))) {
    release_any(table, borrow);
    return;
  }
  borrow->entry = NULL;
}

void descryi_table_downgrade(descryi_table* table, descryi_table_borrow* borrow) {
  (void)table;
  descryi_table_entry* entry = borrow->entry;
  if (entry && borrow->exclusive) {
    uint64_t state = descryi_state(entry), next;
    do {
      if (!is_open(state, borrow)) break;
      next = (state & ~DESCRYI_WRITER) + 1;
      borrow->state = next;
    } while (!descryi_state_exchange(entry, &state, next));
  }
  borrow->exclusive = 0;
}

static size_t list_traces(const descryi_table* table, descryi_borrowed* list, size_t capacity) {
  size_t count = 0;
  for (const descryi_trace* trace = table->traces; trace; trace = trace->next, ++count) {
    if (count >= capacity) continue;
    describe_entry(table, trace->entry, &list[count]);
    list[count].count = 1;
    list[count].file = trace->file;
    list[count].line = trace->line;
  }
  return count;
}

static size_t list_entries(const descryi_table* table, descryi_borrowed* list, size_t capacity) {
  size_t count = 0;
  for (const descryi_slab* slab = table->pool.slabs; slab; slab = slab->next) {
    for (int i = 0; i < DESCRYI_SLAB_ENTRIES; ++i) {
      if (!descryi_state_is_held(descryi_state(&slab->entries[i]))) continue;
      if (count < capacity) describe_entry(table, &slab->entries[i], &list[count]);
      ++count;
    }
  }
  return count;
}

size_t descryi_table_list(descryi_table* table, descryi_borrowed* list, size_t capacity) {
  descryi_lock_take(&table->lock);
  size_t count =
      table->tracing ? list_traces(table, list, capacity) : list_entries(table, list, capacity);
  descryi_lock_give(&table->lock);
  return count;
}
