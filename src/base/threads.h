// SPDX-License-Identifier: BSD-3-Clause
// What threads share: plain pointers and integers that are read and written atomically, so that
// data shared with C++ headers stays plain, and locks. No Python here; any thread.
//
// Locks are held for arithmetic and memory allocation only, never while Python runs or while
// another lock of ours is held. A fork() while another thread holds a lock would leave it locked in
// the child for good, around a half-made change. So every lock of this kind is taken before a fork
// and given back after it, in the parent and in the child.
#ifndef DESCRY_SRC_BASE_THREADS_H_
#define DESCRY_SRC_BASE_THREADS_H_

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// By the builtins of gcc and clang. A load acquires, a store releases, an exchange does both.
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

typedef struct descryi_lock {
  pthread_mutex_t mutex;
  struct descryi_lock* next;  // in the list of those that are taken before a fork
} descryi_lock;

// Makes a lock that nobody holds. Returns false where there is no memory. It may not be moved until
// it is destroyed.
bool descryi_lock_init(descryi_lock* lock);

// REQUIRES: nobody holds the lock.
void descryi_lock_destroy(descryi_lock* lock);

static inline void descryi_lock_take(descryi_lock* lock) { (void)pthread_mutex_lock(&lock->mutex); }
static inline void descryi_lock_give(descryi_lock* lock) {
  (void)pthread_mutex_unlock(&lock->mutex);
}

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_SRC_BASE_THREADS_H_
