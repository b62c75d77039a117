// SPDX-License-Identifier: BSD-3-Clause
// Puts elements in order, stably: by radix where the key is a number of up to 64 bits, by merging
// where it is not, or there are few.
#ifndef DESCRY_SRC_OPERATE_ORDER_H_
#define DESCRY_SRC_OPERATE_ORDER_H_

#include "src/operate/keys.h"

// From so many elements on, other threads may run meanwhile.
enum { DESCRYI_ORDER_RELEASE_FROM = 1000 };

// One element's place, and its rank by the key that is looked at.
typedef struct descryi_place {
  uint64_t rank;
  Py_ssize_t index;
} descryi_place;

// Elements, and room for their order.
typedef struct descryi_order {
  const descryi_keys* keys;
  const char* data;
  Py_ssize_t stride;  // bytes
  Py_ssize_t count;
  descryi_place* places;  // `count` of them: once ordered, where each element is that belongs here
  descryi_place* scratch;
} descryi_order;

// Takes room for lines of `count` elements. Returns 0, or -1 with MemoryError.
int descryi_order_init(descryi_order* order, const descryi_keys* keys, Py_ssize_t count);

void descryi_order_clear(descryi_order* order);

// Orders `count` elements from `data` on. Returns 0, or -1 with what comparing objects raised.
// Needs the GIL only where the keys have objects.
int descryi_order_run(descryi_order* order, const char* data, Py_ssize_t stride);

// Whether the elements at two places are equal by all keys. The same about the GIL.
bool descryi_order_same(const descryi_order* order, Py_ssize_t one, Py_ssize_t other);

#endif  // DESCRY_SRC_OPERATE_ORDER_H_
