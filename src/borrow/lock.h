// SPDX-License-Identifier: BSD-3-Clause
// A lock that is held for arithmetic and memory allocation only, never while Python runs.
#ifndef DESCRY_SRC_BORROW_LOCK_H_
#define DESCRY_SRC_BORROW_LOCK_H_

#if defined(_WIN32)
#include <windows.h>
typedef SRWLOCK descryi_lock;
static inline void descryi_lock_init(descryi_lock* lock) { InitializeSRWLock(lock); }
static inline void descryi_lock_destroy(descryi_lock* lock) { (void)lock; }
static inline void descryi_lock_take(descryi_lock* lock) { AcquireSRWLockExclusive(lock); }
static inline void descryi_lock_give(descryi_lock* lock) { ReleaseSRWLockExclusive(lock); }
#else
#include <pthread.h>
typedef pthread_mutex_t descryi_lock;
static inline void descryi_lock_init(descryi_lock* lock) { (void)pthread_mutex_init(lock, NULL); }
static inline void descryi_lock_destroy(descryi_lock* lock) { (void)pthread_mutex_destroy(lock); }
static inline void descryi_lock_take(descryi_lock* lock) { (void)pthread_mutex_lock(lock); }
static inline void descryi_lock_give(descryi_lock* lock) { (void)pthread_mutex_unlock(lock); }
#endif

#endif  // DESCRY_SRC_BORROW_LOCK_H_
