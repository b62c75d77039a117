// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/table.h"

#include <stdlib.h>

#include "src/base/lock.h"
#include "src/borrow/entry.h"

// The common path of a borrow is one piece, with the rest out of its way.
#define DESCRYI_INLINE inline __attribute__((always_inline))
#define DESCRYI_APART __attribute__((noinline))
#define DESCRYI_COLD __attribute__((cold, noinline))

#define SLOT_BITS 10
#define KEPT_ENTRIES 256
// Steps of comparing in one acquire: some milliseconds at the very most.
#define WALK_WORK (1u << 20)

// An entry that may stay in the table when nobody holds it, until as many others were kept after
// it. One that is held when its stay ends is kept anew at its last release.
typedef struct kept_entry {
  descryi_table_entry* entry;
  uint64_t generation;
} kept_entry;

struct descryi_table {
  _Atomic(descryi_table_entry*)
      slots[1 << SLOT_BITS];  // the entry last found for a hash; a hint, read without the lock
  descryi_lock lock;          // guards all that follows
  descryi_index index;
  descryi_pool pool;
  kept_entry kept[KEPT_ENTRIES];
  unsigned next_kept;
  bool tracing;
  descryi_trace* traces;
  descryi_table_entry* evicted[KEPT_ENTRIES];  // for the time of one acquire
};

static uint64_t generation_of(uint64_t state) { return state / DESCRYI_GENERATION; }

// What taking an entry adds to its state.
static DESCRYI_INLINE uint64_t share_of(bool exclusive) { return exclusive ? DESCRYI_WRITER : 1; }

// Whether an entry may be taken in this state: one reader too many would be a writer.
static DESCRYI_INLINE bool permits(uint64_t state, bool exclusive) {
  const uint64_t held = DESCRYI_READERS | DESCRYI_WRITER;
  if (exclusive) return (state & (DESCRYI_MAY_WRITE | held)) == DESCRYI_MAY_WRITE;
  return (state & DESCRYI_ALIVE) && !((state | (state + 1)) & DESCRYI_WRITER);
}

// Takes the entry where its state alone allows it, whose generation is that of `*state`. Returns
// false where it does not. `*state` is then the state right after.
static DESCRYI_INLINE bool take(descryi_table_entry* entry, uint64_t* state, bool exclusive) {
  const uint64_t generation = generation_of(*state);
  do {
    if (!permits(*state, exclusive) || generation_of(*state) != generation) return false;
  } while (!descryi_state_exchange(entry, state, *state + share_of(exclusive)));
  *state += share_of(exclusive);
  return true;
}

static DESCRYI_INLINE size_t slot_of(uint64_t lo, uint64_t hi) {
  uint64_t hash = lo * UINT64_C(0x9e3779b97f4a7c15) + hi * UINT64_C(0xd6e8feb86659fd93);
  return (size_t)(hash >> (64 - SLOT_BITS));
}

// Two slots serve each hash.
static DESCRYI_INLINE descryi_table_entry* slot_entry(descryi_table* table, size_t slot) {
  return atomic_load_explicit(&table->slots[slot], memory_order_acquire);
}

static DESCRYI_INLINE bool take_for(descryi_table_entry* entry, uint64_t state, bool exclusive,
                                    descryi_table_borrow* borrow) {
  if (!take(entry, &state, exclusive)) return false;
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
  const size_t slot = slot_of(lo, hi);
  descryi_table_entry* entry = slot_entry(table, slot);
  if (!is_run(entry, lo, hi, &state)) {
    entry = slot_entry(table, slot ^ 1);
    if (!is_run(entry, lo, hi, &state)) return false;
  }
  if (!permits(state, exclusive)) return false;
  const uint64_t next = state + share_of(exclusive);
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
  size_t slot = slot_of(region->lo, region->hi);
  for (size_t i = 0; i < 2; ++i) {
    descryi_table_entry* entry = slot_entry(table, slot ^ i);
    if (!entry) continue;
    uint64_t state = descryi_state(entry);
    if (seems_for(entry, region) && take_for(entry, state, exclusive, borrow)) return true;
  }
  return false;
}

// All below, up to the public functions, needs the lock.

