// SPDX-License-Identifier: BSD-3-Clause
// What a borrow table gives out for one borrow. No Python, and nothing here for users: see
// descry/borrow.h.
#ifndef DESCRY_PRIVATE_HOLD_H_
#define DESCRY_PRIVATE_HOLD_H_

#include <stdint.h>

typedef struct descryi_hold {
  void* entry;  // NULL when nothing is held: released, or an empty array
  void* trace;  // NULL unless the table keeps traces
  uint32_t generation;
  uint32_t exclusive;
} descryi_hold;

#endif  // DESCRY_PRIVATE_HOLD_H_
