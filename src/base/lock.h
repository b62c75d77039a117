// SPDX-License-Identifier: BSD-3-Clause
// Locks that are held for arithmetic and memory allocation only, never while Python runs or while
// another lock of ours is held.
//
// A fork() while another thread holds a lock would leave it locked in the child for good, around a
// half-made change. So every lock of this kind is taken before a fork and given back after it, in
// the parent and in the child. No Python here; any thread.
#ifndef DESCRY_SRC_BASE_LOCK_H_
#define DESCRY_SRC_BASE_LOCK_H_

#include <pthread.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

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

#endif  // DESCRY_SRC_BASE_LOCK_H_
