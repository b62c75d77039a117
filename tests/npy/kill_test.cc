// SPDX-License-Identifier: BSD-3-Clause
// A writer that is killed at any point leaves a file that can be read, with everything that was
// flushed.
#include <descry/declare.h>
#include <descry/npy.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <string>

#include "tests/support/rounds.h"

struct kill_sample {
  int64_t id;
  char filler[93];
  int64_t same;
};
DESCRY_DECLARE(kill_sample);
DESCRY_RECORD(kill_sample, id, filler, same);

namespace {

// Writes until it is killed; tells the number of elements of each flush that returned.
[[noreturn]] void WriteOn(const std::string& path, volatile size_t* flushed, unsigned seed) {
  std::mt19937 random(seed);
  const size_t nothing[] = {0};
  while (true) {
    const unsigned flags = DESCRY_APPEND;
    descry_npy* npy = descry_npy_create(path.c_str(), DESCRY_TYPE(kill_sample), 1, nothing, flags);
    if (!npy) _exit(1);
    for (int flush = 0; flush < 20; ++flush) {
      for (unsigned i = random() % 200; i > 0; --i) {
        kill_sample sample = {};
        sample.id = sample.same = static_cast<int64_t>(descry_npy_shape(npy)[0]);
        if (descry_npy_write(npy, &sample, 1) < 0) _exit(1);
      }
      if (descry_npy_flush(npy, 0) < 0) _exit(1);
      *flushed = descry_npy_shape(npy)[0];
    }
    if (descry_npy_close(npy) < 0) _exit(1);
  }
}

TEST(KillTest, LosesNothingThatWasFlushed) {
  const std::string path = testing::TempDir() + "/killed.npy";
  void* const memory =
      mmap(nullptr, sizeof(size_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const flushed = static_cast<volatile size_t*>(memory);
  std::mt19937 random(7);
  for (unsigned round = 0; round < descry_test::Rounds(100, 1000); ++round) {
    if (round % 20 == 0) {
      unlink(path.c_str());
      *flushed = 0;
    }
    const pid_t child = fork();
    if (child == 0) WriteOn(path, flushed, round);
    usleep(static_cast<useconds_t>(random() % 3000));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    if (*flushed == 0 && access(path.c_str(), F_OK) != 0) continue;

    descry_npy* npy = descry_npy_open(path.c_str(), DESCRY_TYPE(kill_sample), DESCRY_READ);
    ASSERT_NE(npy, nullptr) << descry_npy_problem(nullptr) << round;
    ASSERT_GE(descry_npy_size(npy), *flushed);
    const auto* samples = static_cast<const kill_sample*>(descry_npy_data(npy));
    size_t wrong = 0;
    for (size_t i = 0; i < descry_npy_size(npy); ++i) {
      const auto expected = static_cast<int64_t>(i);
      wrong += samples[i].id != expected || samples[i].same != expected;
    }
    ASSERT_EQ(wrong, 0u);
    descry_npy_close(npy);
  }
  unlink(path.c_str());
}

}  // namespace
