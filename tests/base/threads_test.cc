// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/threads.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace {

// Whether a child of now can take the lock and finds what it guards whole.
bool ChildTakes(descryi_lock* lock, const int* one, const int* other) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(5);
    descryi_lock_take(lock);
    const bool whole = *one == *other;
    descryi_lock_give(lock);
    _exit(whole ? 0 : 1);
  }
  int status = -1;
  return waitpid(child, &status, 0) == child && status == 0;
}

TEST(LockTest, IsFreeInAChildThatIsForkedWhileAThreadHoldsAny) {
  descryi_lock locks[3];
  int one[3] = {}, other[3] = {};
  for (auto& lock : locks) ASSERT_TRUE(descryi_lock_init(&lock));
  for (int i = 0; i < 3; ++i) {
    std::atomic<bool> held{false};
    std::thread holder([&] {
      descryi_lock_take(&locks[i]);
      one[i] = 1;
      held = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      other[i] = 1;
      descryi_lock_give(&locks[i]);
    });
    while (!held) std::this_thread::yield();
    EXPECT_TRUE(ChildTakes(&locks[i], &one[i], &other[i])) << i;
    holder.join();
  }
  for (auto& lock : locks) descryi_lock_destroy(&lock);
}

TEST(LockTest, IsForgottenByForksWhenDestroyed) {
  descryi_lock first, second, third;
  for (auto* lock : {&first, &second, &third}) ASSERT_TRUE(descryi_lock_init(lock));
  descryi_lock_destroy(&second);
  second.next = reinterpret_cast<descryi_lock*>(1);  // a fork that looked at it would crash
  int value = 0;
  EXPECT_TRUE(ChildTakes(&first, &value, &value));
  EXPECT_TRUE(ChildTakes(&third, &value, &value));
  descryi_lock_destroy(&first);
  descryi_lock_destroy(&third);
}

}  // namespace
