// SPDX-License-Identifier: BSD-3-Clause
// What the system may answer: short writes, interrupts, full disks, broken disks, no memory; each
// at every call once.
#include <descry/declare.h>
#include <descry/npy.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

struct fault_sample {
  char head;
  int64_t id;
};
DESCRY_DECLARE(fault_sample);
DESCRY_RECORD(fault_sample, head, id);

namespace {

// The call that fails, counted from 1; 0 for none. And how: an errno, or SHORT.
const int kShort = -1;
long failing, calls;
int failure;
bool once;
bool memory_fails;

bool Fails(bool memory) {
  if (memory != memory_fails || failing == 0) return false;
  ++calls;
  return once ? calls == failing : calls >= failing;
}

}  // namespace

extern "C" {
void* __real_malloc(size_t size);
void* __real_calloc(size_t count, size_t size);
void* __real_realloc(void* block, size_t size);
ssize_t __real_pwrite(int file, const void* bytes, size_t size, off_t offset);
int __real_fsync(int file);

void* __wrap_malloc(size_t size) { return Fails(true) ? nullptr : __real_malloc(size); }
void* __wrap_calloc(size_t count, size_t size) {
  return Fails(true) ? nullptr : __real_calloc(count, size);
}
void* __wrap_realloc(void* block, size_t size) {
  return Fails(true) ? nullptr : __real_realloc(block, size);
}
ssize_t __wrap_pwrite(int file, const void* bytes, size_t size, off_t offset) {
  if (!Fails(false)) return __real_pwrite(file, bytes, size, offset);
  if (failure == kShort) return __real_pwrite(file, bytes, (size + 2) / 3, offset);
  errno = failure;
  return -1;
}
int __wrap_fsync(int file) {
  if (!Fails(false) || failure == kShort) return __real_fsync(file);
  errno = failure;
  return -1;
}
}

namespace {

const size_t kNothing[] = {0};
const int64_t kSmall = 100, kLarge = 9000;  // more than the buffer

class FaultsTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "/" +
            testing::UnitTest::GetInstance()->current_test_info()->name() + ".npy";
    unlink(path_.c_str());
    failing = 0;
  }
  void TearDown() override {
    failing = 0;
    unlink(path_.c_str());
  }

  static std::vector<fault_sample> Samples(int64_t first, int64_t count) {
    std::vector<fault_sample> samples(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) samples[static_cast<size_t>(i)] = {'h', first + i};
    return samples;
  }

  // Writes and flushes several times, trying again what failed; counts failures.
  int Walk() {
    int failures = 0;
    descry_npy* npy = nullptr;
    while (!npy) {
      npy = descry_npy_create(path_.c_str(), DESCRY_TYPE(fault_sample), 1, kNothing, DESCRY_APPEND);
      if (!npy) CountFailure(nullptr, &failures);
    }
    for (int64_t count : {kSmall, kLarge, kSmall}) {
      const int64_t first = static_cast<int64_t>(descry_npy_shape(npy)[0]);
      const auto samples = Samples(first, count);
      while (descry_npy_write(npy, samples.data(), samples.size()) < 0) {
        CountFailure(npy, &failures);
        EXPECT_EQ(descry_npy_shape(npy)[0], static_cast<size_t>(first));
      }
      while (descry_npy_flush(npy, DESCRY_DURABLE) < 0) {
        CountFailure(npy, &failures);
        ExpectFile(-1);
      }
      ExpectFile(first + count);
    }
    EXPECT_EQ(descry_npy_close(npy), 0);
    return failures;
  }

  static void CountFailure(const descry_npy* npy, int* failures) {
    const int error = errno;
    EXPECT_EQ(error, memory_fails ? ENOMEM : failure);
    EXPECT_NE(descry_npy_problem(npy), nullptr);
    ASSERT_LT(++*failures, 100);
  }

  // The file holds so many elements, in order, or -1 for any number.
  void ExpectFile(int64_t count) {
    const long still = failing;
    failing = 0;
    descry_npy* npy = descry_npy_open(path_.c_str(), DESCRY_TYPE(fault_sample), DESCRY_READ);
    ASSERT_NE(npy, nullptr) << descry_npy_problem(nullptr);
    EXPECT_TRUE(count < 0 || descry_npy_size(npy) == static_cast<size_t>(count));
    const auto* samples = static_cast<const fault_sample*>(descry_npy_data(npy));
    for (size_t i = 0; i < descry_npy_size(npy); ++i) {
      ASSERT_EQ(samples[i].head, 'h');
      ASSERT_EQ(samples[i].id, static_cast<int64_t>(i));
    }
    descry_npy_close(npy);
    failing = still;
  }

  // The walk with each of its calls failing once. Returns how many there were.
  long FailEach(int how, bool memory) {
    failure = how;
    memory_fails = memory;
    once = true;
    for (failing = 1;; ++failing) {
      calls = 0;
      unlink(path_.c_str());
      const int failures = Walk();
      const bool is_nothing = how == kShort || how == EINTR;
      EXPECT_EQ(failures, calls >= failing && !is_nothing ? 1 : 0) << failing;
      if (calls < failing) return failing - 1;
    }
  }

  std::string path_;
};

TEST_F(FaultsTest, WritesOnAfterShortWrites) { EXPECT_GT(FailEach(kShort, false), 8); }
TEST_F(FaultsTest, WritesOnAfterInterrupts) { EXPECT_GT(FailEach(EINTR, false), 8); }
TEST_F(FaultsTest, KeepsWhatThereIsOnAFullDisk) { EXPECT_GT(FailEach(ENOSPC, false), 8); }
TEST_F(FaultsTest, KeepsWhatThereIsOnABrokenDisk) { EXPECT_GT(FailEach(EIO, false), 8); }
TEST_F(FaultsTest, FailsWholeWithoutMemory) { EXPECT_GT(FailEach(0, true), 4); }

// Nothing helps any more: what was flushed stays.
TEST_F(FaultsTest, LosesOnlyWhatCannotBeWritten) {
  descry_npy* npy = descry_npy_create(path_.c_str(), DESCRY_TYPE(fault_sample), 1, kNothing, 0);
  const auto first = Samples(0, kSmall), more = Samples(kSmall, kLarge);
  ASSERT_EQ(descry_npy_write(npy, first.data(), first.size()), 0);
  ASSERT_EQ(descry_npy_flush(npy, 0), 0);
  failure = ENOSPC;
  memory_fails = once = false;
  failing = 1;
  calls = 0;
  EXPECT_EQ(descry_npy_write(npy, more.data(), more.size()), -1);
  EXPECT_STREQ(descry_npy_problem(npy), "cannot write: No space left on device");
  ASSERT_EQ(descry_npy_write(npy, more.data(), 3), 0) << "they are on their way";
  EXPECT_EQ(descry_npy_close(npy), -1);
  EXPECT_EQ(errno, ENOSPC);
  EXPECT_EQ(descry_npy_problem(nullptr), path_ + ": cannot write: No space left on device");
  ExpectFile(kSmall);
}

// An existing file is there until the new one is whole.
TEST_F(FaultsTest, ReplacesNothingByHalf) {
  failing = 0;
  Walk();
  failure = ENOSPC;
  memory_fails = once = false;
  failing = 1;
  calls = 0;
  EXPECT_EQ(descry_npy_create(path_.c_str(), DESCRY_TYPE(fault_sample), 1, kNothing, 0), nullptr);
  EXPECT_EQ(errno, ENOSPC);
  ExpectFile(2 * kSmall + kLarge);
}

}  // namespace
