// SPDX-License-Identifier: BSD-3-Clause
// What a type of DESCRY_SWAPPED stands for: a type like the original's in the other byte order. It
// is made at first use, by whichever thread comes first, and never freed. Plain C, no Python.
#ifndef DESCRY_SRC_DECLARE_SWAPPED_H_
#define DESCRY_SRC_DECLARE_SWAPPED_H_

#include <descry/type.h>
#include <stdbool.h>

// Stand for what could not be made: for want of memory, and for an element that has no other byte
// order. Their codes are of no dtype.
extern const descry_type descryi_type_no_memory;
extern const descry_type descryi_type_no_order;

// Whether `type` is one of DESCRY_SWAPPED itself, not one that was made for it.
static inline bool descryi_type_is_swapped(const descry_type* type) {
  return type->original && !(type->flags & DESCRY_TYPE_MADE);
}

// Returns the one field of a type of DESCRY_SWAPPED. Its element is descryi_type_no_memory only for
// this call. REQUIRES: descryi_type_is_swapped(type).
const descry_field* descryi_type_swapped_field(const descry_type* type);

#endif  // DESCRY_SRC_DECLARE_SWAPPED_H_
