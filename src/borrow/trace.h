// SPDX-License-Identifier: BSD-3-Clause
// Where borrows were taken, for tables that keep traces. REQUIRES for all: the table's lock is
// held.
#ifndef DESCRY_SRC_BORROW_TRACE_H_
#define DESCRY_SRC_BORROW_TRACE_H_

#include "src/borrow/entry.h"

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

#endif  // DESCRY_SRC_BORROW_TRACE_H_
