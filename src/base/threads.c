// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/threads.h"

#include <stddef.h>

static pthread_mutex_t list_mutex = PTHREAD_MUTEX_INITIALIZER;  // guards the two below
static descryi_lock* all_locks;
static bool follows_forks;

static void before_fork(void) {
  (void)pthread_mutex_lock(&list_mutex);
  for (descryi_lock* lock = all_locks; lock; lock = lock->next) descryi_lock_take(lock);
}

static void after_fork(void) {
  for (descryi_lock* lock = all_locks; lock; lock = lock->next) descryi_lock_give(lock);
  (void)pthread_mutex_unlock(&list_mutex);
}

bool descryi_lock_init(descryi_lock* lock) {
  (void)pthread_mutex_lock(&list_mutex);
  if (!follows_forks) follows_forks = pthread_atfork(before_fork, after_fork, after_fork) == 0;
  const bool made = follows_forks && pthread_mutex_init(&lock->mutex, NULL) == 0;
  if (made) {
    lock->next = all_locks;
    all_locks = lock;
  }
  (void)pthread_mutex_unlock(&list_mutex);
  return made;
}

void descryi_lock_destroy(descryi_lock* lock) {
  (void)pthread_mutex_lock(&list_mutex);
  descryi_lock** link = &all_locks;
  while (*link != lock) link = &(*link)->next;
  *link = lock->next;
  (void)pthread_mutex_unlock(&list_mutex);
  (void)pthread_mutex_destroy(&lock->mutex);
}
