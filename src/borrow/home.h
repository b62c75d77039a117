// SPDX-License-Identifier: BSD-3-Clause
// The one borrow table of the process. Each module has its own static copy of descry; they meet in
// a capsule in the interpreter's dict, and use the table through the functions of whichever copy
// made it. GIL held (or thread state attached).
#ifndef DESCRY_SRC_BORROW_HOME_H_
#define DESCRY_SRC_BORROW_HOME_H_

#include "src/base/atomic.h"
#include "src/base/python.h"
#include "src/borrow/rust_api.h"
#include "src/borrow/table.h"

// What the capsule holds. Copies of different versions share it, so members are only ever appended,
// with a higher version, and none changes its meaning: two tables in one process would be worse
// than none.
typedef struct descryi_borrow_home {
  uint32_t version;
  uint32_t size;  // bytes of this struct
  descryi_table* table;
  int (*acquire)(descryi_table* table, const descryi_memory* memory, int exclusive,
                 const char* file, int line, descryi_hold* hold, descryi_borrowed* against);
  void (*release)(descryi_table* table, descryi_hold* hold);
  void (*downgrade)(descryi_table* table, descryi_hold* hold);
  size_t (*list)(descryi_table* table, descryi_borrowed* list, size_t capacity);
  descryi_rust_api rust;  // how Rust extensions use this table
  void* foreign;  // const descryi_rust_api*, atomic: the table that Rust brought before, or NULL
} descryi_borrow_home;

#define DESCRYI_BORROW_HOME_VERSION 1u

// This copy's pointer to the process's table; NULL before the first use.
extern void* descryi_borrow_home_found;

// The slow path of descryi_borrow_home_get().
descryi_borrow_home* descryi_borrow_home_find(void);

// Returns the process's table, made and announced to Rust if need be, or NULL with an exception
// set.
static inline descryi_borrow_home* descryi_borrow_home_get(void) {
  void* found = descryi_load_acquire(&descryi_borrow_home_found);
  return found ? (descryi_borrow_home*)found : descryi_borrow_home_find();
}

// Returns the table that a Rust extension brought before descry came, in which borrows are taken
// too, or NULL.
static inline const descryi_rust_api* descryi_borrow_home_foreign(const descryi_borrow_home* home) {
  return (const descryi_rust_api*)descryi_load_acquire((void* const*)&home->foreign);
}

#endif  // DESCRY_SRC_BORROW_HOME_H_
