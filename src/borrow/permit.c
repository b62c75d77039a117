// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/permit.h"

// Steps of comparing in one acquire: some milliseconds at the very most.
#define WALK_WORK (1u << 20)

// A table that keeps traces has none in its slots: who takes an entry from there leaves no trace.
static void add_to_slots(descryi_table* table, descryi_table_entry* entry) {
  if (table->tracing || entry->naxes > DESCRYI_INLINE_AXES) return;
  size_t slot = descryi_slot_of(descryi_peek(&entry->lo), descryi_peek(&entry->hi));
  descryi_table_entry* former = atomic_load_explicit(&table->slots[slot], memory_order_relaxed);
  if (former == entry) return;
  atomic_store_explicit(&table->slots[slot ^ 1], former, memory_order_release);
  atomic_store_explicit(&table->slots[slot], entry, memory_order_release);
}

static void remove_from_slots(descryi_table* table, const descryi_table_entry* entry) {
  size_t slot = descryi_slot_of(descryi_peek(&entry->lo), descryi_peek(&entry->hi));
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
  } while (!descryi_state_exchange(entry, &state,
                                   (descryi_state_generation(state) + 1) * DESCRYI_GENERATION));
  return true;
}

static void retire(descryi_table* table, descryi_table_entry* entry) {
  descryi_index_remove(&table->index, entry);
  remove_from_slots(table, entry);
  descryi_pool_give(&table->pool, entry);
}

// Ends the stay of what was kept longest ago.
static void stop_keeping(descryi_table* table, const descryi_kept_entry* kept) {
  uint64_t state = kept->entry ? descryi_state(kept->entry) : 0;
  if (!kept->entry || descryi_state_generation(state) != kept->generation) return;
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
  descryi_kept_entry* kept = &table->kept[table->next_kept++ % DESCRYI_KEPT_ENTRIES];
  stop_keeping(table, kept);
  *kept = (descryi_kept_entry){entry, descryi_state_generation(state)};
  atomic_fetch_or_explicit(&entry->state, DESCRYI_KEPT, memory_order_acq_rel);
}

// One acquire's walk over the entries that may conflict with it.
typedef struct walk {
  descryi_table* table;
  const descryi_region* region;
  descryi_table_entry* same;     // the entry of this very region, or NULL
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
// holds are kept ones, so there is room for all of them. Notes the entry of this very region, too.
static bool evict_entry(descryi_table_entry* entry, void* context) {
  walk* w = context;
  if (!(descryi_state(entry) & DESCRYI_ALIVE)) return true;
  if (descryi_table_entry_is_for(entry, w->region)) {
    w->same = entry;
    if (!descryi_state_is_held(descryi_state(entry))) return true;
  } else if (!conflicts_with(entry, w)) {
    return true;
  } else if (w->evicted < DESCRYI_KEPT_ENTRIES && end_life(entry)) {
    w->table->evicted[w->evicted++] = entry;
    return true;
  }
  w->blocker = entry;
  return false;
}

// Withdraws all permits that conflict, and finds the entry of this very region and what blocks it.
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
  return descryi_table_entry_take(entry, &state, true);
}

descryi_table_entry* descryi_permit_take(descryi_table* table, const descryi_region* region,
                                         const descryi_memory* memory, bool exclusive,
                                         descryi_table_entry** blocker) {
  walk w = {.table = table, .region = region, .work = WALK_WORK};
  if (!exclusive) w.same = descryi_index_find(&table->index, region);
  if (!w.same) withdraw_permits(&w, exclusive);
  *blocker = w.blocker;
  if (w.blocker) return NULL;
  if (!w.same) return add_entry(table, region, memory, exclusive);
  uint64_t state = descryi_state(w.same);
  bool taken =
      exclusive ? grant_writing(table, w.same) : descryi_table_entry_take(w.same, &state, false);
  if (taken) return w.same;
  *blocker = w.same;
  return NULL;
}

void descryi_permit_keep(descryi_table* table, descryi_table_entry* entry) {
  keep(table, entry);
  add_to_slots(table, entry);
}
