// SPDX-License-Identifier: BSD-3-Clause
// The table from many threads; run it with ThreadSanitizer as well (.ci and tests/borrow/BUILD do).
// No Python.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "src/borrow/table.h"
#include "tests/borrow/pairs.h"

namespace descry_test {
namespace {

constexpr int kThreads = 8;
constexpr int kUnits = 64;
constexpr auto kRelaxed = std::memory_order_relaxed;

View Units(uint64_t first, ptrdiff_t count, ptrdiff_t step) {
  View view;
  view.data = 4096 + first * 8;
  view.shape = {count};
  view.strides = {8 * step};
  view.itemsize = 8;
  return view;
}

// Marks every unit that a borrow covers in plain, unsynchronised memory: ThreadSanitizer sees a
// race where two borrows that exclude each other were held at once, and so do the counters.
struct Arena {
  int64_t plain[kUnits] = {};
  std::atomic<int> writers[kUnits] = {};
  std::atomic<int> readers[kUnits] = {};
  std::atomic<int> violations{0};
  std::atomic<int64_t> sum{0};

  void Enter(const View& view, bool exclusive) {
    int64_t seen = 0;
    ForUnits(view, [&](size_t unit) {
      int before = (exclusive ? writers : readers)[unit].fetch_add(1, kRelaxed);
      int others = (exclusive ? readers : writers)[unit].load(kRelaxed);
      if (others != 0 || (exclusive && before != 0)) violations.fetch_add(1, kRelaxed);
      exclusive ? ++plain[unit] : seen += plain[unit];
    });
    sum.fetch_add(seen, kRelaxed);
  }
  void Leave(const View& view, bool exclusive) {
    ForUnits(view,
             [&](size_t unit) { (exclusive ? writers : readers)[unit].fetch_sub(1, kRelaxed); });
  }

 private:
  template <typename Visit>
  static void ForUnits(const View& view, Visit visit) {
    for (ptrdiff_t i = 0; i < view.shape[0]; ++i) {
      visit((view.data - 4096) / 8 + static_cast<size_t>(i * view.strides[0] / 8));
    }
  }
};

// Often one of a few, so that licences are used again and withdrawn from under their users.
View SomeUnits(Choices& choices) {
  if (choices.OneIn(2)) {
    ptrdiff_t which = choices.Between(0, 3);
    return Units(static_cast<uint64_t>(which), 20 + which, 1);
  }
  ptrdiff_t step = choices.Between(1, 3), count = choices.Between(1, choices.OneIn(4) ? 16 : 3);
  return Units(choices.Below(static_cast<uint64_t>(kUnits - (count - 1) * step)), count, step);
}

void Work(descryi_table* table, Arena* arena, uint64_t seed, int rounds) {
  SeededChoices choices(seed);
  for (int i = 0; i < rounds; ++i) {
    View view = SomeUnits(choices);
    descryi_memory memory = view.Memory();
    descryi_table_borrow hold;
    descryi_borrowed against;
    bool exclusive = choices.OneIn(3);
    if (descryi_table_acquire(table, &memory, exclusive, "here", i, &hold, &against) != 0) continue;
    arena->Enter(view, exclusive);
    if (choices.OneIn(8)) std::this_thread::yield();  // so that others come while it is held
    if (exclusive && choices.OneIn(3)) {
      arena->Leave(view, true);
      descryi_table_downgrade(table, &hold);
      exclusive = false;
      arena->Enter(view, false);
    }
    arena->Leave(view, exclusive);
    descryi_table_release(table, &hold);
  }
}

class TableThreadsTest : public testing::TestWithParam<bool> {};

TEST_P(TableThreadsTest, NeverLetsAWriterMeetAnyone) {
  descryi_table* table = descryi_table_new(GetParam());
  Arena arena;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back(Work, table, &arena, static_cast<uint64_t>(i + 1), 20000);
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(arena.violations.load(), 0);
  EXPECT_EQ(descryi_table_list(table, nullptr, 0), 0u);
  descryi_table_free(table);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutTraces, TableThreadsTest, testing::Bool());

// The entries' memory is recycled all the time: far more regions than the table keeps.
TEST(TableThreadsRecyclingTest, EntriesAreRecycledSafely) {
  descryi_table* table = descryi_table_new(false);
  std::vector<std::thread> threads;
  std::atomic<int> refused{0};
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      SeededChoices choices(i + 1);
      for (int round = 0; round < 20000; ++round) {
        View view = Units((i << 32) + choices.Below(600), 1, 1);
        descryi_memory memory = view.Memory();
        descryi_table_borrow hold;
        descryi_borrowed against;
        if (descryi_table_acquire(table, &memory, true, nullptr, 0, &hold, &against) != 0) {
          ++refused;
        } else {
          descryi_table_release(table, &hold);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused.load(), 0);
  EXPECT_EQ(descryi_table_list(table, nullptr, 0), 0u);
  descryi_table_free(table);
}

}  // namespace
}  // namespace descry_test
