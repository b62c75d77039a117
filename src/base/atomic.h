// SPDX-License-Identifier: BSD-3-Clause
// The few atomic operations that descry needs, on plain pointers and integers, so that data shared
// with C++ headers stays plain. gcc's and clang's builtins; the memory order is in the name.
#ifndef DESCRY_SRC_BASE_ATOMIC_H_
#define DESCRY_SRC_BASE_ATOMIC_H_

#include <stdbool.h>
#include <stdint.h>

static inline void* descryi_load_acquire(void* const* place) {
  return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

static inline void descryi_store_release(void** place, void* value) {
  __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

// Puts `value` where `expected` is; returns whether it was there, and otherwise leaves in
// `*expected` what was.
static inline bool descryi_compare_exchange(void** place, void** expected, void* value) {
  return __atomic_compare_exchange_n(place, expected, value, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE);
}

static inline unsigned descryi_load_unsigned(const unsigned* place) {
  return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

static inline void descryi_store_unsigned(unsigned* place, unsigned value) {
  __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

#endif  // DESCRY_SRC_BASE_ATOMIC_H_
