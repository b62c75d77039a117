// SPDX-License-Identifier: BSD-3-Clause
// The one borrow table of the process, and borrowing in it for the stages that come later. All
// copies of descry use the table through the functions of whichever copy made it. GIL held (or
// thread state attached).
#ifndef DESCRY_SRC_BORROW_SHARED_TABLE_H_
#define DESCRY_SRC_BORROW_SHARED_TABLE_H_

#include <descry/borrow.h>

#include "src/base/numpy.h"
#include "src/base/shared.h"
#include "src/borrow/rust.h"
#include "src/borrow/table.h"

// Copies of different versions share it, so members are only ever appended, and none changes its
// meaning: two tables in one process would be worse than none.
typedef struct descryi_shared_table {
  descryi_shared_head head;
  descryi_table* table;
  int (*acquire)(descryi_table* table, const descryi_memory* memory, int exclusive,
                 const char* file, int line, descryi_table_borrow* borrow,
                 descryi_borrowed* against);
  void (*release)(descryi_table* table, descryi_table_borrow* borrow);
  void (*downgrade)(descryi_table* table, descryi_table_borrow* borrow);
  bool (*acquire_run)(descryi_table* table, uint64_t lo, uint64_t hi, bool exclusive,
                      descryi_table_borrow* borrow);
  size_t (*list)(descryi_table* table, descryi_borrowed* list, size_t capacity);
  descryi_rust_api rust;  // how Rust extensions use this table
  void* rust_first;  // const descryi_rust_api*, atomic: the table that Rust brought before, or NULL
} descryi_shared_table;

extern descryi_shared descryi_table_shared;

// Returns the process's table, made and announced to Rust if need be, or NULL with an exception
// set. REQUIRES: descryi_numpy_ensure() returned 0.
static inline const descryi_shared_table* descryi_shared_table_get(void) {
  return (const descryi_shared_table*)descryi_shared_get(&descryi_table_shared);
}

// Returns the table that a Rust extension brought before descry came, in which borrows are taken
// too, or NULL.
static inline const descryi_rust_api* descryi_shared_table_rust(const descryi_shared_table* table) {
  return (const descryi_rust_api*)descryi_load_acquire((void* const*)&table->rust_first);
}

// Returns where the array's elements lie; shape and strides are the array's own, valid until
// someone changes it. REQUIRES: `array` is an array.
static inline descryi_memory descryi_memory_of_array(PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  descryi_memory memory;
  memory.data = parts->data;
  memory.ndim = parts->nd;
  memory.shape = parts->dimensions;
  memory.strides = parts->strides;
  memory.itemsize = (size_t)descryi_descr_itemsize(parts->descr);
  memory.kind = descryi_descr_kind(parts->descr);
  return memory;
}

// Borrows what `memory` covers: `array`'s elements or a part of them. Returns 0, or -1 with `out`
// zeroed and an exception set: BufferError where it is borrowed already. `file` (kept, not copied)
// and `line` are where, NULL if that is not known. Does not look at whether the array is writeable.
// REQUIRES: descryi_numpy_ensure() returned 0; `out` is zeroed, released or new.
int descryi_borrow_take(descry_borrow* out, PyObject* array, const descryi_memory* memory,
                        bool exclusive, const char* file, int line);

// Borrows `count` elements of `itemsize` bytes that lie side by side at `data`, where that takes no
// more than a look at the table. Returns whether it did; if not, nothing is borrowed, and `out` is
// not set.
static inline bool descryi_borrow_take_run(descry_borrow* out, const void* data, size_t count,
                                           size_t itemsize, bool exclusive) {
  const descryi_shared_table* shared =
      (const descryi_shared_table*)descryi_shared_found(&descryi_table_shared);
  const uint64_t lo = (uint64_t)(uintptr_t)data;
  uint64_t bytes, hi;
  if (!shared || descryi_shared_table_rust(shared)) return false;
  if (!descryi_mul_fits(count, itemsize, &bytes) || !descryi_add_fits(lo, bytes, &hi)) return false;
  out->priv.table = shared;
  out->priv.rust_array = NULL;
  return shared->acquire_run(shared->table, lo, hi, exclusive, &out->priv.in_table);
}

// As descry_borrow_release().
static inline void descryi_borrow_give_back(descry_borrow* borrow) {
  const descryi_shared_table* shared = (const descryi_shared_table*)borrow->priv.table;
  if (!shared) return;
  if (borrow->priv.rust_array) {
    descry_borrow_release(borrow);
  } else {
    borrow->priv.table = NULL;
    shared->release(shared->table, &borrow->priv.in_table);
  }
}

#endif  // DESCRY_SRC_BORROW_SHARED_TABLE_H_
