// SPDX-License-Identifier: BSD-3-Clause
// What a descry_borrow is made of. No Python, and nothing here for users: see descry/borrow.h.
#ifndef DESCRY_PRIVATE_BORROW_H_
#define DESCRY_PRIVATE_BORROW_H_

#include <stdint.h>

// What a borrow table gives out for one borrow.
typedef struct descryi_table_borrow {
  void* entry;     // NULL when nothing is borrowed: released, or an empty array
  void* trace;     // NULL unless the table keeps traces
  uint64_t state;  // of the entry, right after it was taken
  uint32_t exclusive;
} descryi_table_borrow;

typedef struct descryi_borrow_state {
  const void* table;  // descryi_shared_table, the process's; NULL when nothing is borrowed
  void* rust_array;   // PyObject*, a strong reference: borrowed in a table of Rust's too; or NULL
  descryi_table_borrow in_table;
} descryi_borrow_state;

#endif  // DESCRY_PRIVATE_BORROW_H_