// A table that keeps traces has none in its slots: who takes an entry from there leaves no trace.
static void add_to_slots(descryi_table* table, descryi_table_entry* entry) {
  if (table->tracing || entry->naxes > DESCRYI_INLINE_AXES) return;
  size_t slot = slot_of(descryi_peek(&entry->lo), descryi_peek(&entry->hi));
  descryi_table_entry* former = atomic_load_explicit(&table->slots[slot], memory_order_relaxed);
  if (former == entry) return;
  atomic_store_explicit(&table->slots[slot ^ 1], former, memory_order_release);
  atomic_store_explicit(&table->slots[slot], entry, memory_order_release);
}

static void remove_from_slots(descryi_table* table, const descryi_table_entry* entry) {
  size_t slot = slot_of(descryi_peek(&entry->lo), descryi_peek(&entry->hi));
  for (size_t i = 0; i < 2; ++i) {
    if (atomic_load_explicit(&table->slots[slot ^ i], memory_order_relaxed) == entry) {
      atomic_store_explicit(&table->slots[slot ^ i], NULL, memory_order_release);
    }
  }
}

// Ends an entry's life unless it is held. The generation is new before anything else changes.
static bool end_life(descryi_table_entry* entry) {
  uint64_t state = descryi_state(entry);
  do {
    if (descryi_state_is_held(state)) return false;
  } while (!descryi_state_exchange(entry, &state, (generation_of(state) + 1) * DESCRYI_GENERATION));
  return true;
}

static void retire(descryi_table* table, descryi_table_entry* entry) {
  descryi_index_remove(&table->index, entry);
  remove_from_slots(table, entry);
  descryi_pool_give(&table->pool, entry);
}

// Ends the stay of what was kept longest ago.
static void stop_keeping(descryi_table* table, const kept_entry* kept) {
  uint64_t state = kept->entry ? descryi_state(kept->entry) : 0;
  if (!kept->entry || generation_of(state) != kept->generation) return;
  while (descryi_state_is_held(state)) {
    if (descryi_state_exchange(kept->entry, &state, state & ~DESCRYI_KEPT)) return;
  }
  if (end_life(kept->entry)) {
    retire(table, kept->entry);
  } else {
    stop_keeping(table, kept);
  }
}

static void keep(descryi_table* table, descryi_table_entry* entry) {
  uint64_t state = descryi_state(entry);
  if (state & DESCRYI_KEPT) return;
  kept_entry* kept = &table->kept[table->next_kept++ % KEPT_ENTRIES];
  stop_keeping(table, kept);
  *kept = (kept_entry){entry, generation_of(state)};
  atomic_fetch_or_explicit(&entry->state, DESCRYI_KEPT, memory_order_acq_rel);
}

// One acquire's walk over the entries that may conflict with it.
typedef struct walk {
  descryi_table* table;
  const descryi_region* region;
  descryi_table_entry* own;      // the region's own entry, or NULL
  descryi_table_entry* blocker;  // held, and in conflict
  int evicted;
  unsigned work;  // what is left to spend on comparing
} walk;

static bool conflicts_with(const descryi_table_entry* entry, walk* w) {
  descryi_region other;
  descryi_table_entry_get_region(entry, &other);
  unsigned allowance = w->work < DESCRYI_CONFLICT_WORK ? w->work : DESCRYI_CONFLICT_WORK;
  unsigned left = allowance;
  bool conflicts = descryi_regions_conflict(w->region, &other, &left);
  w->work -= allowance - left;
  return conflicts;
}

// Withdraws the permit to write of what conflicts; a writer that is open blocks.
static bool withdraw_write_permit(descryi_table_entry* entry, void* context) {
  walk* w = context;
  uint64_t state = descryi_state(entry);
  if (!(state & DESCRYI_MAY_WRITE) || !conflicts_with(entry, w)) return true;
  do {
    if (state & DESCRYI_WRITER) {
      w->blocker = entry;
      return false;
    }
  } while (!descryi_state_exchange(entry, &state, state & ~DESCRYI_MAY_WRITE));
  return true;
}

// Ends the lives of entries that nobody holds; any that is held blocks. Those that nobody
// holds are kept ones, so there is room for all of them. Notes the region's own entry, too.
static bool evict_entry(descryi_table_entry* entry, void* context) {
  walk* w = context;
  if (!(descryi_state(entry) & DESCRYI_ALIVE)) return true;
  if (descryi_table_entry_is_for(entry, w->region)) {
    w->own = entry;
    if (!descryi_state_is_held(descryi_state(entry))) return true;
  } else if (!conflicts_with(entry, w)) {
    return true;
  } else if (w->evicted < KEPT_ENTRIES && end_life(entry)) {
    w->table->evicted[w->evicted++] = entry;
    return true;
  }
  w->blocker = entry;
  return false;
}

