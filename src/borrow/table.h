// SPDX-License-Identifier: BSD-3-Clause
// The table of live borrows: any number of readers or one writer for each byte of memory. Keyed by
// address, so it matters not which object the memory is reached through. Any thread may call any of
// these functions at any time, with or without the GIL; none of them calls Python or waits for more
// than arithmetic.
//
// How it stays fast: an entry is a permit. A region that was borrowed once stays in the table for a
// while after its release, and while it is there, borrowing it again is one atomic exchange,
// without the lock and without a look at any other entry. A borrow of memory that overlaps takes
// the lock and withdraws the permits that conflict first; one that is in use cannot be withdrawn,
// and that is a refusal.
#ifndef DESCRY_SRC_BORROW_TABLE_H_
#define DESCRY_SRC_BORROW_TABLE_H_

#include <descry/private/borrow.h>

#include "src/borrow/region.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct descryi_table descryi_table;

// A borrow that is open: what conflicts with another, or one line of the list of borrows.
typedef struct descryi_borrowed {
  uint64_t lo, hi;     // bytes of memory [lo, hi)
  uint32_t itemsize;   // of an element of the array that was first; UINT32_MAX where it is greater
  int32_t kind;        // NumPy's kind character of those elements, 0 where it is not known
  uint32_t exclusive;  // whether a writer holds it
  uint32_t count;      // how many hold it
  const char* file;    // where one of them was taken; NULL unless the table keeps traces
  int32_t line;
} descryi_borrowed;

// What descryi_table_acquire() returns.
enum { DESCRYI_BORROW_TAKEN = 0, DESCRYI_BORROW_CONFLICT = 1, DESCRYI_BORROW_NO_MEMORY = 2 };

// Returns a new table, or NULL where there is no memory. With `tracing` it remembers where each
// borrow was taken.
descryi_table* descryi_table_new(bool tracing);

// Frees a table. REQUIRES: no borrow is open and no thread uses it.
void descryi_table_free(descryi_table* table);

// Takes a borrow of the bytes that `memory` covers and stores it in `borrow`, which is not to be
// copied and used twice. On DESCRYI_BORROW_CONFLICT stores one of those that conflict in
// `against`. `file` is kept, not copied; NULL where it is not known.
int descryi_table_acquire(descryi_table* table, const descryi_memory* memory, int exclusive,
                          const char* file, int line, descryi_table_borrow* borrow,
                          descryi_borrowed* against);

// The same for the bytes [lo, hi), where that takes no lock: what is borrowed again and again.
// Returns whether it was taken; false says nothing about whether it can be. An empty run is not.
bool descryi_table_acquire_run(descryi_table* table, uint64_t lo, uint64_t hi, bool exclusive,
                               descryi_table_borrow* borrow);

// Ends a borrow. Does nothing when it is not open (any more).
void descryi_table_release(descryi_table* table, descryi_table_borrow* borrow);

// Makes a writer a reader. Does nothing for a reader.
void descryi_table_downgrade(descryi_table* table, descryi_table_borrow* borrow);

// Stores up to `capacity` live borrows in `list`, in no order: with traces one line for each
// borrow, else one for each region that is held. Returns how many there are.
size_t descryi_table_list(descryi_table* table, descryi_borrowed* list, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_SRC_BORROW_TABLE_H_
