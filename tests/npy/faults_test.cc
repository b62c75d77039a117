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

// An .npz file of two members, each failed call tried again where it can be, and all from the start
// where it cannot. Returns how many calls failed.
int WalkNpz(const std::string& path, const std::vector<fault_sample>& samples) {
  for (int failures = 0;; ++failures) {
    descry_npz* npz = descry_npz_create(path.c_str(), DESCRY_DURABLE);
    bool is_whole = npz != nullptr;
    for (const char* name : {"a", "b"}) {
      descry_npy* npy = nullptr;
      while (is_whole && !npy) {
        npy = descry_npz_add(npz, name, DESCRY_TYPE(fault_sample), 1, kNothing);
        if (!npy) ++failures;
      }
      while (is_whole && descry_npy_write(npy, samples.data(), samples.size()) < 0) ++failures;
      is_whole = is_whole && descry_npy_close(npy) == 0;
    }
    if (!npz) continue;
    const bool is_closed = descry_npz_close(npz) == 0;
    EXPECT_TRUE(is_whole || !is_closed) << "a file without one of its members";
    if (is_closed) return failures;
    EXPECT_NE(descry_npz_problem(nullptr), nullptr);
  }
}

void ExpectNpz(const std::string& path, const std::vector<fault_sample>& samples) {
  descry_npz* npz = descry_npz_open(path.c_str());
  ASSERT_NE(npz, nullptr) << descry_npz_problem(nullptr);
  for (const char* name : {"a", "b"}) {
    descry_npy* npy = descry_npz_map(npz, name, DESCRY_TYPE(fault_sample), DESCRY_READ);
    ASSERT_NE(npy, nullptr) << descry_npz_problem(npz);
    ASSERT_EQ(descry_npy_size(npy), samples.size());
    const auto* mapped = static_cast<const fault_sample*>(descry_npy_data(npy));
    EXPECT_EQ(mapped[samples.size() - 1].id, samples.back().id);
    EXPECT_EQ(descry_npz_check(npz, name), 0) << descry_npz_problem(npz);
    descry_npy_close(npy);
  }
  descry_npz_close(npz);
}

TEST_F(FaultsTest, NpzIsWholeOrNotThere) {
  const auto samples = Samples(0, kLarge);
  for (const int how : {kShort, EINTR, ENOSPC, EIO, 0}) {
    failure = how;
    memory_fails = how == 0;
    once = true;
    long at = 1;
    for (bool is_over = false; !is_over; ++at) {
      unlink(path_.c_str());
      calls = 0;
      failing = at;
      const int failures = WalkNpz(path_, samples);
      is_over = calls < at;
      failing = 0;
      EXPECT_EQ(failures, is_over || how == kShort || how == EINTR ? 0 : 1) << how << ", " << at;
      ExpectNpz(path_, samples);
      ASSERT_FALSE(HasFailure());
    }
    EXPECT_GT(at, 8);
  }
}

// A disk that stays full: what was there before stays as it was, and nothing else is left.
TEST_F(FaultsTest, NpzLeavesWhatWasThereOnAFullDisk) {
  const auto samples = Samples(0, kSmall), more = Samples(0, kLarge);
  ASSERT_EQ(WalkNpz(path_, samples), 0);
  failure = ENOSPC;
  memory_fails = once = false;
  calls = 0;
  failing = 1;
  descry_npz* npz = descry_npz_create(path_.c_str(), 0);
  descry_npy* npy = descry_npz_add(npz, "a", DESCRY_TYPE(fault_sample), 1, kNothing);
  EXPECT_EQ(descry_npy_write(npy, more.data(), more.size()), -1);
  EXPECT_STREQ(descry_npy_problem(npy), "cannot write: No space left on device");
  EXPECT_EQ(descry_npy_close(npy), -1);
  EXPECT_EQ(descry_npz_close(npz), -1);
  EXPECT_EQ(descry_npz_problem(nullptr), path_ + ": one of its members was not finished");
  failing = 0;
  ExpectNpz(path_, samples);
  EXPECT_EQ(access((path_ + "." + std::to_string(getpid()) + "-0.part").c_str(), F_OK), -1);
}

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