// Withdraws all permits that conflict, and finds the region's own entry and what blocks it.
static void withdraw_permits(walk* w, bool exclusive) {
  descryi_index_visit(&w->table->index, w->region, !exclusive,
                      exclusive ? evict_entry : withdraw_write_permit, w);
  for (int i = 0; i < w->evicted; ++i) retire(w->table, w->table->evicted[i]);
}

// Returns a new entry that is taken already, or NULL where there is no memory.
static descryi_table_entry* add_entry(descryi_table* table, const descryi_region* region,
                                      const descryi_memory* memory, bool exclusive) {
  descryi_table_entry* entry = descryi_pool_take(&table->pool, region);
  if (!entry) return NULL;
  entry->itemsize = memory->itemsize < UINT32_MAX ? (uint32_t)memory->itemsize : UINT32_MAX;
  entry->kind = memory->kind;
  uint64_t state = descryi_state(entry) | DESCRYI_ALIVE;
  state |= exclusive ? DESCRYI_MAY_WRITE | DESCRYI_WRITER : 1;
  atomic_store_explicit(&entry->state, state, memory_order_release);
  descryi_index_insert(&table->index, entry);
  return entry;
}

static bool grant_writing(descryi_table* table, descryi_table_entry* entry) {
  atomic_fetch_or_explicit(&entry->state, DESCRYI_MAY_WRITE, memory_order_acq_rel);
  descryi_index_refresh(&table->index, entry);
  uint64_t state = descryi_state(entry);
  return take(entry, &state, true);
}

static void describe(const descryi_table* table, const descryi_table_entry* entry,
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

// Takes the region. Returns its entry, or NULL with `*blocker` set to what conflicts, or to
// NULL without memory.
static descryi_table_entry* take_locked(descryi_table* table, const descryi_region* region,
                                        const descryi_memory* memory, bool exclusive,
                                        descryi_table_entry** blocker) {
  walk w = {.table = table, .region = region, .work = WALK_WORK};
  if (!exclusive) w.own = descryi_index_find(&table->index, region);
  if (!w.own) withdraw_permits(&w, exclusive);
  *blocker = w.blocker;
  if (w.blocker) return NULL;
  if (!w.own) return add_entry(table, region, memory, exclusive);
  uint64_t state = descryi_state(w.own);
  bool taken = exclusive ? grant_writing(table, w.own) : take(w.own, &state, false);
  if (taken) return w.own;
  *blocker = w.own;
  return NULL;
}

static void record_borrow(descryi_table* table, descryi_table_entry* entry, const char* file,
                          int line, descryi_table_borrow* borrow) {
  keep(table, entry);
  add_to_slots(table, entry);
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
  descryi_table_entry* entry = take_locked(table, region, memory, exclusive, &blocker);
  if (entry) record_borrow(table, entry, file, line, borrow);
  if (blocker) describe(table, blocker, against);
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
  return generation_of(state) == generation_of(borrow->state) && (state & mine) != 0;
}

// Ends the borrow, except where it is the last of an entry that is not kept. Returns whether
// nothing is left to do.
static bool end_borrow(const descryi_table_borrow* borrow) {
  descryi_table_entry* entry = borrow->entry;
  uint64_t state = descryi_state(entry), next;
  do {
    if (!is_open(state, borrow)) return true;
    next = state - share_of(borrow->exclusive != 0);
    if (!descryi_state_is_held(next) && !(next & DESCRYI_KEPT)) return false;
  } while (!descryi_state_exchange(entry, &state, next));
  return true;
}

static void release_locked(descryi_table* table, descryi_table_borrow* borrow) {
  descryi_lock_take(&table->lock);
  if (is_open(descryi_state(borrow->entry), borrow)) {
    descryi_trace_remove(&table->traces, borrow->trace);
    keep(table, borrow->entry);
    add_to_slots(table, borrow->entry);
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
      !descryi_state_exchange(entry, &state, state - share_of(borrow->exclusive != 0))) {
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
    describe(table, trace->entry, &list[count]);
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
      if (count < capacity) describe(table, &slab->entries[i], &list[count]);
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
