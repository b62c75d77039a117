// SPDX-License-Identifier: BSD-3-Clause
// The entries of a table in search order, so that those which may meet a region are found without a
// walk over all of them.
//
// A forest is a few balanced trees (AVL). Regions without axes stand in the first, in order of
// address. Each other tree is for one stride: the columns of a matrix all span the same addresses,
// but modulo the row's length they lie side by side, so they are ordered by that. Strides that get
// no tree of their own share the first. REQUIRES for all: one thread at a time.
#ifndef DESCRY_SRC_BORROW_FOREST_H_
#define DESCRY_SRC_BORROW_FOREST_H_

#include "src/borrow/entry.h"

#define DESCRYI_TREES 16

typedef struct descryi_tree {
  uint64_t step;  // bytes; 0 in the first tree, and in one that is free
  descryi_table_entry* root;
} descryi_tree;

typedef struct descryi_forest {
  descryi_tree trees[DESCRYI_TREES];
} descryi_forest;

// Puts an entry whose key is set in its tree. REQUIRES: it is in none.
void descryi_forest_insert(descryi_forest* forest, descryi_table_entry* entry);

void descryi_forest_remove(descryi_forest* forest, descryi_table_entry* entry);

// Returns the entry with exactly this region, or NULL.
descryi_table_entry* descryi_forest_find(const descryi_forest* forest,
                                         const descryi_region* region);

// Brings what the trees know of the entry's DESCRYI_MAY_WRITE up to date after it was granted.
void descryi_forest_refresh(descryi_forest* forest, descryi_table_entry* entry);

// Called with entries that may meet the region; some more than once. May take DESCRYI_MAY_WRITE
// from the entry. Returns false to end the walk.
typedef bool descryi_visitor(descryi_table_entry* entry, void* context);

// Visits all entries that share a byte with `region`, and some that do not; with `writable_only`,
// not those that lack DESCRYI_MAY_WRITE. Returns false when the visitor ended the walk.
bool descryi_forest_visit(descryi_forest* forest, const descryi_region* region, bool writable_only,
                          descryi_visitor* visitor, void* context);

#endif  // DESCRY_SRC_BORROW_FOREST_H_
