// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/rust_provider.h"

#include <stdlib.h>

#include "src/borrow/lock.h"
#include "src/borrow/memory.h"

#define BUCKETS 256

// One borrow that a Rust extension holds.
typedef struct loan {
  struct loan* next;
  const PyObject* array;  // only its address; Rust keeps the reference
  const void* data;       // of the array when it was taken
  descryi_hold hold;
} loan;

typedef struct ledger {
  descryi_table* table;
  descryi_lock lock;
  loan* buckets[BUCKETS];  // the last taken first
} ledger;

static loan** bucket_of(ledger* book, const PyObject* array) {
  return &book->buckets[((uintptr_t)array >> 4) * 0x9e3779b1u / 64 % BUCKETS];
}

static void write_down(ledger* book, loan* entry) {
  loan** bucket = bucket_of(book, entry->array);
  descryi_lock_take(&book->lock);
  entry->next = *bucket;
  *bucket = entry;
  descryi_lock_give(&book->lock);
}

static bool is_of(const loan* entry, const PyObject* array, bool exclusive) {
  return entry->array == array && (entry->hold.exclusive != 0) == exclusive;
}

// Takes out the loan that was taken of this array with the data it has now, else the last of this
// array, else returns NULL.
static loan* strike_out(ledger* book, PyObject* array, bool exclusive) {
  const void* data = descryi_as_array(array)->data;
  loan** found = NULL;
  descryi_lock_take(&book->lock);
  for (loan** at = bucket_of(book, array); *at; at = &(*at)->next) {
    if (!is_of(*at, array, exclusive)) continue;
    if (!found || (*at)->data == data) found = at;
    if ((*found)->data == data) break;
  }
  loan* entry = found ? *found : NULL;
  if (entry) *found = entry->next;
  descryi_lock_give(&book->lock);
  return entry;
}

static int lend(ledger* book, PyObject* array, bool exclusive) {
  loan* entry = malloc(sizeof(*entry));
  if (!entry) return DESCRYI_RUST_BORROWED;
  entry->array = array;
  entry->data = descryi_as_array(array)->data;
  descryi_memory memory = descryi_memory_of_array(array);
  descryi_borrowed against;
  if (descryi_table_acquire(book->table, &memory, exclusive, NULL, 0, &entry->hold, &against) !=
      DESCRYI_BORROW_TAKEN) {
    free(entry);
    return DESCRYI_RUST_BORROWED;
  }
  entry->hold.exclusive = exclusive;
  write_down(book, entry);
  return DESCRYI_RUST_TAKEN;
}

static void take_back(ledger* book, PyObject* array, bool exclusive) {
  loan* entry = strike_out(book, array, exclusive);
  if (!entry) return;
  descryi_table_release(book->table, &entry->hold);
  free(entry);
}

static int acquire(void* book, PyObject* array) { return lend(book, array, false); }

static int acquire_mut(void* book, PyObject* array) {
  if (!(descryi_array_flags(array) & DESCRYI_ARRAY_WRITEABLE)) return DESCRYI_RUST_READ_ONLY;
  return lend(book, array, true);
}

static void release(void* book, PyObject* array) { take_back(book, array, false); }

static void release_mut(void* book, PyObject* array) { take_back(book, array, true); }

bool descryi_rust_provide(descryi_rust_api* api, descryi_table* table) {
  ledger* book = calloc(1, sizeof(*book));
  if (!book) return false;
  descryi_lock_init(&book->lock);
  book->table = table;
  *api = (descryi_rust_api){1, book, acquire, acquire_mut, release, release_mut};
  return true;
}

void descryi_rust_withdraw(descryi_rust_api* api) {
  ledger* book = api->flags;
  descryi_lock_destroy(&book->lock);
  free(book);
}
